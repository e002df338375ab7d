"""The forms that write into their tensor: `add_`, `+=`, `zero_`, `copy_`."""

from browser.torch import elementwise, indexing, pointwise, reductions, shapes, views
from browser.torch.core import Tensor, hang, number, tensor_of


def written(x, found):
    """Put a result into the tensor that it was computed from.

    Raises: RuntimeError where shape or type of the result does not fit in.
    """
    if shapes.broadcast(x.shape, found.shape) != x.shape:
        raise RuntimeError(f"output with shape {list(x.shape)} doesn't match the broadcast shape {list(found.shape)}")
    if found.dtype.kind > x.dtype.kind:
        raise RuntimeError(f"result type {found.dtype.said} can't be cast to the desired output type {x.dtype.said}")
    indexing.overlapping(x)
    return x.write(list(found.filling(x.shape, x.dtype)))


def in_place(function):
    """The form of an operation that writes into its first tensor."""
    return lambda x, *arguments, **named: written(x, function(x, *arguments, **named))


def operator(function):
    """An augmented assignment, such as `x *= y`, which Python must not replace by `x = x * y`."""

    def operate(x, other):
        if not isinstance(other, Tensor) and not number(other):
            return NotImplemented
        return written(x, function(x, other))

    return operate


def copy_(x, source):
    if shapes.broadcast(x.shape, source.shape) != x.shape:
        raise RuntimeError(f"output with shape {list(x.shape)} doesn't match the broadcast shape {list(source.shape)}")
    indexing.fill(x, source)
    return x


def fill_(x, value):
    indexing.overlapping(x)
    return x.write(tensor_of(value).in_dtype(x.dtype) * x.numel())


def fill_diagonal_(x, value):
    x.diagonal().fill_(value)
    return x


def clamp_min(x, bound):
    return pointwise.clamp(x, min=bound)


def clamp_max(x, bound):
    return pointwise.clamp(x, max=bound)


def requires_grad_(x, wanted=True):
    """No gradient is wanted, or the sentence on autograd."""
    return x if not wanted else x.requires_grad_of_autograd


EVERYWHERE = dict(elementwise.BINARY)
EVERYWHERE.update(pointwise.UNARY)
EVERYWHERE.update({"clamp_min": clamp_min, "clamp_max": clamp_max})
hang({"clamp_min": clamp_min, "clamp_max": clamp_max})
hang({name + "_": in_place(function) for name, function in EVERYWHERE.items()})
hang({f"__i{name}__": operator(function) for name, function in elementwise.SIGNS.items()})
hang(
    {
        "__ipow__": operator(pointwise.pow_),
        "copy_": copy_,
        "fill_": fill_,
        "zero_": lambda x: fill_(x, 0),
        "fill_diagonal_": fill_diagonal_,
        "tril_": in_place(views.tril),
        "triu_": in_place(views.triu),
        "cumsum_": in_place(reductions.cumsum),
    }
)
# What the page's editor writes for an augmented assignment, where Python itself does not ask the tensor.
AUGMENTED = {
    "+=": "__iadd__",
    "-=": "__isub__",
    "*=": "__imul__",
    "/=": "__itruediv__",
    "//=": "__ifloordiv__",
    "%=": "__imod__",
    "**=": "__ipow__",
    "&=": "__iand__",
    "|=": "__ior__",
    "^=": "__ixor__",
}
