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


def linear_square(
    dy: Tensor, x: Tensor, W: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the gradients of `x` and of `W`.

    Forward, `y = x @ W @ W`: the same square matrix is used twice. `dy` is the gradient of `y`.

    Shapes: dy, x (B, H); W (H, H); results (B, H) and (H, H).
    """
    raise NotImplementedError


def linear_sequence(
    dy: Tensor, x: Tensor, W: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x`, of `W` and of `b`, when each example is a sequence of T rows.

    Forward, `y = x @ W + b`: the same weights and bias serve every place of every sequence.
    `dy` is the gradient of `y`.

    Shapes: dy (B, T, N); x (B, T, M); W (M, N); results (B, T, M), (M, N) and (N,).
    """
    raise NotImplementedError


def mend_two_linears(
    dy: Tensor, x: Tensor, W1: Tensor, W2: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x`, of `W1` and of `W2`.

    As you find it, one line is wrong; mend that line.
    Forward, `h = x @ W1` and `y = h @ W2`, and `dy` is the gradient of `y`. Both matrices are square.

    Shapes: dy, x (B, H); W1, W2 (H, H); results (B, H), (H, H) and (H, H).
    """
    h = x @ W1
    dh = dy @ W2.T
    dW2 = dh.T @ dy
    dx = dh @ W1.T
    dW1 = x.T @ dh
    return dx, dW1, dW2


def stamp_sizes(dy: Tensor, x: Tensor) -> Tensor:
    """Return the norm of each example's share of `dW`, without making the shares.

    Forward, `y = x @ W`, and `dy` is the gradient of `y`. The share of example `b` is the outer product of `x[b]`
    and `dy[b]`; its norm is the square root of the sum of its squared entries.

    Shapes: dy (B, N); x (B, M); result (B,).
    """
    raise NotImplementedError
