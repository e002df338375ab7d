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
