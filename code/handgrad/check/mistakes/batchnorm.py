"""Plausible mistakes of batch normalisation and in the exercises of its first chapter, by sentence."""

import torch
from torch import Tensor

from handgrad.ops import batchnorm

# What several of them have in common.
SHIFT_FOR_GAIN = "This is the gradient of the shift; that of the gain multiplies each entry by xhat."


def of_backward(dy: Tensor, saved: batchnorm.Saved) -> dict[str, Tensor]:
    """Wrong gradients of the input.

    Shapes: dy (B, H); saved as in batchnorm.Saved; each result (B, H).
    """
    xhat, rstd, gamma, correction = saved
    B = xhat.shape[0]
    scale, via_mean = gamma * rstd, dy.mean(0)
    along = (dy * xhat).sum(0)
    via_var = xhat * along / (B - correction)
    other = xhat * along / (B - 1 + correction)
    return {
        "Mean and variance are treated as constants.": scale * dy,
        "The variance is treated as a constant.": scale * (dy - via_mean),
        "The mean is treated as a constant.": scale * (dy - via_var),
        "The gain is forgotten.": rstd * (dy - via_mean - via_var),
        "The path through the mean has the wrong sign.": scale * (dy + via_mean - via_var),
        "The path through the variance has the wrong sign.": scale * (dy - via_mean + via_var),
        "The path through the variance is too large by a factor 2.": scale * (dy - via_mean - 2 * via_var),
        "The path through the variance is too small by a factor 2.": scale * (dy - via_mean - via_var / 2),
        "Bessel's correction: the variance was divided by one number forward and by another backward.":
            scale * (dy - via_mean - other),
        "The standard deviation is forgotten.": gamma * (dy - via_mean - via_var),
        "The upstream gradient is taken as ones.": torch.zeros_like(dy),
    }


def batchnorm_dvar(dxhat: Tensor, centered: Tensor, var: Tensor, eps: float) -> dict[str, Tensor]:
    """Mistakes in batchnorm_dvar.

    Shapes: dxhat, centered (B, H); var, and each result (1, H).
    """
    drstd = (dxhat * centered).sum(0, keepdim=True)
    return {
        "The exponent is still −1/2; in a derivative it falls by one.": drstd * -0.5 * (var + eps) ** -0.5,
        "The factor centered is missing: by it the root was multiplied.":
            dxhat.sum(0, keepdim=True) * -0.5 * (var + eps) ** -1.5,
        "This is the gradient of the whole factor; the slope of the power is still to come.": drstd,
    }


def batchnorm_dcentered(dxhat: Tensor, dvar: Tensor, centered: Tensor, rstd: Tensor) -> dict[str, Tensor]:
    """Mistakes in batchnorm_dcentered.

    Shapes: dxhat, centered, and each result (B, H); dvar, rstd (1, H).
    """
    B, via_xhat = len(dxhat), dxhat * rstd
    return {
        "The path through the variance is forgotten.": via_xhat,
        "The straight path is forgotten.": 2 * dvar * centered / (B - 1),
        "The path through the variance has the wrong sign.": via_xhat - 2 * dvar * centered / (B - 1),
        "The factor 2 of the square is missing.": via_xhat + dvar * centered / (B - 1),
        "Divided by B where the forward pass divided by B − 1.": via_xhat + 2 * dvar * centered / B,
    }


def batchnorm_backward(dy: Tensor, x: Tensor, gamma: Tensor, eps: float) -> dict[str, Tensor]:
    """Mistakes in batchnorm_backward.

    Shapes: dy, x (B, H); gamma (H,); each result (B, H) or (H,).
    """
    return of_backward(dy, batchnorm.forward(x, gamma, gamma, eps)[1]) | {SHIFT_FOR_GAIN: dy.sum(0)}


def batchnorm_biased(dy: Tensor, x: Tensor, gamma: Tensor, eps: float) -> dict[str, Tensor]:
    """Mistakes in batchnorm_biased.

    Shapes: dy, x, and each result (B, H); gamma (H,).
    """
    saved = batchnorm.forward(x, gamma, gamma, eps)[1]
    return {
        "The variance divides by B − 1 here; that of `F.batch_norm` divides by B.": batchnorm.backward(dy, saved)[0],
        "The variance divides by B − 1 forward and by B backward; that of `F.batch_norm` divides by B.":
            batchnorm.backward(dy, saved._replace(correction=0))[0],
    } | of_backward(dy, batchnorm.forward(x, gamma, gamma, eps, correction=0)[1])


def mend_batchnorm(dy: Tensor, x: Tensor, gamma: Tensor, eps: float) -> dict[str, Tensor]:
    """Mistakes in mend_batchnorm, among them the one that it comes with.

    Shapes: dy, x (B, H); gamma (H,); each result (B, H) or (H,).
    """
    _, (xhat, rstd, _, _) = batchnorm.forward(x, gamma, gamma, eps)
    via_var = xhat * (dy * xhat).sum(0) / (len(dy) - 1)
    return batchnorm_backward(dy, x, gamma, eps) | {
        "The path through the variance is off, by a factor that differs from column to column.":
            gamma * rstd * (dy - dy.mean(0) - via_var * rstd),
    }
