"""The exercises of the chapter *The linear operation*."""

import torch

from handgrad.check.mistakes import linear as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define


def draw_dx(generator: torch.Generator) -> tuple:
    """Inputs of linear_dx: dy (B, N), W (M, N)."""
    B, M, N = draws.lengths(generator, 3)
    return draws.normal(generator, B, N), draws.normal(generator, M, N)


def draw_dW(generator: torch.Generator) -> tuple:
    """Inputs of linear_dW: dy (B, N), x (B, M)."""
    B, M, N = draws.lengths(generator, 3)
    return draws.normal(generator, B, N), draws.normal(generator, B, M)


def draw_square(generator: torch.Generator) -> tuple:
    """Inputs of linear_square: dy, x (B, H), W (H, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H), draws.normal(generator, H, H)


def draw_sequence(generator: torch.Generator) -> tuple:
    """Inputs of linear_sequence: dy (B, T, N), x (B, T, M), W (M, N)."""
    B, T, M, N = draws.lengths(generator, 4)
    return draws.normal(generator, B, T, N), draws.normal(generator, B, T, M), draws.normal(generator, M, N)


def draw_two(generator: torch.Generator) -> tuple:
    """Inputs of mend_two_linears: dy, x (B, H), W1, W2 (H, H)."""
    dy, x, W1 = draw_square(generator)
    return dy, x, W1, draws.normal(generator, *W1.shape)


EXERCISES = (
    define(
        "linear_dx",
        draw=draw_dx,
        worked=lambda: (torch.tensor([[1.0, 10.0]]), torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])),
        mistakes=mistakes.linear_dx,
    ),
    define(
        "linear_dW",
        draw=draw_dW,
        worked=lambda: (torch.tensor([[1.0], [10.0]]), torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])),
        mistakes=mistakes.linear_dW,
    ),
    define(
        "linear_square",
        draw=draw_square,
        narrow=(0,),
        worked=lambda: tuple(map(torch.tensor, ([[1.0, 10.0]], [[1.0, 2.0]], [[0.0, 1.0], [2.0, 0.0]]))),
        mistakes=mistakes.linear_square,
    ),
    define(
        "linear_sequence",
        draw=draw_sequence,
        worked=lambda: (torch.tensor([[[1.0], [10.0]]]), torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]),
                        torch.tensor([[1.0], [5.0]])),
        mistakes=mistakes.linear_sequence,
    ),
    define(
        "mend_two_linears",
        draw=draw_two,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 10.0]]), torch.tensor([[1.0, 2.0]]),
                        torch.tensor([[0.0, 1.0], [2.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 3.0]])),
        mistakes=mistakes.mend_two_linears,
    ),
    define(
        "stamp_sizes",
        draw=draw_dW,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([[3.0, 4.0], [0.0, 1.0]])),
        mistakes=mistakes.stamp_sizes,
    ),
)
