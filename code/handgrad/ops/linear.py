"""The linear operation y = x W + b, rows are examples."""

from typing import NamedTuple

from torch import Tensor

from handgrad.support.input_checks import check_matrix, check_same_dtype, check_shape


class Saved(NamedTuple):
    """What backward needs: x (B, M) and W (M, N)."""

    x: Tensor
    W: Tensor


def forward(x: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Saved]:
    """Forward: y = x W + b.

    Shapes: x (B, M); W (M, N); b (N,); y (B, N). `nn.Linear` stores the transpose of W.
    Raises: TypeError or ValueError, naming the input that does not fit.
    Source: book/linear.md.
    """
    _, M = check_matrix("x", x)
    _, N = check_matrix("W", W)
    check_shape("W", W, (M, N))
    check_shape("b", b, (N,))
    check_same_dtype(x=x, W=W, b=b)
    y = x @ W + b
    return y, Saved(x, W)


def backward(dy: Tensor, saved: Saved) -> tuple[Tensor, Tensor, Tensor]:
    """Backward: the gradients (dx, dW, db).

    Shapes: dy (B, N); dx (B, M); dW (M, N); db (N,).
    Raises: ValueError or TypeError if dy does not have the shape and dtype of the forward output.
    Source: book/linear.md.
    """
    x, W = saved
    check_shape("dy", dy, (x.shape[0], W.shape[1]), x.dtype)
    dx = dy @ W.T
    dW = x.T @ dy
    db = dy.sum(0)
    return dx, dW, db
