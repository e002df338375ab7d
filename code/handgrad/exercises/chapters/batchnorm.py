"""The exercises of the chapter *Batch normalisation, line by line*."""

import torch

from handgrad.check.mistakes import batchnorm as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define
from handgrad.ops import batchnorm

EPS = 1e-3


def draw_x(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_backward: dy, x (B, H), gamma (H,), eps."""
    B, H = draws.lengths(generator, 2)
    x = draws.normal(generator, B, H, scale=2.0) + 1.0
    return draws.normal(generator, B, H), x, draws.normal(generator, H) - 2.0, EPS


def draw_dvar(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_dvar: dxhat, centered (B, H), var (1, H), eps."""
    dy, x, gamma, eps = draw_x(generator)
    steps = batchnorm.forward_steps(x, gamma, gamma, eps)
    return dy, steps.centered, steps.var, eps


def draw_dcentered(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_dcentered: dxhat (B, H), dvar (1, H), centered (B, H), rstd (1, H)."""
    dy, x, gamma, eps = draw_x(generator)
    steps = batchnorm.forward_steps(x, gamma, gamma, eps)
    return dy, draws.normal(generator, 1, x.shape[1]), steps.centered, steps.rstd


def worked_x() -> tuple:
    """Three rows and one column, whose mean is 2 and whose variance is 1."""
    return torch.tensor([[1.0], [0.0], [0.0]]), torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([1.0]), 0.0


EXERCISES = (
    define(
        "batchnorm_dvar",
        draw=draw_dvar,
        worked=lambda: (torch.tensor([[1.0], [0.0]]), torch.tensor([[1.0], [-1.0]]), torch.tensor([[4.0]]), 0.0),
        mistakes=mistakes.batchnorm_dvar,
    ),
    define(
        "batchnorm_dcentered",
        draw=draw_dcentered,
        worked=lambda: (torch.tensor([[1.0], [0.0]]), torch.tensor([[0.5]]), torch.tensor([[1.0], [-1.0]]),
                        torch.tensor([[2.0]])),
        mistakes=mistakes.batchnorm_dcentered,
    ),
    define(
        "batchnorm_backward",
        draw=draw_x,
        worked=worked_x,
        mistakes=mistakes.batchnorm_backward,
    ),
    define(
        "batchnorm_biased",
        draw=draw_x,
        worked=lambda: (torch.tensor([[1.0], [0.0], [0.0], [0.0]]), torch.tensor([[1.0], [1.0], [3.0], [3.0]]),
                        torch.tensor([1.0]), 0.0),
        mistakes=mistakes.batchnorm_biased,
    ),
    define(
        "mend_batchnorm",
        draw=draw_x,
        worked=worked_x,
        mistakes=mistakes.mend_batchnorm,
    ),
)
