"""Other ways to read the same numbers, and copies: the shape changes, no number does."""

from browser.torch import dtypes, shapes
from browser.torch.core import Tensor, hang
from browser.torch.errors import unsupported


def view(x, *sizes):
    """The same numbers in another shape, sharing their memory.

    Raises: RuntimeError where they do not lie so that they can be read in that shape.
    """
    if len(sizes) == 1 and isinstance(sizes[0], dtypes.dtype):
        raise unsupported("Tensor.view(dtype)")
    shape = shapes.completed(shapes.sizes_of(sizes), x.numel())
    strides = shapes.restrided(x.shape, x.strides, shape)
    if strides is None:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension "
            "spans across two contiguous subspaces). Use .reshape(...) instead."
        )
    return x.viewed(shape, strides)


def reshape(x, *sizes):
    """The same numbers in another shape: a view where that can be, else a copy."""
    shape = shapes.completed(shapes.sizes_of(sizes), x.numel())
    strides = shapes.restrided(x.shape, x.strides, shape)
    return Tensor(list(x.flat()), shape, x.dtype) if strides is None else x.viewed(shape, strides)


def flatten(x, start_dim=0, end_dim=-1):
    start, end = shapes.axis(start_dim, x.ndim), shapes.axis(end_dim, x.ndim)
    if not x.shape:
        return reshape(x, 1)
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    return reshape(x, *x.shape[:start], shapes.count(x.shape[start : end + 1]), *x.shape[end + 1 :])


def unflatten(x, dim, sizes):
    dim = shapes.axis(dim, x.ndim)
    return view(x, *x.shape[:dim], *shapes.completed(sizes, x.shape[dim]), *x.shape[dim + 1 :])


def permute(x, *dims):
    dims = shapes.sizes_of(dims)
    if len(dims) != x.ndim:
        raise RuntimeError(
            "permute(sparse_coo): number of dimensions in the tensor input does not match the length of "
            f"the desired ordering of dimensions i.e. input.dim() = {x.ndim} is not equal to "
            f"len(dims) = {len(dims)}"
        )
    dims = shapes.axes(dims, x.ndim)
    return x.viewed(tuple([x.shape[i] for i in dims]), tuple([x.strides[i] for i in dims]))


def transpose(x, dim0, dim1):
    dims = list(range(max(x.ndim, 1)))
    first, second = shapes.axis(dim0, x.ndim), shapes.axis(dim1, x.ndim)
    dims[first], dims[second] = dims[second], dims[first]
    return permute(x, *dims) if x.shape else x


def t(x):
    if x.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {x.ndim}D")
    return transpose(x, 0, 1) if x.ndim == 2 else x.viewed(x.shape, x.strides)


def turned(x):
    """`.T`: all axes in the other order."""
    return permute(x, *range(x.ndim - 1, -1, -1)) if x.shape else x


def matrix_turned(x):
    """`.mT`: the last two axes exchanged."""
    if x.ndim < 2:
        raise RuntimeError(f"tensor.mT is only supported on matrices or batches of matrices. Got {x.ndim}-D tensor.")
    return transpose(x, -2, -1)


def movedim(x, source, destination):
    source, destination = shapes.axis(source, x.ndim), shapes.axis(destination, x.ndim)
    dims = [i for i in range(x.ndim) if i != source]
    dims.insert(destination, source)
    return permute(x, *dims) if x.shape else x


def squeeze(x, dim=None):
    gone = list(range(x.ndim)) if dim is None else shapes.axes(dim, x.ndim)
    kept = [i for i in range(x.ndim) if i not in gone or x.shape[i] != 1]
    return x.viewed(tuple([x.shape[i] for i in kept]), tuple([x.strides[i] for i in kept]))


def unsqueeze(x, dim):
    dim = shapes.axis(dim, x.ndim + 1)
    return x.viewed(x.shape[:dim] + (1,) + x.shape[dim:], x.strides[:dim] + (0,) + x.strides[dim:])


def expand(x, *sizes):
    """Copies along axes of length 1, without memory of their own."""
    sizes = shapes.sizes_of(sizes)
    missing = len(sizes) - x.ndim
    if -1 in sizes[: max(missing, 0)]:
        raise RuntimeError(
            f"The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension {0}"
        )
    wanted = [x.shape[i - missing] if sizes[i] == -1 and i >= missing else sizes[i] for i in range(len(sizes))]
    return x.viewed(tuple(wanted), shapes.expanded(x.shape, x.strides, tuple(wanted)))


def narrow(x, dim, start, length):
    dim = shapes.axis(dim, x.ndim)
    start = start % x.shape[dim] if start < 0 else start
    if length < 0 or start + length > x.shape[dim]:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({x.shape[dim]}).")
    shape = x.shape[:dim] + (length,) + x.shape[dim + 1 :]
    return x.viewed(shape, x.strides, x.offset + start * x.strides[dim])


def split(x, size, dim=0):
    """Views of `size` places each along an axis, or of the sizes in a list."""
    if not x.shape:
        raise RuntimeError("split expects at least a 1-dimensional tensor")
    dim = shapes.axis(dim, x.ndim)
    length = x.shape[dim]
    sizes = list(size) if isinstance(size, (list, tuple)) else [min(size, length - i) for i in range(0, length, size)]
    if sum(sizes) != length:
        raise RuntimeError(
            "split_with_sizes expects split_sizes to sum exactly to "
            f"{length} (input tensor's size at dimension {dim}), but got split_sizes={sizes}"
        )
    return tuple([narrow(x, dim, sum(sizes[:i]), sizes[i]) for i in range(len(sizes))])


def chunk(x, chunks, dim=0):
    return split(x, -(-x.shape[shapes.axis(dim, x.ndim)] // chunks), dim)


def unbind(x, dim=0):
    return tuple([x.select(dim, i) for i in range(x.shape[shapes.axis(dim, x.ndim)])])


def diagonal(x, offset=0, dim1=0, dim2=1):
    """The entries of matrices whose row and column are equal, as a view."""
    first, second = shapes.axis(dim1, x.ndim), shapes.axis(dim2, x.ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    rows, columns = x.shape[first] - max(-offset, 0), x.shape[second] - max(offset, 0)
    start = x.offset + max(-offset, 0) * x.strides[first] + max(offset, 0) * x.strides[second]
    rest = [i for i in range(x.ndim) if i not in (first, second)]
    shape = tuple([x.shape[i] for i in rest]) + (max(min(rows, columns), 0),)
    return x.viewed(shape, tuple([x.strides[i] for i in rest]) + (x.strides[first] + x.strides[second],), start)


def unfold(x, dimension, size, step):
    """Windows along an axis, as a view with one axis more."""
    dim = shapes.axis(dimension, x.ndim)
    if not x.shape:
        x = x.unsqueeze(0)
    if size > x.shape[dim]:
        raise RuntimeError(f"maximum size for tensor at dimension {dim} is {x.shape[dim]} but size is {size}")
    number = (x.shape[dim] - size) // step + 1
    shape = x.shape[:dim] + (number,) + x.shape[dim + 1 :] + (size,)
    strides = x.strides[:dim] + (x.strides[dim] * step,) + x.strides[dim + 1 :] + (x.strides[dim],)
    return x.viewed(shape, strides)


def clone(x, memory_format=None):
    return Tensor(list(x.flat()), x.shape, x.dtype)


def contiguous(x):
    return x if x.is_contiguous() else clone(x)


def detach(x):
    return x.viewed(x.shape, x.strides)


def to(x, *wanted, dtype=None, device=None, copy=False, non_blocking=False):
    """The numbers in another type; the tensor itself where it has that type."""
    for each in wanted:
        if isinstance(each, Tensor):
            dtype = each.dtype
        elif isinstance(each, dtypes.dtype):
            dtype = each
    if dtype is None or dtype == x.dtype:
        return clone(x) if copy else x
    return Tensor(dtypes.rounded(x.flat(), dtype), x.shape, dtype)


def repeat(x, *sizes):
    """Copies one behind the other along each axis."""
    sizes = shapes.sizes_of(sizes)
    missing = len(sizes) - x.ndim
    if missing < 0:
        raise RuntimeError("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
    shape = (1,) * missing + x.shape
    strides, wanted = (0,) * missing + x.strides, []
    doubled = []
    for i in range(len(sizes)):
        wanted += [sizes[i], shape[i]]
        doubled += [0, strides[i]]
    return reshape(x.viewed(tuple(wanted), tuple(doubled)), *[sizes[i] * shape[i] for i in range(len(sizes))])


def tile(x, *sizes):
    sizes = shapes.sizes_of(sizes)
    return repeat(x, *((1,) * (x.ndim - len(sizes)) + sizes))


def picked(x, dim, order):
    """The places `order` along an axis, in memory of their own."""
    dim = shapes.axis(dim, x.ndim)
    moved = movedim(x, dim, 0)
    rows = [value for place in order for value in moved.select(0, place).flat()]
    return clone(movedim(Tensor(rows, (len(order),) + moved.shape[1:], x.dtype), 0, dim))


def flip(x, *dims):
    for dim in shapes.axes(shapes.sizes_of(dims), x.ndim) if shapes.sizes_of(dims) else []:
        x = picked(x, dim, range(x.shape[dim] - 1, -1, -1))
    return clone(x)


def roll(x, shifts, dims=None):
    if dims is None:
        return reshape(roll(flatten(x), shifts, 0), *x.shape)
    shifts, dims = (v if isinstance(v, (tuple, list)) else (v,) for v in (shifts, dims))
    for i in range(len(dims)):
        length = x.shape[shapes.axis(dims[i], x.ndim)]
        x = picked(x, dims[i], [(place - shifts[i]) % length for place in range(length)])
    return x


def repeat_interleave(x, repeats, dim=None, output_size=None):
    """Each place several times, one behind the other."""
    if dim is None:
        x, dim = flatten(x), 0
    length = x.shape[shapes.axis(dim, x.ndim)]
    times = [repeats] * length if isinstance(repeats, int) else repeats.expand(length).tolist()
    return picked(x, dim, [place for place in range(length) for _ in range(times[place])])


def band(inside):
    """`tril` or `triu`: zero outside of a part of each matrix."""

    def keep(x, diagonal=0):
        if x.ndim < 2:
            raise RuntimeError("tril: input tensor must have at least 2 dimensions")
        rows, columns = x.shape[-2], x.shape[-1]
        values, zero = list(x.flat()), dtypes.rounded([0], x.dtype)[0]
        for place in range(len(values)):
            row, column = place // columns % rows, place % columns
            if not inside(column - row, diagonal):
                values[place] = zero
        return Tensor(values, x.shape, x.dtype)

    return keep


tril, triu = band(lambda off, diagonal: off <= diagonal), band(lambda off, diagonal: off >= diagonal)


def diag(x, diagonal=0):
    """The diagonal of a matrix, or the matrix with a vector on its diagonal."""
    if x.ndim == 2:
        return clone(globals()["diagonal"](x, diagonal))
    if x.ndim != 1:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {x.ndim}D")
    return diag_embed(x, diagonal)


def diag_embed(x, offset=0, dim1=-2, dim2=-1):
    """Matrices with the last axis on their diagonals."""
    side = x.shape[-1] + abs(offset)
    shape = x.shape[:-1] + (side, side)
    found = Tensor(dtypes.rounded([0], x.dtype) * shapes.count(shape), shape, x.dtype)
    globals()["diagonal"](found, offset, -2, -1).write(x.flat())
    return found


VIEWS = {
    "reshape": reshape,
    "flatten": flatten,
    "unflatten": unflatten,
    "permute": permute,
    "transpose": transpose,
    "swapaxes": transpose,
    "t": t,
    "movedim": movedim,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "narrow": narrow,
    "split": split,
    "chunk": chunk,
    "unbind": unbind,
    "diagonal": diagonal,
    "clone": clone,
    "detach": detach,
    "tile": tile,
    "flip": flip,
    "roll": roll,
    "repeat_interleave": repeat_interleave,
    "tril": tril,
    "triu": triu,
    "diag": diag,
    "diag_embed": diag_embed,
    "ravel": flatten,
}
METHODS = {
    "view": view,
    "expand": expand,
    "repeat": repeat,
    "contiguous": contiguous,
    "to": to,
    "unfold": unfold,
    "expand_as": lambda x, other: expand(x, other.shape),
    "view_as": lambda x, other: view(x, other.shape),
    "reshape_as": lambda x, other: reshape(x, other.shape),
    "cpu": lambda x: x,
    "type": lambda x, dtype=None: to(x, dtype),
    "type_as": lambda x, other: to(x, other.dtype),
    "double": lambda x: to(x, dtypes.float64),
    "float": lambda x: to(x, dtypes.float32),
    "long": lambda x: to(x, dtypes.int64),
    "int": lambda x: to(x, dtypes.int32),
    "bool": lambda x: to(x, dtypes.bool_),
    "is_floating_point": lambda x: x.dtype.is_floating_point,
    "is_complex": lambda x: x.dtype.is_complex,
    "element_size": lambda x: x.dtype.itemsize,
    "nelement": Tensor.numel,
    "ndimension": Tensor.dim,
    "T": property(turned),
    "mT": property(matrix_turned),
    "data_ptr": lambda x: id(x.data),
}
hang(VIEWS)
hang(METHODS)
