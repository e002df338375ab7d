"""The exercises of the chapter *What the gradient of a tensor is*."""

import torch

from handgrad.check.mistakes import vjp as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define


def draw_fork(generator: torch.Generator) -> tuple:
    """Inputs of fork_backward: dy, a (B, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H)


def draw_copied(generator: torch.Generator) -> tuple:
    """Inputs of copied_values: dy, x (B, H), m (B, 1), s (H,)."""
    B, H = draws.lengths(generator, 2)
    dy, x = draws.normal(generator, B, H), draws.normal(generator, B, H)
    return dy, x, draws.normal(generator, B, 1), draws.normal(generator, H)


def draw_rows(generator: torch.Generator) -> tuple:
    """Inputs of centre_rows and of cumsum_backward: dy, of two different lengths."""
    return (draws.normal(generator, *draws.lengths(generator, 2)),)


def draw_outer(generator: torch.Generator) -> tuple:
    """Inputs of outer_backward: dy (M, N), u (M,), v (N,)."""
    M, N = draws.lengths(generator, 2)
    return draws.normal(generator, M, N), draws.normal(generator, M), draws.normal(generator, N)


def draw_gap(generator: torch.Generator) -> tuple:
    """Inputs of adjoint_gap: dy (B, N), W (M, N), u, dx (B, M); the claim of the first row of several is right."""
    B, M, N = draws.lengths(generator, 3)
    dy, W = draws.normal(generator, B, N), draws.normal(generator, M, N)
    u, dx = draws.normal(generator, B, M), draws.normal(generator, B, M)
    if B > 1:
        dx[0] = dy[0] @ W.T
    return dy, W, u, dx


EXERCISES = (
    define(
        "fork_backward",
        draw=draw_fork,
        worked=lambda: (torch.tensor([[1.0, 1.0, 10.0]]), torch.tensor([[1.0, 2.0, -1.0]])),
        mistakes=mistakes.fork_backward,
    ),
    define(
        "copied_values",
        draw=draw_copied,
        worked=lambda: (
            torch.tensor([[1.0, 10.0], [0.0, 1.0]]), torch.tensor([[1.0, 2.0], [3.0, 4.0]]),
            torch.tensor([[0.0], [1.0]]), torch.tensor([1.0, 2.0]),
        ),
        mistakes=mistakes.copied_values,
    ),
    define(
        "centre_rows",
        draw=draw_rows,
        narrow=(0,),
        worked=lambda: (torch.tensor([[3.0, 0.0, 0.0], [1.0, 1.0, 4.0]]),),
        mistakes=mistakes.centre_rows,
    ),
    define(
        "outer_backward",
        draw=draw_outer,
        worked=lambda: (
            torch.tensor([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]), torch.tensor([1.0, 10.0]), torch.tensor([1.0, 2.0, 3.0]),
        ),
        mistakes=mistakes.outer_backward,
    ),
    define(
        "adjoint_gap",
        draw=draw_gap,
        narrow=(0,),
        worked=lambda: (
            torch.tensor([[1.0, 10.0]]), torch.tensor([[1.0, 0.0], [0.0, 2.0]]),
            torch.tensor([[1.0, 1.0]]), torch.tensor([[1.0, 19.0]]),
        ),
        mistakes=mistakes.adjoint_gap,
        # Two sums of many products are subtracted, and their roundings stay when they cancel.
        sizes=lambda dy, W, u, dx: {"gap": (dy.abs() * (u.abs() @ W.abs())).sum(1)},
    ),
    define(
        "cumsum_backward",
        draw=draw_rows,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 10.0, 100.0]]),),
        mistakes=mistakes.cumsum_backward,
    ),
)
