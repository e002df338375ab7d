"""The exercises of the chapter *Tanh, and derivatives read off the output*."""

import torch

from handgrad.check.mistakes import tanh as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define


def draw_tanh(generator: torch.Generator) -> tuple:
    """Inputs of tanh_backward: dy, y (B, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H).tanh()


def draw_sigmoid(generator: torch.Generator) -> tuple:
    """Inputs of sigmoid_backward: dy, y (B, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H, scale=2.0).sigmoid()


def draw_tail(generator: torch.Generator) -> tuple:
    """Inputs of tanh_tail: dy, x (B, H).

    The upstream gradient grows as the slope falls: every entry of the result has a size of about 1, and its
    digits count alike.
    """
    B, H = draws.lengths(generator, 2)
    x = draws.normal(generator, B, H, scale=10.0).clamp(-25, 25)
    dy = draws.normal(generator, B, H) * x.cosh() ** 2
    x[0, 0], x[-1, -1] = 400.0, -400.0
    return dy, x


def draw_rsqrt(generator: torch.Generator) -> tuple:
    """Inputs of rsqrt_backward: dy, y (B, H), with y positive."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), 0.5 + draws.normal(generator, B, H).abs()


def draw_layer(generator: torch.Generator) -> tuple:
    """Inputs of mend_tanh_layer: dy, x (B, H), b (H,)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H), draws.normal(generator, H)


def draw_gelu(generator: torch.Generator) -> tuple:
    """Inputs of gelu_backward: dy, x (B, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H)


EXERCISES = (
    define(
        "tanh_backward",
        draw=draw_tanh,
        worked=lambda: (torch.tensor([[1.0, 1.0, 2.0]]), torch.tensor([[0.0, 0.5, -0.5]])),
        mistakes=mistakes.tanh_backward,
    ),
    define(
        "sigmoid_backward",
        draw=draw_sigmoid,
        worked=lambda: (torch.tensor([[1.0, 1.0, 2.0]]), torch.tensor([[0.5, 0.9, 0.1]])),
        mistakes=mistakes.sigmoid_backward,
    ),
    define(
        "tanh_tail",
        draw=draw_tail,
        worked=lambda: (torch.tensor([[1.0, 1.0, 1e8]]), torch.tensor([[0.0, -1.0, 12.0]])),
        mistakes=mistakes.tanh_tail,
    ),
    define(
        "rsqrt_backward",
        draw=draw_rsqrt,
        worked=lambda: (torch.tensor([[1.0, 1.0, 10.0]]), torch.tensor([[1.0, 2.0, 2.0]])),
        mistakes=mistakes.rsqrt_backward,
    ),
    define(
        "mend_tanh_layer",
        draw=draw_layer,
        worked=lambda: (torch.tensor([[1.0, 2.0], [10.0, 3.0]]), torch.tensor([[0.0, 100.0], [0.0, -100.0]]),
                        torch.tensor([0.0, 0.0])),
        mistakes=mistakes.mend_tanh_layer,
    ),
    define(
        "gelu_backward",
        draw=draw_gelu,
        worked=lambda: (torch.tensor([[1.0, 2.0, 1.0]]), torch.tensor([[0.0, 100.0, -100.0]])),
        mistakes=mistakes.gelu_backward,
    ),
)
