"""The exercises of the chapter *How fast can a gradient be?*"""

import torch

from handgrad.check.mistakes import speed as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define

RATE = 0.25


def draw_gain(generator: torch.Generator) -> tuple:
    """Inputs of fold_bessel: dgain, gamma (H,), eps, B."""
    H, B = draws.lengths(generator, 2)
    eps = 0.1 + torch.rand((), generator=generator).item()
    return draws.normal(generator, H), draws.normal(generator, H) - 2.0, eps, B


def draw_packed(generator: torch.Generator) -> tuple:
    """Inputs of packed_bias: dlogits (B, V), h (B, H), packed (H+1, V)."""
    B, H, V = draws.lengths(generator, 3)
    return draws.normal(generator, B, V), draws.normal(generator, B, H), draws.normal(generator, H + 1, V)


def draw_layers(generator: torch.Generator) -> tuple:
    """Inputs of mend_descent: dlogits (B, V), x (B, D), h (B, H), W1 (D, H), W2 (H, V), rate."""
    B, D, H, V = draws.lengths(generator, 4)
    x, W1 = draws.normal(generator, B, D), draws.normal(generator, D, H, scale=0.5)
    return draws.normal(generator, B, V), x, (x @ W1).tanh(), W1, draws.normal(generator, H, V), RATE


def draw_push(generator: torch.Generator) -> tuple:
    """Inputs of pushed_step: push (B, H), table (V, D), W1 (T·D, H), context (B, T).

    No size is below 3 and none above 10, so that there are as many places as characters or more: some repeat.
    """
    B, T, V, D, H = draws.lengths(generator, 5)
    context = torch.randint(0, V, (B, T), generator=generator)
    context[0, 1] = context[0, 0]
    table, W1 = draws.normal(generator, V, D), draws.normal(generator, T * D, H)
    return -RATE * draws.normal(generator, B, H), table, W1, context


def draw_kept(generator: torch.Generator) -> tuple:
    """Inputs of scaled_parameter: dkept, kept, c (M,), rate."""
    (M,) = draws.lengths(generator, 1)
    c = draws.normal(generator, M).abs() + 0.5
    return draws.normal(generator, M), draws.normal(generator, M), c, RATE


def draw_block(generator: torch.Generator) -> tuple:
    """Inputs of merged_statistics: mean, squares (H,), rows, block (n, H)."""
    n, H, rows = draws.lengths(generator, 3)
    before = draws.normal(generator, rows, H)
    mean = before.mean(0)
    return mean, ((before - mean) ** 2).sum(0), rows, draws.normal(generator, n, H) + 2.0


def worked_layers() -> tuple:
    """One row, one unit and two logits, with the value of h that the forward pass gives."""
    x, W1 = torch.tensor([[2.0]]), torch.tensor([[0.5]])
    return torch.tensor([[1.0, -1.0]]), x, (x @ W1).tanh(), W1, torch.tensor([[1.0, 0.0]]), 1.0


EXERCISES = (
    define(
        "fold_bessel",
        draw=draw_gain,
        narrow=(0,),
        worked=lambda: (torch.tensor([1.0, 1.0]), torch.tensor([2.0, -4.0]), 0.5, 2),
        mistakes=mistakes.fold_bessel,
    ),
    define(
        "packed_bias",
        draw=draw_packed,
        worked=lambda: (torch.tensor([[1.0, 0.0], [10.0, 1.0]]), torch.tensor([[2.0], [3.0]]),
                        torch.tensor([[1.0, 4.0], [7.0, 7.0]])),
        mistakes=mistakes.packed_bias,
    ),
    define(
        "mend_descent",
        draw=draw_layers,
        worked=worked_layers,
        mistakes=mistakes.mend_descent,
    ),
    define(
        "pushed_step",
        draw=draw_push,
        narrow=(3,),
        worked=lambda: (torch.tensor([[0.5]]), torch.tensor([[0.0], [2.0]]), torch.tensor([[1.0], [10.0]]),
                        torch.tensor([[1, 1]])),
        mistakes=mistakes.pushed_step,
    ),
    define(
        "scaled_parameter",
        draw=draw_kept,
        narrow=(0,),
        worked=lambda: (torch.tensor([1.0, 1.0]), torch.tensor([6.0, 6.0]), torch.tensor([1.0, 2.0]), 0.5),
        mistakes=mistakes.scaled_parameter,
    ),
    define(
        "merged_statistics",
        draw=draw_block,
        worked=lambda: (torch.tensor([1.0]), torch.tensor([2.0]), 2, torch.tensor([[4.0]])),
        mistakes=mistakes.merged_statistics,
    ),
)
