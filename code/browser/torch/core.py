"""A tensor: a list of numbers, and how it is read as rows and columns. The operations are hung on it elsewhere."""

import sys

from browser.torch import dtypes, shapes
from browser.torch.errors import unsupported
from browser.torch.sizes import size


class Tensor:
    """Numbers of one type in a shape; views of it share its list.

    data: the numbers; entry i, j of a matrix stands at offset + i * strides[0] + j * strides[1].
    """

    # There is one device, no graph, and every entry is there.
    requires_grad = is_meta = is_cuda = is_sparse = False
    layout, device, is_leaf, grad, grad_fn = "strided", "cpu", True, None, None

    def __init__(self, data, shape, dtype, strides=None, offset=0):
        self.data, self.shape, self.dtype, self.offset = data, size(shape), dtype, offset
        # Whether it was made with its list, which then holds its entries in order and no others.
        self.whole = strides is None
        self.strides = shapes.contiguous(shape) if self.whole else strides

    def __getattr__(self, name):
        if name[:2] == "__":
            raise AttributeError(name)
        raise unsupported(f"Tensor.{name}")

    def places(self):
        """Where in the list each entry stands, in order."""
        return shapes.places(self.shape, self.strides, self.offset)

    def is_contiguous(self):
        """Whether the entries lie one behind the other."""
        if self.whole:
            return True
        normal = shapes.contiguous(self.shape)
        lengths = range(len(self.shape))
        return self.numel() == 0 or all(self.shape[i] == 1 or self.strides[i] == normal[i] for i in lengths)

    def flat(self):
        """The numbers in order. It may be the tensor's own list, so nobody writes to it."""
        if self.whole:
            return self.data
        if self.is_contiguous():
            end = self.offset + self.numel()
            return self.data if not self.offset and end == len(self.data) else self.data[self.offset : end]
        return shapes.taken(self.data, self.shape, self.strides, self.offset)

    def in_dtype(self, kind):
        """The numbers in order, rounded to another type."""
        return self.flat() if kind == self.dtype else dtypes.rounded(self.flat(), kind)

    def filling(self, shape, kind):
        """The numbers in the order of a shape that they are copied to, rounded to a type."""
        if shape == self.shape:
            return self.in_dtype(kind)
        if self.numel() == 1:
            return self.in_dtype(kind) * shapes.count(shape)
        return self.viewed(shape, shapes.expanded(self.shape, self.strides, shape)).in_dtype(kind)

    def viewed(self, shape, strides, offset=None):
        """The same numbers, read otherwise."""
        return Tensor(self.data, shape, self.dtype, strides, self.offset if offset is None else offset)

    def write(self, values):
        """Put numbers, of the tensor's type and in its order, into its list."""
        data = self.data
        for place, position in enumerate(self.places()):
            data[position] = values[place]
        return self

    def numel(self):
        """How many entries there are."""
        return shapes.count(self.shape)

    @property
    def ndim(self):
        return len(self.shape)

    def dim(self):
        return len(self.shape)

    def size(self, dim=None):
        """The shape, or the length of one axis."""
        return self.shape if dim is None else self.shape[shapes.axis(dim, len(self.shape))]

    def stride(self, dim=None):
        return self.strides if dim is None else self.strides[shapes.axis(dim, len(self.shape))]

    def item(self):
        """The only entry, as a number.

        Raises: RuntimeError where there are more.
        """
        if self.numel() != 1:
            raise RuntimeError(f"a Tensor with {self.numel()} elements cannot be converted to Scalar")
        return self.flat()[0]

    def tolist(self):
        """The numbers in lists in lists."""
        return nested(self.flat(), self.shape)

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self):
        if not self.shape:
            raise TypeError("iteration over a 0-d tensor")
        return iter([self.select(0, i) for i in range(self.shape[0])])

    def select(self, dim, index):
        """One place along an axis, which goes.

        Raises: IndexError where there is no such place.
        """
        if not self.shape:
            raise IndexError("select() cannot be applied to a 0-dim tensor.")
        dim = shapes.axis(dim, self.ndim)
        length = self.shape[dim]
        if not -length <= index < length:
            raise IndexError(f"index {index} is out of bounds for dimension {dim} with size {length}")
        offset = self.offset + index % length * self.strides[dim]
        shape, strides = self.shape, self.strides
        return self.viewed(shape[:dim] + shape[dim + 1 :], strides[:dim] + strides[dim + 1 :], offset)

    def __bool__(self):
        if self.numel() > 1:
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        if self.numel() == 0:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
        return self.flat()[0] != 0

    def __int__(self):
        return int(self.item())

    def __index__(self):
        if self.numel() != 1 or self.dtype.kind > dtypes.INT:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __hash__(self):
        return id(self)

    def __format__(self, form):
        return ("{:" + form + "}").format(self.item()) if form and not self.shape else repr(self)

    def __deepcopy__(self, memo):
        return Tensor(list(self.flat()), self.shape, self.dtype)


def nested(flat, shape):
    """A flat list as lists in lists."""
    if not shape:
        return flat[0]
    step = shapes.count(shape[1:])
    return [nested(flat[i * step : (i + 1) * step], shape[1:]) for i in range(shape[0])]


def number(value):
    """Whether a value is a number of Python."""
    return isinstance(value, (bool, int, float, complex))


def tensor_of(value):
    """A tensor, from itself or from a number of Python.

    Raises: TypeError for anything else.
    """
    if isinstance(value, Tensor):
        return value
    if not number(value):
        raise TypeError(f"expected a Tensor or a number, not {type(value).__name__}")
    kind = dtypes.of_number(value)
    # With all its digits: it is rounded to the type of what it meets.
    return Tensor([value], (), {dtypes.float32: dtypes.float64, dtypes.complex64: dtypes.complex128}.get(kind, kind))


def result_type(*values):
    """The type that tensors and numbers have together: a number, and a tensor without axes, yield to the others."""
    if len(values) == 2 and isinstance(values[0], Tensor) and isinstance(values[1], Tensor):
        kind = values[0].dtype
        if kind == values[1].dtype:
            return kind
    levels = [None, None, None]
    for value in values:
        level, kind = 2, None
        if isinstance(value, Tensor):
            level, kind = (0 if value.shape else 1), value.dtype
        else:
            kind = dtypes.of_number(value)
        levels[level] = kind if levels[level] is None else dtypes.promote(levels[level], kind)
    return dtypes.combined(levels[0], dtypes.combined(levels[1], levels[2]))


def hang(functions):
    """Make methods of functions that take a tensor first, by the name that each has in `functions`."""
    for name, function in functions.items():
        setattr(Tensor, name, function)


# MicroPython takes `1.0 / x` for the quotient of two floats where x can become one; there the page's editor helps.
if sys.implementation.name == "cpython":
    hang({"__float__": lambda x: float(x.item())})
