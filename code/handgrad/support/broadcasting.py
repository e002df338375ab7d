"""The sum rule: a value copied forward collects the sum of its copies' gradients."""

from torch import Tensor


def unbroadcast(grad: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Sum `grad` over the axes along which a value of `shape` was copied.

    Shapes: grad any shape that `shape` broadcasts to; result `shape`.
    Raises: ValueError if `shape` does not broadcast to the shape of grad.
    Source: book/vjp.md, section "A copy forward is a sum backward".
    """
    shape = tuple(shape)
    missing = grad.ndim - len(shape)
    fits = missing >= 0 and all(n in (1, m) for n, m in zip(shape, grad.shape[missing:], strict=True))
    if not fits:
        raise ValueError(f"a value of shape {shape} does not broadcast to {tuple(grad.shape)}")
    # An axis of size 1 counts as copied only where the gradient is wider.
    stretched = [
        axis for axis in range(grad.ndim)
        if axis < missing or shape[axis - missing] != grad.shape[axis]
    ]
    return (grad.sum(stretched, keepdim=True) if stretched else grad).reshape(shape)
