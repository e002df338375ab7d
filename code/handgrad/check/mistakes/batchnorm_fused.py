"""Plausible mistakes in the exercises of *Batch normalisation in one line*, by the sentence that names each."""

from torch import Tensor

from handgrad.check.mistakes.batchnorm import SHIFT_FOR_GAIN, of_backward
from handgrad.ops import batchnorm


def batchnorm_fused(dy: Tensor, xhat: Tensor, rstd: Tensor, gamma: Tensor) -> dict[str, Tensor]:
    """Mistakes in batchnorm_fused.

    Shapes: dy, xhat, and each result (B, H); rstd (1, H); gamma (H,).
    """
    return of_backward(dy, batchnorm.Saved(xhat, rstd, gamma, 1))


def mend_batchnorm_fused(dy: Tensor, xhat: Tensor, rstd: Tensor, gamma: Tensor) -> dict[str, Tensor]:
    """Mistakes in mend_batchnorm_fused, among them the one that it comes with.

    Shapes: dy, xhat (B, H); rstd (1, H); gamma (H,); each result (B, H) or (H,).
    """
    via_var = xhat * (dy * xhat).sum(0) / (len(dy) - 1)
    return batchnorm_fused(dy, xhat, rstd, gamma) | {
        "What is subtracted for the mean is one number for the whole matrix; each column has a mean of its own.":
            gamma * rstd * (dy - dy.mean() - via_var),
        "The sum of dy was subtracted where its mean belongs.": gamma * rstd * (dy - dy.sum(0) - via_var),
        SHIFT_FOR_GAIN: dy.sum(0),
    }


def layernorm_rows(dy: Tensor, xhat: Tensor, rstd: Tensor) -> dict[str, Tensor]:
    """Mistakes in layernorm_rows.

    Shapes: dy, xhat, and each result (B, H); rstd (B, 1).
    """
    along, mean = dy * xhat, dy.mean(1, keepdim=True)
    return {
        "The means were taken over columns; here each row has its own.":
            rstd * (dy - dy.mean(0) - xhat * along.mean(0)),
        "The means were taken over columns for the first of the two terms.":
            rstd * (dy - dy.mean(0) - xhat * along.mean(1, keepdim=True)),
        "The variance is treated as a constant.": rstd * (dy - mean),
        "The part along xhat was summed where the mean belongs.":
            rstd * (dy - mean - xhat * along.sum(1, keepdim=True)),
    }
