"""New tensors: from lists, of zeros, of numbers in a row."""

from browser.torch import dtypes, shapes
from browser.torch.core import Tensor, hang, number, result_type, tensor_of
from browser.torch.dtypes import FLOAT
from browser.torch.errors import unsupported


def shape_of(value):
    """The lengths of lists in lists, and of the tensors in them."""
    if isinstance(value, (list, tuple, range)):
        return (len(value),) + (shape_of(value[0]) if len(value) else ())
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, str):
        raise TypeError("new(): invalid data type 'str'")
    if not number(value):
        raise RuntimeError(f"Could not infer dtype of {type(value).__name__}")
    return ()


def collect(value, shape, depth, found):
    """Put the numbers of lists in lists behind one another."""
    if depth == len(shape):
        if isinstance(value, (list, tuple, range)):
            raise TypeError("expected the same depth everywhere: one entry is a list, and another is a number")
        found.append(value)
        return
    if number(value) or isinstance(value, Tensor) and not value.shape:
        raise TypeError("expected the same depth everywhere: one entry is a number, and another is a list")
    if len(value) != shape[depth]:
        raise ValueError(f"expected sequence of length {shape[depth]} at dim {depth} (got {len(value)})")
    for part in value:
        collect(part, shape, depth + 1, found)


def tensor(data, dtype=None, device=None, requires_grad=False):
    """A tensor of its own from a number, from lists in lists, or from a tensor."""
    refuse_graph(requires_grad)
    if isinstance(data, Tensor):
        return data.to(dtype or data.dtype, copy=True)
    shape, found = shape_of(data), []
    collect(data, shape, 0, found)
    kind, numbers = None, []
    for value in found:
        each = value.dtype if isinstance(value, Tensor) else dtypes.of_number(value)
        # Python's floats are float32 here, unless one of the entries is a tensor of its own type.
        kind = each if kind is None else dtypes.promote(kind, each)
        numbers.append(value.item() if isinstance(value, Tensor) else value)
    kind = dtype or kind or dtypes.float32
    return Tensor(dtypes.rounded(numbers, kind), shape, kind)


def refuse_graph(requires_grad):
    if requires_grad:
        raise unsupported("requires_grad=True")


def as_tensor(data, dtype=None, device=None):
    return data.to(dtype or data.dtype) if isinstance(data, Tensor) else tensor(data, dtype)


def full(size, fill_value, dtype=None, device=None, requires_grad=False):
    refuse_graph(requires_grad)
    if isinstance(size, int):
        raise TypeError("full(): argument 'size' (position 1) must be tuple of ints, not int")
    shape = shapes.sizes_of([size])
    if any(length < 0 for length in shape):
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(shape)}: {list(shape)}")
    fill_value = fill_value.item() if isinstance(fill_value, Tensor) else fill_value
    kind = dtype or dtypes.of_number(fill_value)
    return Tensor(dtypes.rounded([fill_value], kind) * shapes.count(shape), shape, kind)


def filled(value):
    """`zeros` or `ones`."""

    def make(*sizes, size=None, dtype=None, device=None, requires_grad=False):
        return full(
            shapes.sizes_of(sizes if size is None else size), value, dtype or dtypes.float32, None, requires_grad
        )

    return make


def filled_like(value):
    """`zeros_like` or `ones_like`."""

    def make(x, dtype=None, device=None, requires_grad=False, memory_format=None):
        if not isinstance(x, Tensor):
            raise TypeError(f"argument 'input' (position 1) must be Tensor, not {type(x).__name__}")
        return full(x.shape, value, dtype or x.dtype, None, requires_grad)

    return make


def filled_beside(value):
    """`new_zeros` or `new_ones`."""

    def make(x, *sizes, size=None, dtype=None, device=None, requires_grad=False):
        return full(shapes.sizes_of(sizes if size is None else size), value, dtype or x.dtype, None, requires_grad)

    return make


zeros, ones = filled(0.0), filled(1.0)
zeros_like, ones_like = filled_like(0.0), filled_like(1.0)


def full_like(x, fill_value, dtype=None, device=None):
    return full(x.shape, fill_value, dtype or x.dtype)


def new_tensor(x, data, dtype=None, device=None, requires_grad=False):
    return tensor(data, dtype or x.dtype, None, requires_grad)


def new_full(x, size, fill_value, dtype=None, device=None):
    return full(size, fill_value, dtype or x.dtype)


def arange(start, end=None, step=1, dtype=None, device=None):
    """Numbers from `start` up to `end`, which is left out."""
    start, end = (0, start) if end is None else (start, end)
    start, end, step = (v.item() if isinstance(v, Tensor) else v for v in (start, end, step))
    kind = dtype or (dtypes.float32 if any(isinstance(v, float) for v in (start, end, step)) else dtypes.int64)
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) / step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    count = -int(-(end - start) // step)
    return Tensor(dtypes.rounded([start + i * step for i in range(count)], kind), (count,), kind)


def linspace(start, end, steps, dtype=None, device=None):
    step = (end - start) / (steps - 1) if steps > 1 else 0.0
    # From both ends, as in torch, so that the last one is exact.
    values = [start + i * step if i < steps // 2 else end - (steps - 1 - i) * step for i in range(steps)]
    kind = dtype or dtypes.float32
    return Tensor(dtypes.rounded(values[:1] if steps == 1 else values, kind), (steps,), kind)


def eye(n, m=None, dtype=None, device=None):
    m, kind = n if m is None else m, dtype or dtypes.float32
    return Tensor(dtypes.rounded([i == j for i in range(n) for j in range(m)], kind), (n, m), kind)


def empty(*sizes, dtype=None, device=None, requires_grad=False):
    """Zeros: what stands in the memory of torch's is anything."""
    return zeros(*sizes, dtype=dtype, requires_grad=requires_grad)


def joined_type(tensors):
    """The type that tensors have together, side by side."""
    for place, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(f"expected Tensor as element {place} in argument 0, but got {type(each).__name__}")
    return result_type(*tensors)


def cat(tensors, dim=0, axis=None):
    """Tensors one behind the other along an axis that they have."""
    tensors = list(tensors)
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    kind, dim = joined_type(tensors), dim if axis is None else axis
    # An empty vector fits everywhere.
    tensors = [each for each in tensors if each.shape != (0,)] or tensors[:1]
    ndim = tensors[0].ndim
    for place, each in enumerate(tensors):
        if each.ndim == 0:
            raise RuntimeError(f"zero-dimensional tensor (at position {place}) cannot be concatenated")
    dim = shapes.axis(dim, ndim)
    for number_of, each in enumerate(tensors):
        check_side(tensors[0], each, dim, number_of)
    shape, parts = tensors[0].shape, []
    for outer in range(shapes.count(shape[:dim])):
        parts.append(outer)
    flats = [each.in_dtype(kind) for each in tensors]
    steps = [shapes.count(each.shape[dim:]) for each in tensors]
    values = []
    for outer in parts:
        for i in range(len(flats)):
            values += flats[i][outer * steps[i] : (outer + 1) * steps[i]]
    length = sum([each.shape[dim] for each in tensors])
    return Tensor(values, shape[:dim] + (length,) + shape[dim + 1 :], kind)


def check_side(first, each, dim, number_of):
    """Whether a tensor fits beside the first.

    Raises: RuntimeError where it does not.
    """
    if each.ndim != first.ndim:
        raise RuntimeError(f"Tensors must have same number of dimensions: got {first.ndim} and {each.ndim}")
    for i in range(first.ndim):
        if i != dim and first.shape[i] != each.shape[i]:
            raise RuntimeError(
                f"Sizes of tensors must match except in dimension {dim}. Expected size {first.shape[i]} "
                f"but got size {each.shape[i]} for tensor number {number_of} in the list."
            )


def stack(tensors, dim=0):
    """Tensors of one shape side by side along a new axis."""
    tensors = list(tensors)
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    joined_type(tensors)
    shapes.axis(dim, tensors[0].ndim + 1)
    for place, each in enumerate(tensors):
        if each.shape != tensors[0].shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(tensors[0].shape)} at entry "
                f"0 and {list(each.shape)} at entry {place}"
            )
    return cat([each.unsqueeze(dim) for each in tensors], dim)


def hstack(tensors):
    return cat(tensors, 0 if tensors[0].ndim == 1 else 1)


def vstack(tensors):
    return cat([each.unsqueeze(0) if each.ndim == 1 else each for each in tensors])


def broadcast_tensors(*tensors):
    shape = shapes.broadcast(*[each.shape for each in tensors])
    return [each.expand(shape) for each in tensors]


def bincount(x, weights=None, minlength=0):
    """How often each integer comes, or the sum of the weights that come with it."""
    if x.dtype.kind >= FLOAT:
        raise NotImplementedError(f"\"bincount_cpu\" not implemented for '{x.dtype.said}'")
    if x.ndim != 1 or any(v < 0 for v in x.flat()):
        raise RuntimeError("bincount only supports 1-d non-negative integral inputs.")
    found = [0 if weights is None else 0.0] * max(minlength, max(x.flat(), default=-1) + 1)
    numbers = [1] * x.numel() if weights is None else weights.flat()
    for place, value in zip(x.flat(), numbers, strict=True):
        found[place] += value
    return Tensor(found, (len(found),), dtypes.int64 if weights is None else dtypes.float64)


def same_numbers(left, right):
    """`equal`: one truth value, for shape and numbers."""
    x, y = left.flat(), right.flat()
    return left.shape == right.shape and all([x[i] == y[i] for i in range(len(x))])


def isclose(left, right, rtol=1e-05, atol=1e-08, equal_nan=False):
    if left.dtype != right.dtype:
        raise RuntimeError(f"{left.dtype.said} did not match {right.dtype.said}")
    near = abs(left - right) <= atol + abs(rtol * right)
    return (left == right) | near & abs(left - right).isfinite()


def allclose(left, right, rtol=1e-05, atol=1e-08, equal_nan=False):
    return bool(isclose(left, right, rtol, atol).all())


def scalar_tensor(value, dtype=None):
    return tensor_of(value).to(dtype or dtypes.float32)


MAKING = {
    "tensor": tensor,
    "as_tensor": as_tensor,
    "full": full,
    "zeros": zeros,
    "ones": ones,
    "zeros_like": zeros_like,
    "ones_like": ones_like,
    "full_like": full_like,
    "empty_like": zeros_like,
    "arange": arange,
    "linspace": linspace,
    "eye": eye,
    "empty": empty,
    "cat": cat,
    "concat": cat,
    "concatenate": cat,
    "stack": stack,
    "hstack": hstack,
    "vstack": vstack,
    "broadcast_tensors": broadcast_tensors,
    "scalar_tensor": scalar_tensor,
}
BOTH = {"bincount": bincount, "equal": same_numbers, "isclose": isclose, "allclose": allclose}
hang(BOTH)
hang(
    {
        "new_zeros": filled_beside(0.0),
        "new_ones": filled_beside(1.0),
        "new_empty": filled_beside(0.0),
        "new_tensor": new_tensor,
        "new_full": new_full,
    }
)
