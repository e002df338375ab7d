"""Gradient descent in its plainest form."""

from torch import Tensor


def descend(params: tuple[Tensor, ...], gradients: tuple[Tensor, ...], rate: float) -> tuple[Tensor, ...]:
    """Move every parameter against its gradient; `params` stay as they are.

    Shapes: params a NamedTuple of tensors; gradients and the result the same.
    """
    return type(params)(*(p - rate * dp for p, dp in zip(params, gradients, strict=True)))
