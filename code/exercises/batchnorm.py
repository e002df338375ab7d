"""Exercises of the two chapters on batch normalisation."""

from torch import Tensor


def batchnorm_dvar(dxhat: Tensor, centered: Tensor, var: Tensor, eps: float) -> Tensor:
    """Return the gradient of `var`.

    Forward, `xhat = centered * (var + eps) ** -0.5`, and `dxhat` is the gradient of `xhat`.
    Count the path through `var` alone: `centered` is held fixed.

    Shapes: dxhat, centered (B, H); var, result (1, H); eps a number.
    """
    raise NotImplementedError


def batchnorm_dcentered(dxhat: Tensor, dvar: Tensor, centered: Tensor, rstd: Tensor) -> Tensor:
    """Return the gradient of `centered`, which is used twice.

    Forward, `var = (centered**2).sum(0, keepdim=True) / (B - 1)` and `xhat = centered * rstd`;
    `dvar` and `dxhat` are the gradients of `var` and `xhat`.

    Shapes: dxhat, centered, result (B, H); dvar, rstd (1, H).
    """
    raise NotImplementedError


def batchnorm_backward(
    dy: Tensor, x: Tensor, gamma: Tensor, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x`, `gamma` and `beta`, line by line, without autograd.

    Forward, `xhat` is `x` less its column means, over the square root of its column variances plus `eps`
    (the variance divides by B - 1), and `y = gamma * xhat + beta`; `dy` is the gradient of `y`.

    Shapes: dy, x, dx (B, H); gamma, dgamma, dbeta (H,); eps a number.
    """
    raise NotImplementedError


def batchnorm_fused(dy: Tensor, xhat: Tensor, rstd: Tensor, gamma: Tensor) -> Tensor:
    """Return the gradient of the input `x` of batch normalisation in one line.

    Forward, `y = gamma * xhat + beta`; the variance divides by B - 1; `dy` is the gradient of `y`.

    Shapes: dy, xhat, result (B, H); rstd (1, H); gamma (H,).
    """
    raise NotImplementedError


def layernorm_rows(dy: Tensor, xhat: Tensor, rstd: Tensor) -> Tensor:
    """Return the gradient of the input `x` of a normalisation along rows, without gain and shift.

    Layer normalisation does to each row what batch normalisation does to each column:
    `xhat` is `x` less its row means, times `rstd`, and the variance divides by H. `dy` is the gradient of `xhat`.

    Shapes: dy, xhat, result (B, H); rstd (B, 1).
    """
    raise NotImplementedError
