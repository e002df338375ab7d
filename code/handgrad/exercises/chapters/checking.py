"""The exercises of the chapter *How to trust a gradient*."""

import torch

from handgrad.check.mistakes import checking as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define


def draw_slope(generator: torch.Generator) -> tuple:
    """Inputs of central_slope: x, u (B, H), h; the step is long, so that its own error is no rounding."""
    B, H = draws.lengths(generator, 2)
    h = 0.25 + 0.5 * torch.rand((), generator=generator).item()
    return draws.normal(generator, B, H), draws.normal(generator, B, H), h


def draw_roundoffs(generator: torch.Generator) -> tuple:
    """Inputs of in_roundoffs: got, expected (B, H).

    The largest entry is negative and so is the worst difference: a sign that is dropped shows.
    """
    B, H = draws.lengths(generator, 2)
    expected = draws.normal(generator, B, H).clamp(-5, 5)
    expected[0, 0] = -20.0
    off = draws.normal(generator, B, H, scale=1e-4)
    off[-1, -1] = -1e-3
    return expected + off, expected


def draw_verdicts(generator: torch.Generator) -> tuple:
    """Inputs of strict_verdicts: got and four references, in any order.

    One is right but for rounding, one has another shape, one entry of one is too low, and of one too high.
    """
    (B,) = draws.lengths(generator, 1)
    got = draws.normal(generator, B)
    off = torch.zeros_like(got)
    off[int(torch.randint(0, B, (), generator=generator))] = 1e-4
    references = [got * (1 + 2**-51), got.view(1, B), got - off, got + off]
    order = torch.randperm(4, generator=generator).tolist()
    return got, *(references[i] for i in order)


def draw_complex(generator: torch.Generator) -> tuple:
    """Inputs of complex_slope: x, u (B, H), with x where the denominator is far from zero."""
    B, H = draws.lengths(generator, 2)
    return torch.rand(B, H, generator=generator, dtype=torch.float64), draws.normal(generator, B, H)


EXERCISES = (
    define(
        "central_slope",
        draw=draw_slope,
        worked=lambda: (torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 1.0]]), 1.0),
        mistakes=mistakes.central_slope,
    ),
    define(
        "in_roundoffs",
        draw=draw_roundoffs,
        worked=lambda: (torch.tensor([[2.0, 3.0]]), torch.tensor([[2.0, 4.0]])),
        mistakes=mistakes.in_roundoffs,
    ),
    define(
        "strict_verdicts",
        draw=draw_verdicts,
        narrow=(0,),
        worked=lambda: (
            torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0]), torch.tensor([[1.0, 2.0]]),
            torch.tensor([1.0, 2.1]), torch.tensor([0.9, 2.0]),
        ),
        mistakes=mistakes.strict_verdicts,
        # In float32 a reference that is off by a rounding of float64 is equal.
        dtypes=(torch.float64,),
    ),
    define(
        "complex_slope",
        draw=draw_complex,
        worked=lambda: (torch.tensor([[0.0, 0.0]]), torch.tensor([[1.0, 3.0]])),
        mistakes=mistakes.complex_slope,
    ),
)
