"""The exercises of the chapter *Batch normalisation in one line*."""

import torch

from handgrad.check.mistakes import batchnorm_fused as mistakes
from handgrad.exercises.chapters.batchnorm import draw_x
from handgrad.exercises.definition import define
from handgrad.ops import batchnorm


def draw_saved(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_fused: dy, xhat (B, H), rstd (1, H), gamma (H,)."""
    dy, x, gamma, eps = draw_x(generator)
    saved = batchnorm.forward(x, gamma, gamma, eps)[1]
    return dy, saved.xhat, saved.rstd, gamma


def draw_rows(generator: torch.Generator) -> tuple:
    """Inputs of layernorm_rows: dy, xhat (B, H), rstd (B, 1)."""
    dy, x, _, eps = draw_x(generator)
    gain = torch.ones(len(x), dtype=x.dtype)
    saved = batchnorm.forward(x.T.contiguous(), gain, gain, eps, correction=0)[1]
    return dy, saved.xhat.T.contiguous(), saved.rstd.T.contiguous()


def worked_saved() -> tuple:
    """Five rows and one column; the squares of xhat sum to 4, which is B - 1."""
    dy, xhat = torch.tensor([[5.0, 0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 1.0, -1.0, 0.0]])
    return dy[:, None], xhat[:, None], torch.tensor([[2.0]]), torch.tensor([2.0])


EXERCISES = (
    define(
        "batchnorm_fused",
        draw=draw_saved,
        worked=worked_saved,
        mistakes=mistakes.batchnorm_fused,
    ),
    define(
        "mend_batchnorm_fused",
        draw=draw_saved,
        worked=worked_saved,
        mistakes=mistakes.mend_batchnorm_fused,
    ),
    define(
        "layernorm_rows",
        draw=draw_rows,
        narrow=(0,),
        worked=lambda: (torch.tensor([[4.0, 0.0, 0.0, 0.0]]), torch.tensor([[1.0, -1.0, 1.0, -1.0]]),
                        torch.tensor([[0.5]])),
        mistakes=mistakes.layernorm_rows,
    ),
)
