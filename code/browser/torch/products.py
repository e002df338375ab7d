"""Products of vectors and matrices, and einsum."""

from browser.torch import dtypes, elementwise, shapes
from browser.torch.core import Tensor, hang
from browser.torch.dtypes import CPP


def one_type(left, right, says):
    """Refuse to multiply numbers of two types, in torch's words."""
    for place, each in enumerate((left, right)):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"matmul(): argument '{('input', 'other')[place]}' (position {place + 1}) must be Tensor, "
                f"not {type(each).__name__}"
            )
    if left.dtype != right.dtype:
        names = [
            each.dtype.said if says == VECTORS else CPP.get(each.dtype.name, each.dtype.said) for each in (left, right)
        ]
        raise RuntimeError(says.format(*names))


MATRICES = "expected m1 and m2 to have the same dtype, but got: {} != {}"
VECTORS = "dot : expected both vectors to have same dtype, but found {} and {}"


def multiplied(a, b, n, k, m):
    """The product of two matrices in lists.

    Shapes: a (n, k), b (k, m), result (n, m), each row by row.
    """
    columns = [b[j::m] for j in range(m)]
    found, zero = [], 0 if k == 0 else a[0] * b[0] * 0
    zero = 0 if zero != zero else zero
    for start in range(0, n * k, max(k, 1)) if k else [0] * n:
        row = a[start : start + k]
        for column in columns:
            # In MicroPython, `enumerate` would make a tuple for each entry.
            total, i = zero, 0
            for entry in row:
                total += entry * column[i]
                i += 1  # noqa: SIM113
            found.append(total)
    return found


def dot(left, right):
    one_type(left, right, VECTORS)
    if left.ndim != 1 or right.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {left.ndim}D and {right.ndim}D tensors")
    if left.shape != right.shape:
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor [{left.shape[0]}] and src [{right.shape[0]}] to "
            f"have the same number of elements, but got {left.shape[0]} and {right.shape[0]} elements "
            "respectively"
        )
    values = multiplied(left.flat(), right.flat(), 1, left.shape[0], 1)
    return Tensor(dtypes.rounded(values, left.dtype), (), left.dtype)


def mm(left, right):
    one_type(left, right, MATRICES)
    if left.ndim != 2 or right.ndim != 2:
        raise RuntimeError("self must be a matrix" if left.ndim != 2 else "mat2 must be a matrix")
    fits(left.shape, right.shape)
    n, k, m = left.shape[0], left.shape[1], right.shape[1]
    return Tensor(dtypes.rounded(multiplied(left.flat(), right.flat(), n, k, m), left.dtype), (n, m), left.dtype)


def fits(left, right):
    """Whether two matrices can be multiplied."""
    if left[1] != right[0]:
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({left[0]}x{left[1]} and {right[0]}x{right[1]})")


def mv(left, right):
    one_type(left, right, MATRICES)
    if left.ndim != 2 or right.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {left.ndim}, {right.ndim}")
    if left.shape[1] != right.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({left.shape[0]}), mat ({left.shape[0]}x{left.shape[1]}), vec ({right.shape[0]})"
        )
    return mm(left, right.unsqueeze(1)).squeeze(1)


def matmul(left, right):
    """The product of vectors, of matrices, and of matrices in batches, whose axes are copied where they are 1."""
    one_type(
        left,
        right,
        VECTORS
        if isinstance(left, Tensor) and isinstance(right, Tensor) and left.ndim == right.ndim == 1
        else MATRICES,
    )
    if not left.ndim or not right.ndim:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {left.ndim}D and {right.ndim}D"
        )
    if left.ndim == 1 and right.ndim == 1:
        return dot(left, right)
    if left.ndim <= 2 and right.ndim == 1:
        return mv(left, right)
    if right.ndim <= 2 and left.ndim == 1:
        return mm(left.unsqueeze(0), right).squeeze(0)
    if left.ndim == 2 and right.ndim == 2:
        return mm(left, right)
    if left.ndim == 1:
        return matmul(left.unsqueeze(0), right).squeeze(-2)
    if right.ndim == 1:
        return matmul(left, right.unsqueeze(1)).squeeze(-1)
    return batched(left, right)


def batched(left, right):
    """The products of matrices, one for each place of the axes before them."""
    if right.ndim == 2:
        rows = shapes.count(left.shape[:-1])
        fits((rows, left.shape[-1]), right.shape)
        return mm(left.reshape(rows, left.shape[-1]), right).reshape(*left.shape[:-1], right.shape[1])
    batch = shapes.broadcast(left.shape[:-2], right.shape[:-2])
    n, k, m = left.shape[-2], left.shape[-1], right.shape[-1]
    if right.shape[-2] != k:
        number = shapes.count(batch)
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{number}, {k}] but got: "
            f"[{number}, {right.shape[-2]}]."
        )
    a, b = left.expand(*batch, n, k).flat(), right.expand(*batch, k, m).flat()
    values = []
    for i in range(shapes.count(batch)):
        values += multiplied(a[i * n * k : (i + 1) * n * k], b[i * k * m : (i + 1) * k * m], n, k, m)
    return Tensor(dtypes.rounded(values, left.dtype), batch + (n, m), left.dtype)


def bmm(left, right):
    if left.ndim != 3 or right.ndim != 3:
        raise RuntimeError(("batch1" if left.ndim != 3 else "batch2") + " must be a 3D tensor")
    if left.shape[0] != right.shape[0]:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: [{left.shape[0]}, "
            f"{left.shape[2]}] but got: [{right.shape[0]}, {right.shape[1]}]."
        )
    return matmul(left, right)


def outer(left, right):
    if left.ndim != 1 or right.ndim != 1:
        which = ("self", left) if left.ndim != 1 else ("vec2", right)
        raise RuntimeError(f"outer: Expected 1-D argument {which[0]}, but got {which[1].ndim}-D")
    return left.unsqueeze(1) * right


def operate(left, right):
    """`left @ right`."""
    return matmul(left, right) if isinstance(right, Tensor) else NotImplemented


def parsed(equation, count):
    """The letters of each operand, and those of the result."""
    equation = equation.replace(" ", "")
    if "..." in equation:
        raise RuntimeError("einsum(): the ellipsis is not in the part of torch that runs in this page: name every axis")
    left, arrow, right = equation.partition("->")
    operands = left.split(",")
    if len(operands) != count:
        raise RuntimeError(
            ("einsum(): more operands were provided than specified in the equation")
            if len(operands) < count
            else "einsum(): fewer operands were provided than specified in the equation"
        )
    if not arrow:
        letters = "".join(operands)
        right = "".join(sorted([c for c in set(letters) if letters.count(c) == 1]))
    for letter in right:
        if letter not in left:
            raise RuntimeError(
                f"einsum(): output subscript {letter} does not appear in the equation for any input operand"
            )
        if right.count(letter) > 1:
            raise RuntimeError(f"einsum(): output subscript {letter} appears more than once in the output")
    return operands, right


def lengths_of(letters, operands):
    """The length that each letter stands for."""
    lengths = {}
    for place, each in enumerate(operands):
        if len(letters[place]) != each.ndim:
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({len(letters[place])}) does not "
                f"match the number of dimensions ({each.ndim}) for operand {place} and no ellipsis was given"
            )
        for letter, length in zip(letters[place], each.shape, strict=True):
            known = lengths.get(letter, 1)
            if known != length and known != 1 and length != 1:
                raise RuntimeError(
                    f"einsum(): subscript {letter} has size {length} for operand {place} which does not "
                    f"broadcast with previously seen size {known}"
                )
            lengths[letter] = max(known, length) if length else length
    return lengths


def einsum(equation, *operands):
    """The sum, over the letters that are not in the result, of products of entries."""
    if len(operands) == 1 and isinstance(operands[0], (list, tuple)):
        operands = operands[0]
    for each in operands[1:]:
        if each.dtype != operands[0].dtype:
            raise RuntimeError(f"expected scalar type {operands[0].dtype.said} but found {each.dtype.said}")
    letters, result = parsed(equation, len(operands))
    lengths = lengths_of(letters, operands)
    summed = "".join(sorted([c for c in lengths if c not in result]))
    shape = tuple([lengths[c] for c in result])
    every, step = shape + tuple([lengths[c] for c in summed]), shapes.count([lengths[c] for c in summed])
    kind, values = operands[0].dtype, None
    for place, each in enumerate(operands):
        strides = []
        for letter in result + summed:
            strides.append(
                sum([each.strides[i] for i in range(each.ndim) if letters[place][i] == letter and each.shape[i] != 1])
            )
        data = each.data
        factors = [data[p] for p in shapes.places(every, strides, each.offset)]
        values = factors if values is None else elementwise.products(values, factors)
    if summed:
        values = [sum(values[i * step : (i + 1) * step]) for i in range(shapes.count(shape))]
    return Tensor(dtypes.rounded(values, kind), shape, kind)


def tensordot(left, right, dims=2):
    """The sum over pairs of axes, the last of the left and the first of the right where a number of them is given."""
    if isinstance(dims, int):
        dims = list(range(left.ndim - dims, left.ndim)), list(range(dims))
    first, second = [shapes.axis(d, left.ndim) for d in dims[0]], [shapes.axis(d, right.ndim) for d in dims[1]]
    for a, b in zip(first, second, strict=True):
        if left.shape[a] != right.shape[b]:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {left.shape[a]} in dim {a} "
                f"and second has size {right.shape[b]} in dim {b}"
            )
    kept, others = [i for i in range(left.ndim) if i not in first], [i for i in range(right.ndim) if i not in second]
    inner = shapes.count([left.shape[i] for i in first])
    product = mm(left.permute(*kept, *first).reshape(-1, inner), right.permute(*second, *others).reshape(inner, -1))
    return product.reshape(*[left.shape[i] for i in kept], *[right.shape[i] for i in others])


def trace(x):
    return x.diagonal().sum()


def matrix_power(x, n):
    found = None
    for _ in range(n):
        found = x if found is None else found @ x
    return x.new_zeros(x.shape) + eye_of(x) if found is None else found


def eye_of(x):
    from browser.torch.making import eye

    return eye(x.shape[-1], dtype=x.dtype)


PRODUCTS = {
    "dot": dot,
    "inner": dot,
    "vdot": dot,
    "mm": mm,
    "mv": mv,
    "matmul": matmul,
    "bmm": bmm,
    "outer": outer,
    "ger": outer,
    "trace": trace,
    "matrix_power": matrix_power,
}
FREE = {"einsum": einsum, "tensordot": tensordot}
hang(PRODUCTS)
hang({"__matmul__": operate})


def addmm(x, left, right, beta=1, alpha=1):
    return (x if beta == 1 else x * beta) + (mm(left, right) if alpha == 1 else mm(left, right) * alpha)


hang({"addmm": addmm})
PRODUCTS["addmm"] = addmm
