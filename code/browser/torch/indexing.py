"""Reading and writing by index: numbers, slices, None, `...`, and tensors of integers or of truth values."""

from browser.torch import dtypes, shapes
from browser.torch.core import Tensor, hang, number, tensor_of
from browser.torch.dtypes import BOOL, INT


def is_list(index):
    """Whether an index names several places."""
    return isinstance(index, (list, range)) or isinstance(index, Tensor) and (index.shape or index.dtype.kind == BOOL)


def as_tensor_index(index):
    """A tensor of integers or of truth values, from what may stand for one.

    Raises: IndexError for any other type.
    """
    from browser.torch.making import tensor

    index = index if isinstance(index, Tensor) else tensor(list(index))
    if index.dtype.kind > INT and index.numel():
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    return index


def normalised(x, index):
    """The index as a list, one item for each axis or new axis, with `...` and masks written out."""
    items = list(index) if isinstance(index, tuple) else [index]
    found, used = [], 0
    for item in items:
        if isinstance(item, bool):
            item = Tensor([item], (), dtypes.bool_)
        if is_list(item):
            item = as_tensor_index(item)
            if item.dtype.kind == BOOL:
                used += item.ndim
                found.append(item)
                continue
        used += 0 if item is None or item is Ellipsis else 1
        found.append(item)
    if used > x.ndim:
        raise IndexError(f"too many indices for tensor of dimension {x.ndim}")
    dots = [i for i in range(len(found)) if found[i] is Ellipsis]
    if len(dots) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    if dots:
        found[dots[0] : dots[0] + 1] = [slice_all()] * (x.ndim - used)
    return found


class Slicer:
    """`slice` cannot be called in the page; an index makes one."""

    def __getitem__(self, index):
        return index


def slice_all():
    return Slicer()[:]


def basic(x, items):
    """A view by numbers, slices and None, and the tensors of the index by the axis of the view that each is for."""
    place, lists = 0, []
    for item in items:
        if item is None:
            x, place = x.unsqueeze(place), place + 1
        elif isinstance(item, slice):
            x, place = sliced(x, place, item), place + 1
        elif isinstance(item, Tensor) and item.dtype.kind == BOOL and not item.shape:
            # One truth value is a new axis, of length 1 or 0.
            x = x.unsqueeze(place)
            lists.append((place, nonzero(item.reshape(1)).reshape(-1)))
            place += 1
        elif isinstance(item, Tensor) and is_list(item):
            for part in mask_places(x, place, item):
                lists.append((place, part))
                place += 1
        else:
            x = x.select(place, as_integer(item))
    return x, lists


def as_integer(item):
    """One place, as a number."""
    if isinstance(item, str):
        raise TypeError("new(): invalid data type 'str'")
    if (
        isinstance(item, (bool, float))
        or not isinstance(item, int)
        and not hasattr(item, "__index__")
    ):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid "
            f"indices (got {type(item).__name__})"
        )
    return item if isinstance(item, int) else item.__index__()


def sliced(x, dim, item):
    """Every step-th place of an axis from start to stop, as a view."""
    start, stop, step = [None if v is None else as_integer(v) for v in (item.start, item.stop, item.step)]
    step = 1 if step is None else step
    if step <= 0:
        raise ValueError("step must be greater than zero")
    length = x.shape[dim]
    start = 0 if start is None else max(start + length, 0) if start < 0 else min(start, length)
    stop = length if stop is None else max(stop + length, 0) if stop < 0 else min(stop, length)
    found = max(0, -(-(stop - start) // step))
    shape = x.shape[:dim] + (found,) + x.shape[dim + 1 :]
    strides = x.strides[:dim] + (x.strides[dim] * step,) + x.strides[dim + 1 :]
    return x.viewed(shape, strides, x.offset + start * x.strides[dim])


def mask_places(x, place, item):
    """A mask as the places where it is true, one tensor of integers for each axis that it covers."""
    if item.dtype.kind != BOOL:
        return [item]
    for i in range(item.ndim):
        if item.shape[i] != x.shape[place + i]:
            raise IndexError(
                f"The shape of the mask {list(item.shape)} at index {i} does not match the shape of the "
                f"indexed tensor {list(x.shape)} at index {place + i}"
            )
    return nonzero(item, as_tuple=True)


def resolved(x, index):
    """A view, and where in its list the wanted entries stand, with their shape; no places where the view is all."""
    view, lists = basic(x, normalised(x, index))
    if not lists:
        return view, None, view.shape
    try:
        shape = shapes.broadcast(*[item.shape for _, item in lists])
    except RuntimeError:
        raise IndexError(
            "shape mismatch: indexing tensors could not be broadcast together with shapes "
            + ", ".join([str(list(item.shape)) for _, item in lists])
        ) from None
    dims = [dim for dim, _ in lists]
    starts = [0] * shapes.count(shape)
    for dim, item in lists:
        values, length, stride = item.filling(shape, dtypes.int64), view.shape[dim], view.strides[dim]
        for value in values:
            if not -length <= value < length:
                raise IndexError(f"index {value} is out of bounds for dimension {dim} with size {length}")
        starts = [starts[i] + values[i] % length * stride for i in range(len(starts))]
    # Tensors that stand side by side leave their axes where they are; else these come first.
    together = dims == list(range(dims[0], dims[0] + len(dims)))
    front = [i for i in range(dims[0])] if together else []
    rest = [i for i in range(view.ndim) if i not in dims and i not in front]
    before = shapes.places([view.shape[i] for i in front], [view.strides[i] for i in front], view.offset)
    after = shapes.places([view.shape[i] for i in rest], [view.strides[i] for i in rest], 0)
    places = [a + b + c for a in before for b in starts for c in after]
    return view, places, tuple([view.shape[i] for i in front]) + shape + tuple([view.shape[i] for i in rest])


def getitem(x, index):
    view, places, shape = resolved(x, index)
    if places is None:
        return view
    return Tensor([view.data[place] for place in places], shape, x.dtype)


def setitem(x, index, value):
    given, value = value, tensor_of(value)
    view, places, shape = resolved(x, index)
    if places is None:
        fill(view, value)
        return
    if given is value and value.dtype != x.dtype:
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {x.dtype.said} for the "
            f"destination and {value.dtype.said} for the source."
        )
    numbers = spread(value, shape, x.dtype)
    for i in range(len(places)):
        view.data[places[i]] = numbers[i]


def spread(value, shape, kind):
    """The numbers of a value, copied to the shape that an index has found; leading axes of length 1 may be lost."""
    while len(value.shape) > len(shape) and value.shape[0] == 1:
        value = value.select(0, 0)
    try:
        return value.filling(shape, kind)
    except RuntimeError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(value.shape)} cannot be broadcast to "
            f"indexing result of shape {list(shape)}"
        ) from None


def fill(view, value):
    """Write a tensor, copied to the view's shape and rounded to its type."""
    while len(value.shape) > len(view.shape) and value.shape[0] == 1:
        value = value.select(0, 0)
    overlapping(view)
    # The value may be a view of the same numbers, so it is read before the first is written.
    view.write(list(value.filling(view.shape, view.dtype)))


def overlapping(x):
    """Refuse to write where one number stands for several entries."""
    if any(x.strides[i] == 0 and x.shape[i] > 1 for i in range(x.ndim)):
        raise RuntimeError(
            "unsupported operation: more than one element of the written-to tensor refers to a single "
            "memory location. Please clone() the tensor before performing the operation."
        )


def nonzero(x, as_tuple=False):
    """The indices of the entries that are not zero, a row each; or one tensor for each axis."""
    flat = x.flat()
    found = [place for place in range(len(flat)) if flat[place]]
    columns, strides = [], shapes.contiguous(x.shape)
    for i in range(x.ndim):
        columns.append([place // strides[i] % x.shape[i] for place in found])
    if as_tuple:
        return tuple([Tensor(column, (len(found),), dtypes.int64) for column in columns])
    rows = [columns[i][j] for j in range(len(found)) for i in range(x.ndim)]
    return Tensor(rows, (len(found), x.ndim), dtypes.int64)


def index_select(x, dim, index):
    shapes.axis(dim, x.ndim)
    needs_integers(index, "index_select(): Expected dtype int32 or int64 for index")
    if index.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    dim, length = shapes.axis(dim, x.ndim), x.shape[shapes.axis(dim, x.ndim)]
    for place in index.flat():
        if not 0 <= place < length:
            raise IndexError("index out of range in self")
    return getitem(x, tuple([slice_all()] * dim + [index.reshape(-1)]))


def needs_integers(index, says):
    if index.dtype.kind != INT:
        raise RuntimeError(says)


def index_put_(x, indices, values, accumulate=False):
    view, places, shape = resolved(x, tuple(indices))
    if values.dtype != x.dtype:
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {x.dtype.said} for the "
            f"destination and {values.dtype.said} for the source."
        )
    numbers = spread(values, shape, x.dtype)
    write_all(view.data, places, numbers, x.dtype, accumulate)
    return x


def write_all(data, places, numbers, kind, accumulate):
    """Write numbers to places, or add them there, each sum rounded."""
    for i in range(len(places)):
        place = places[i]
        data[place] = dtypes.rounded_results([data[place] + numbers[i]], kind)[0] if accumulate else numbers[i]


def along(x, dim, index, source, word):
    """The places of whole rows along an axis, and the numbers for them."""
    dim = shapes.axis(dim, x.ndim)
    needs_integers(index, f"{word}(): Expected dtype int32/int64 for index")
    if index.ndim > 1:
        raise IndexError(
            f"{word}_(): Index is supposed to be a vector, but got dim: {index.ndim} with type: "
            f"{index.dtype.said} and size: {list(index.shape)}"
        )
    if source.dtype != x.dtype:
        raise RuntimeError(
            f"{word}_(): self ({x.dtype.said}) and source ({source.dtype.said}) must have the same scalar type"
        )
    if not x.shape and index.numel() != 1:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    rows = index.reshape(-1)
    shape = x.shape[:dim] + (rows.shape[0],) + x.shape[dim + 1 :]
    if source.shape != shape:
        says = f"{word}(): the source has shape {list(source.shape)}, and the index asks for {list(shape)}"
        raise IndexError(says) if word == "index_copy" else RuntimeError(says)
    for place in rows.flat():
        if not 0 <= place < x.shape[dim]:
            raise IndexError("index out of range in self")
    view, places, _ = resolved(x, tuple([slice_all()] * dim + [rows]))
    return view.data, places, source.flat()


def index_add_(x, dim, index, source, alpha=1):
    data, places, numbers = along(x, dim, index, source, "index_add")
    write_all(data, places, numbers if alpha == 1 else (source * alpha).flat(), x.dtype, True)
    return x


def index_copy_(x, dim, index, source):
    data, places, numbers = along(x, dim, index, source, "index_copy")
    write_all(data, places, numbers, x.dtype, False)
    return x


def index_fill_(x, dim, index, value):
    setitem(x, tuple([slice_all()] * shapes.axis(dim, x.ndim) + [index.reshape(-1)]), value)
    return x


def masked_fill_(x, mask, value):
    if mask.dtype.kind != BOOL:
        raise RuntimeError("masked_fill_ only supports boolean masks, but got mask with dtype " + mask.dtype.said)
    marks, place = mask.filling(x.shape, mask.dtype), tensor_of(value).in_dtype(x.dtype)[0]
    flat = x.flat()
    return x.write([place if marks[i] else flat[i] for i in range(len(flat))])


def masked_select(x, mask):
    shape = shapes.broadcast(x.shape, mask.shape)
    values, marks = x.filling(shape, x.dtype), mask.filling(shape, mask.dtype)
    found = [values[i] for i in range(len(values)) if marks[i]]
    return Tensor(found, (len(found),), x.dtype)


def places_along(x, dim, index, word):
    """Where in x's list the entries stand that `index` names along one axis, the others being its own."""
    dim = shapes.axis(dim, x.ndim)
    x = x if x.shape else x.unsqueeze(0)
    if index.dtype != dtypes.int64 and index.numel():
        raise RuntimeError(f"{word}(): Expected dtype int64 for index")
    if max(index.ndim, 1) != max(x.ndim, 1):
        raise RuntimeError(
            "Index tensor must have the same number of dimensions as "
            + ("input" if word == "gather" else "self")
            + " tensor"
        )
    for i in range(x.ndim):
        if i != dim and index.shape[i] > x.shape[i]:
            raise RuntimeError(
                f"Size does not match at dimension {i} expected index {list(index.shape)} to be no "
                f"larger than self {list(x.shape)} apart from dimension {dim}"
            )
    index = index if index.shape else index.unsqueeze(0)
    strides = [0 if i == dim else x.strides[i] for i in range(x.ndim)]
    base, length = shapes.places(index.shape, strides, x.offset), x.shape[dim]
    found, values = [], index.flat()
    for i in range(len(values)):
        if not 0 <= values[i] < length:
            raise RuntimeError(f"index {values[i]} is out of bounds for dimension {dim} with size {length}")
        found.append(base[i] + values[i] * x.strides[dim])
    return found


def gather(x, dim, index, sparse_grad=False):
    places = places_along(x, dim, index, "gather")
    return Tensor([x.data[place] for place in places], index.shape, x.dtype)


def take_along_dim(x, indices, dim):
    dim = shapes.axis(dim, x.ndim)
    shape = tuple([indices.shape[i] if i == dim else x.shape[i] for i in range(x.ndim)])
    return gather(x, dim, indices.expand(*shape))


def scattering(accumulate):
    """`scatter_` or `scatter_add_`: write or add the entries of `src` where `index` says."""
    word = "scatter_add" if accumulate else "scatter"

    def put(x, dim, index, src=None, value=None, reduce=None):
        src, dim = value if src is None else src, shapes.axis(dim, x.ndim)
        if not number(src) and src.dtype != x.dtype:
            raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
        places = places_along(x, dim, index, word)
        if number(src) and not accumulate:
            numbers = tensor_of(src).in_dtype(x.dtype) * len(places)
        else:
            if index.ndim != src.ndim or any(index.shape[i] > src.shape[i] for i in range(index.ndim)):
                raise RuntimeError(f"Expected index {list(index.shape)} to be no larger than src {list(src.shape)}")
            numbers = [src.data[place] for place in shapes.places(index.shape, src.strides, src.offset)]
        write_all(x.data, places, numbers, x.dtype, accumulate or reduce == "add")
        return x

    return put


scatter_, scatter_add_ = scattering(False), scattering(True)


def copying(function):
    """The form of an operation that leaves its tensor as it was."""
    return lambda x, *arguments, **named: function(x.clone(), *arguments, **named)


WRITING = {
    "index_put": index_put_,
    "index_add": index_add_,
    "index_copy": index_copy_,
    "index_fill": index_fill_,
    "masked_fill": masked_fill_,
    "scatter": scatter_,
    "scatter_add": scatter_add_,
}
PICKING = {
    "nonzero": nonzero,
    "index_select": index_select,
    "masked_select": masked_select,
    "gather": gather,
    "take_along_dim": take_along_dim,
}
for _name, _function in WRITING.items():
    PICKING[_name] = copying(_function)
hang(PICKING)
hang({name + "_": function for name, function in WRITING.items()})
hang({"__getitem__": getitem, "__setitem__": setitem})
