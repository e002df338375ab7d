"""Solutions of the two chapters on batch normalisation."""

from torch import Tensor


def batchnorm_dvar(
    dxhat: Tensor, centered: Tensor, var: Tensor, eps: float
) -> Tensor:
    """Return the gradient of `var`.

    Forward, `xhat = centered * (var + eps) ** -0.5`, and `dxhat` is the gradient of `xhat`.
    Count the path through `var` alone: `centered` is held fixed.

    Shapes: dxhat, centered (B, H); var, result (1, H); eps a number.
    """
    drstd = (dxhat * centered).sum(0, keepdim=True)
    return drstd * -0.5 * (var + eps) ** -1.5


def batchnorm_dcentered(
    dxhat: Tensor, dvar: Tensor, centered: Tensor, rstd: Tensor
) -> Tensor:
    """Return the gradient of `centered`, which is used twice.

    Forward, `var = (centered**2).sum(0, keepdim=True) / (B - 1)` and `xhat = centered * rstd`;
    `dvar` and `dxhat` are the gradients of `var` and `xhat`.

    Shapes: dxhat, centered, result (B, H); dvar, rstd (1, H).
    """
    B = len(centered)
    via_xhat = dxhat * rstd
    via_var = dvar * 2 * centered / (B - 1)
    return via_xhat + via_var


def batchnorm_backward(
    dy: Tensor, x: Tensor, gamma: Tensor, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x`, `gamma` and `beta`, line by line, without autograd.

    Forward, `xhat` is `x` less its column means, over the square root of its column variances plus `eps`
    (the variance divides by B - 1), and `y = gamma * xhat + beta`; `dy` is the gradient of `y`.

    Shapes: dy, x, dx (B, H); gamma, dgamma, dbeta (H,); eps a number.
    """
    B = len(x)
    centered = x - x.mean(0, keepdim=True)
    var = (centered**2).sum(0, keepdim=True) / (B - 1)
    rstd = (var + eps) ** -0.5
    xhat = centered * rstd
    dgamma = (dy * xhat).sum(0)
    dbeta = dy.sum(0)
    dxhat = dy * gamma
    dvar = (dxhat * centered).sum(0, keepdim=True) * -0.5 * rstd**3
    dcentered = dxhat * rstd + dvar * 2 * centered / (B - 1)
    dx = dcentered - dcentered.mean(0, keepdim=True)
    return dx, dgamma, dbeta


def batchnorm_biased(
    dy: Tensor, x: Tensor, gamma: Tensor, eps: float
) -> Tensor:
    """Return the gradient of the input `x` of `F.batch_norm` in training, without autograd.

    PyTorch normalises with the variance that divides by B; else the forward pass is that of this chapter:
    `y = gamma * xhat + beta`, and `dy` is the gradient of `y`.

    Shapes: dy, x, result (B, H); gamma (H,); eps a number.
    """
    B = len(x)
    centered = x - x.mean(0, keepdim=True)
    rstd = ((centered**2).sum(0, keepdim=True) / B + eps) ** -0.5
    dxhat = dy * gamma
    dvar = (dxhat * centered).sum(0, keepdim=True) * -0.5 * rstd**3
    dcentered = dxhat * rstd + dvar * 2 * centered / B
    return dcentered - dcentered.mean(0, keepdim=True)


def mend_batchnorm(
    dy: Tensor, x: Tensor, gamma: Tensor, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x`, `gamma` and `beta`, line by line.

    As you find it, the forward lines are right and one of the backward lines is wrong; mend that line.
    The variance divides by B - 1, `y = gamma * xhat + beta`, and `dy` is the gradient of `y`.

    Shapes: dy, x, dx (B, H); gamma, dgamma, dbeta (H,); eps a number.
    """
    B, H = x.shape
    centered = x - x.mean(0, keepdim=True)
    var = (centered**2).sum(0, keepdim=True) / (B - 1)
    rstd = (var + eps) ** -0.5
    xhat = centered * rstd
    dgamma = (dy * xhat).sum(0)
    dbeta = dy.sum(0)
    dxhat = dy * gamma
    drstd = (dxhat * centered).sum(0, keepdim=True)
    dvar = drstd * -0.5 * (var + eps) ** -1.5
    dsquared = (dvar / (B - 1)).expand(B, H)
    dcentered = dxhat * rstd + dsquared * 2 * centered
    dmean = -dcentered.sum(0, keepdim=True)
    dx = dcentered + dmean / B
    return dx, dgamma, dbeta


def batchnorm_fused(
    dy: Tensor, xhat: Tensor, rstd: Tensor, gamma: Tensor
) -> Tensor:
    """Return the gradient of the input `x` of batch normalisation in one line.

    Forward, `y = gamma * xhat + beta`; the variance divides by B - 1; `dy` is the gradient of `y`.

    Shapes: dy, xhat, result (B, H); rstd (1, H); gamma (H,).
    """
    B = len(dy)
    return gamma * rstd * (dy - dy.mean(0) - xhat * (dy * xhat).sum(0) / (B - 1))


def mend_batchnorm_fused(
    dy: Tensor, xhat: Tensor, rstd: Tensor, gamma: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x`, `gamma` and `beta`, fused.

    As you find it, one line is wrong; mend that line. Forward, `y = gamma * xhat + beta`;
    the variance divides by B - 1; `dy` is the gradient of `y`.

    Shapes: dy, xhat, dx (B, H); rstd (1, H); gamma, dgamma, dbeta (H,).
    """
    B = len(dy)
    dgamma = (dy * xhat).sum(0)
    dbeta = dy.sum(0)
    via_mean = dbeta / B
    via_var = xhat * dgamma / (B - 1)
    dx = gamma * rstd * (dy - via_mean - via_var)
    return dx, dgamma, dbeta


def layernorm_rows(dy: Tensor, xhat: Tensor, rstd: Tensor) -> Tensor:
    """Return the gradient of the input `x` of a normalisation along rows, without gain and shift.

    Layer normalisation does to each row what batch normalisation does to each column:
    `xhat` is `x` less its row means, times `rstd`, and the variance divides by H. `dy` is the gradient of `xhat`.

    Shapes: dy, xhat, result (B, H); rstd (B, 1).
    """
    mean_dy = dy.mean(1, keepdim=True)
    mean_along = (dy * xhat).mean(1, keepdim=True)
    return rstd * (dy - mean_dy - xhat * mean_along)
