"""Exercises of the chapter *The linear operation*."""

import torch
from torch import Tensor


def linear_dx(dy: Tensor, W: Tensor) -> Tensor:
    """Return the gradient of `x`.

    Forward, `y = x @ W + b`, and `dy` is the gradient of `y`.

    Shapes: dy (B, N); W (M, N); result (B, M).
    """
    raise NotImplementedError


def linear_dW(dy: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradients of `W` and of `b`.

    Forward, `y = x @ W + b`, and `dy` is the gradient of `y`.

    Shapes: dy (B, N); x (B, M); results (M, N) and (N,).
    """
    raise NotImplementedError


def linear_square(dy: Tensor, x: Tensor, W: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradients of `x` and of `W`.

    Forward, `y = x @ W @ W`: the same square matrix is used twice. `dy` is the gradient of `y`.

    Shapes: dy, x (B, H); W (H, H); results (B, H) and (H, H).
    """
    raise NotImplementedError
