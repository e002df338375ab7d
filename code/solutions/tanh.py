"""Solutions of the chapter *Tanh, and derivatives read off the output*."""

import torch
from torch import Tensor


def tanh_backward(dy: Tensor, y: Tensor) -> Tensor:
    """Return the gradient of `x`, from the output alone.

    Forward, `y = x.tanh()`, and `dy` is the gradient of `y`.

    Shapes: dy, y, result (B, H).
    """
    return (1 - y**2) * dy


def sigmoid_backward(dy: Tensor, y: Tensor) -> Tensor:
    """Return the gradient of `x`, from the output alone.

    Forward, `y = x.sigmoid()`, which is `1 / (1 + (-x).exp())`, and `dy` is the gradient of `y`.

    Shapes: dy, y, result (B, H).
    """
    return y * (1 - y) * dy


def tanh_tail(dy: Tensor, x: Tensor) -> Tensor:
    """Return the gradient of `x` with all its digits, also where `x.tanh()` has been rounded to 1 or −1.

    Forward, `y = x.tanh()`, and `dy` is the gradient of `y`. Entries of `x` may be as large as 400,
    on either side of zero, and no entry of the result may be `nan`.

    Shapes: dy, x, result (B, H).
    """
    tail = torch.exp(-2 * x.abs())
    return 4 * tail / (1 + tail) ** 2 * dy


def rsqrt_backward(dy: Tensor, y: Tensor) -> Tensor:
    """Return the gradient of `x`, from the output alone.

    Forward, `y = x**-0.5`, the reciprocal of the square root of a positive number, and `dy` is the gradient of `y`.

    Shapes: dy, y, result (B, H).
    """
    return -(y**3) / 2 * dy


def mend_tanh_layer(
    dy: Tensor, x: Tensor, b: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the gradients of `x` and of `b`.

    As you find it, one line is wrong; mend that line.
    Forward, `y = (x + b).tanh()`, and `dy` is the gradient of `y`.

    Shapes: dy, x (B, H); b (H,); results (B, H) and (H,).
    """
    preact = x + b
    y = preact.tanh()
    dpreact = (1 - y**2) * dy
    db = dpreact.sum(0)
    return dpreact, db


def gelu_backward(dy: Tensor, x: Tensor) -> Tensor:
    """Return the gradient of `x` behind GELU, in the form that is made of a tanh.

    Forward, entry by entry, `inner = 0.8 * (x + 0.045 * x**3)` and `y = 0.5 * x * (1 + inner.tanh())`.
    `dy` is the gradient of `y`. The two constants are rounded.

    Shapes: dy, x, result (B, H).
    """
    h = (0.8 * (x + 0.045 * x**3)).tanh()
    dh = dy * 0.5 * x
    dinner = dh * (1 - h**2)
    return dy * 0.5 * (1 + h) + dinner * 0.8 * (1 + 3 * 0.045 * x**2)
