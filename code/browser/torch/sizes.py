"""The shape of a tensor: a tuple that prints as torch's does.

MicroPython reads a class made of tuple as if it were a tuple where it adds one to another, and what it finds is no
tuple. Its named tuples can be added, so there a shape is one, and whoever prints asks `worded`. In both Pythons a
slice of a shape, and a shape with a tuple added to it, are plain tuples, where torch makes another shape.
"""

import sys
from collections import namedtuple


class Size(tuple):
    """A shape in CPython."""

    def __repr__(self):
        return f"torch.Size({list(self)})"

    __str__ = __repr__


def size(shape):
    """A tuple of lengths as a shape."""
    return Size(shape)


# A type for each number of axes.
KINDS = {}


def named_size(shape):
    """A tuple of lengths as a shape, in MicroPython."""
    axes = len(shape)
    if axes not in KINDS:
        KINDS[axes] = namedtuple("Size", tuple([str(i) for i in range(axes)]))
    kind = KINDS[axes]
    return shape if type(shape) is kind else kind(*shape)


if sys.implementation.name == "micropython":
    size, Size = named_size, tuple


def is_size(value):
    """Whether a value is the shape of a tensor."""
    return isinstance(value, tuple) and type(value) is not tuple and type(value).__name__ == "Size"


def holds(value):
    """Whether a value is a shape, or a list, tuple or dict with one inside."""
    if isinstance(value, dict):
        return any(holds(each) for each in value.values())
    return is_size(value) or type(value) in (list, tuple) and any(holds(each) for each in value)


def said(value):
    """`repr`, with shapes as torch prints them."""
    if not holds(value):
        return repr(value)
    if is_size(value):
        return f"torch.Size({list(value)})"
    if isinstance(value, dict):
        return "{" + ", ".join([f"{key!r}: {said(each)}" for key, each in value.items()]) + "}"
    inside = ", ".join([said(each) for each in value])
    if isinstance(value, list):
        return f"[{inside}]"
    return f"({inside},)" if len(value) == 1 else f"({inside})"


def worded(value):
    """The value, or its text where it is to be printed and holds a shape."""
    return said(value) if holds(value) else value
