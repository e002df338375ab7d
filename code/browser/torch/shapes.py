"""Shapes and strides: where the entries of a tensor lie in its list of numbers."""


def count(shape):
    """How many entries a shape has."""
    total = 1
    for length in shape:
        total *= length
    return total


def contiguous(shape):
    """The strides of entries that lie one behind the other, row by row."""
    strides, step = [], 1
    for i in range(len(shape) - 1, -1, -1):
        strides.append(step)
        step *= max(shape[i], 1)
    strides.reverse()
    return tuple(strides)


def places(shape, strides, offset):
    """The place of every entry, in order."""
    found = [offset]
    for i in range(len(shape)):
        steps = range(0, shape[i] * strides[i], strides[i]) if strides[i] else [0] * shape[i]
        found = [place + step for place in found for step in steps]
    return found


def taken(data, shape, strides, offset):
    """The entries in order, from their list."""
    if not shape:
        return [data[offset]]
    length, step = shape[-1], strides[-1]
    found = []
    # A slice takes a whole row at once.
    for place in places(shape[:-1], strides[:-1], offset):
        found += data[place : place + length * step : step] if step else [data[place]] * length
    return found


def broadcast(*shapes):
    """The shape that all of them are copied to.

    Raises: RuntimeError where two lengths differ and neither is 1.
    """
    found = ()
    for shape in shapes:
        found = broadcast_two(found, shape)
    return found


def broadcast_two(left, right):
    """The shape that both are copied to."""
    if left == right or not right:
        return left
    most = max(len(left), len(right))
    found = []
    for i in range(most - 1, -1, -1):
        a = left[i - most + len(left)] if i >= most - len(left) else 1
        b = right[i - most + len(right)] if i >= most - len(right) else 1
        if a != b and a != 1 and b != 1:
            raise RuntimeError(
                f"The size of tensor a ({a}) must match the size of tensor b ({b}) at non-singleton dimension {i}"
            )
        found.append(b if a == 1 else a)
    found.reverse()
    return tuple(found)


def expanded(shape, strides, target):
    """The strides with which entries of one shape are read as if they filled another.

    Raises: RuntimeError where a length that is not 1 would have to change.
    """
    missing = len(target) - len(shape)
    if missing < 0:
        raise RuntimeError(
            f"expand(tensor of shape {list(shape)}, size={list(target)}): the number of sizes provided "
            f"({len(target)}) must be greater or equal to the number of dimensions in the tensor "
            f"({len(shape)})"
        )
    found = []
    for i in range(len(shape) - 1, -1, -1):
        wanted = target[missing + i]
        if shape[i] != wanted and shape[i] != 1:
            raise RuntimeError(
                f"The expanded size of the tensor ({wanted}) must match the existing size ({shape[i]}) "
                f"at non-singleton dimension {missing + i}.  Target sizes: {list(target)}.  "
                f"Tensor sizes: {list(shape)}"
            )
        found.append(strides[i] if shape[i] == wanted else 0)
    found.reverse()
    return (0,) * missing + tuple(found)


def axis(dim, ndim):
    """An axis counted from the front.

    Raises: IndexError where there is no such axis; TypeError where it is no integer.
    """
    if isinstance(dim, bool) or not hasattr(dim, "__index__") and not isinstance(dim, int):
        raise TypeError(f"argument 'dim' must be int, not {type(dim).__name__}")
    dim = dim if isinstance(dim, int) else dim.__index__()
    most = max(ndim, 1)
    if not -most <= dim < most:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-most}, {most - 1}], but got {dim})")
    return dim % most


def axes(dim, ndim):
    """The axes to reduce, all where none is named, as a list without repetition.

    Raises: RuntimeError where one is named twice.
    """
    if dim is None or dim == () or dim == []:
        return list(range(ndim))
    wanted = list(dim) if isinstance(dim, (tuple, list)) else [dim]
    found = [axis(each, ndim) for each in wanted]
    for each in found:
        if found.count(each) > 1:
            raise RuntimeError(f"dim {each} appears multiple times in the list of dims")
    return [each for each in found if each < ndim]


def sizes_of(arguments):
    """The lengths that were given one by one, or as one tuple or list."""
    if len(arguments) == 1 and isinstance(arguments[0], (tuple, list)):
        arguments = arguments[0]
    for length in arguments:
        if isinstance(length, float) or not isinstance(length, int) and not hasattr(length, "__index__"):
            raise TypeError(f"a shape is made of integers, and one of these is {type(length).__name__}")
    return tuple([length if isinstance(length, int) else length.__index__() for length in arguments])


def completed(sizes, total):
    """The lengths with -1 replaced by what is left.

    Raises: RuntimeError where they do not hold `total` entries.
    """
    sizes, known = list(sizes), count([length for length in sizes if length != -1])
    if sizes.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    invalid = f"shape '{sizes}' is invalid for input of size {total}"
    if -1 in sizes:
        if known == 0 and total == 0:
            raise RuntimeError(
                "cannot reshape tensor of 0 elements into shape "
                f"{sizes} because the unspecified dimension size -1 can be any value and is ambiguous"
            )
        if known == 0 or total % known:
            raise RuntimeError(invalid)
        sizes[sizes.index(-1)] = total // known
    elif known != total:
        raise RuntimeError(invalid)
    if any(length < 0 for length in sizes):
        raise RuntimeError(f"invalid shape dimension {min(sizes)}")
    return tuple(sizes)


def restrided(shape, strides, target):
    """The strides with which the same numbers are read in another shape, or None where there are none."""
    old = [(shape[i], strides[i]) for i in range(len(shape)) if shape[i] != 1]
    found, left = [], list(target)
    if count(shape) == 0:
        return contiguous(target)
    while old:
        length, stride = old.pop()
        # Axes that lie one behind the other are one.
        while old and old[-1][1] == length * stride:
            length *= old.pop()[0]
        while length > 1:
            if not left:
                return None
            wanted = left.pop()
            if length % wanted:
                return None
            found.append(stride)
            length, stride = length // wanted, stride * wanted
    found += [1] * len(left)
    found.reverse()
    return tuple(found)
