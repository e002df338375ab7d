"""Batch normalisation: every column gets mean 0 and variance 1, then a gain and a shift."""

from typing import NamedTuple

from torch import Tensor

from handgrad.support.input_checks import check_matrix, check_same_dtype, check_shape


class Steps(NamedTuple):
    """Every value from the inputs to the output, or the gradient of every value.

    Shapes: x, centered, squared, xhat, y (B, H); gamma, beta (H,); mean, var, rstd (1, H).
    A gradient's Steps holds None for eps and correction, which are constants.
    """

    x: Tensor
    gamma: Tensor
    beta: Tensor
    eps: float | None
    correction: int | None
    mean: Tensor
    centered: Tensor
    squared: Tensor
    var: Tensor
    rstd: Tensor
    xhat: Tensor
    y: Tensor


class Saved(NamedTuple):
    """What the fused backward needs: xhat (B, H), rstd (1, H), gamma (H,) and correction."""

    xhat: Tensor
    rstd: Tensor
    gamma: Tensor
    correction: int


def batch_size(x: Tensor, gamma: Tensor, beta: Tensor, correction: int) -> int:
    """Check the inputs and return B.

    Shapes: x (B, H); gamma, beta (H,).
    Raises: TypeError or ValueError, naming the input that does not fit.
    """
    B, H = check_matrix("x", x)
    check_shape("gamma", gamma, (H,))
    check_shape("beta", beta, (H,))
    check_same_dtype(x=x, gamma=gamma, beta=beta)
    if correction not in (0, 1):
        raise ValueError(f"correction must be 0 or 1, not {correction!r}")
    if B < 2:
        raise ValueError(f"batch normalisation needs a batch of at least 2 rows, not {B}")
    return B


def forward_steps(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5, correction: int = 1) -> Steps:
    """Forward, one value a line.

    Shapes: x (B, H); gamma, beta (H,); the rest as in Steps.
    `correction` 1 divides the sum of squares by B − 1 (Bessel), 0 by B.
    Raises: as batch_size.
    Source: Ioffe & Szegedy (2015), algorithm 1; book/batchnorm.md.
    """
    B = batch_size(x, gamma, beta, correction)
    mean = x.sum(0, keepdim=True) / B
    centered = x - mean
    squared = centered**2
    var = squared.sum(0, keepdim=True) / (B - correction)
    rstd = (var + eps) ** -0.5
    xhat = centered * rstd
    y = gamma * xhat + beta
    return Steps(x, gamma, beta, eps, correction, mean, centered, squared, var, rstd, xhat, y)


def backward_steps(dy: Tensor, steps: Steps) -> Steps:
    """Backward, one value a line, last first: the gradient of every value.

    Shapes: dy (B, H); each gradient has the shape of its value in Steps.
    Raises: ValueError or TypeError if dy does not have the shape and dtype of the forward output.
    Source: Ioffe & Szegedy (2015), page 4; book/batchnorm.md.
    """
    check_shape("dy", dy, steps.y.shape, steps.y.dtype)
    x, gamma, _, eps, correction, _, centered, _, var, rstd, xhat, _ = steps
    B, H = x.shape
    dgamma = (dy * xhat).sum(0)
    dbeta = dy.sum(0)
    dxhat = dy * gamma
    drstd = (dxhat * centered).sum(0, keepdim=True)
    dvar = drstd * (-0.5 * (var + eps) ** -1.5)
    dsquared = (dvar / (B - correction)).expand(B, H)
    via_xhat = dxhat * rstd
    via_squared = dsquared * (2 * centered)
    dcentered = via_xhat + via_squared
    dmean = -dcentered.sum(0, keepdim=True)
    via_mean = (dmean / B).expand(B, H)
    dx = dcentered + via_mean
    return Steps(dx, dgamma, dbeta, None, None, dmean, dcentered, dsquared, dvar, drstd, dxhat, dy)


def forward(
    x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5, correction: int = 1
) -> tuple[Tensor, Saved]:
    """Forward: the output, and what the fused backward needs.

    Shapes: x, y (B, H); gamma, beta (H,).
    Raises: as batch_size.
    Source: book/batchnorm_fused.md.
    """
    steps = forward_steps(x, gamma, beta, eps, correction)
    return steps.y, Saved(steps.xhat, steps.rstd, gamma, correction)


def backward(dy: Tensor, saved: Saved) -> tuple[Tensor, Tensor, Tensor]:
    """Backward, fused: the gradients (dx, dgamma, dbeta).

    Shapes: dy, dx (B, H); dgamma, dbeta (H,).
    Raises: ValueError or TypeError if dy does not have the shape and dtype of the forward output.
    Source: Ioffe & Szegedy (2015), page 4; simplified in book/batchnorm_fused.md.
    """
    xhat, rstd, gamma, correction = saved
    check_shape("dy", dy, xhat.shape, xhat.dtype)
    B, _ = xhat.shape
    dgamma = (dy * xhat).sum(0)
    dbeta = dy.sum(0)
    via_mean = dbeta / B
    via_var = xhat * (dgamma / (B - correction))
    dx = gamma * rstd * (dy - via_mean - via_var)
    return dx, dgamma, dbeta
