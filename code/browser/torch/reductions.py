"""What is computed from all entries along some axes: sums, means, maxima."""

import math
from collections import namedtuple

from browser.torch import dtypes, pointwise, shapes
from browser.torch.core import Tensor, hang
from browser.torch.dtypes import BOOL, FLOAT, INT
from browser.torch.elementwise import INFINITY, NAN, divided


def groups(x, dim):
    """The entries that are reduced together, one list for each entry of the result, and the axes.

    Entries that are alike in the axes that stay lie behind one another in a transposed view.
    """
    gone = shapes.axes(dim, x.ndim)
    order = [i for i in range(x.ndim) if i not in gone] + gone
    turned = x.viewed(tuple([x.shape[i] for i in order]), tuple([x.strides[i] for i in order])).flat()
    length = shapes.count([x.shape[i] for i in gone])
    number = shapes.count([x.shape[i] for i in range(x.ndim) if i not in gone])
    return [turned[i * length : (i + 1) * length] for i in range(number)], gone


def left_over(shape, gone, keepdim):
    """The shape without the axes that went, or with 1 in their place."""
    if keepdim:
        return tuple([1 if i in gone else shape[i] for i in range(len(shape))])
    return tuple([shape[i] for i in range(len(shape)) if i not in gone])


def reduced(function, x, dim, keepdim, kind):
    """A function of a list, for each group of entries."""
    lists, gone = groups(x, dim)
    return Tensor(dtypes.rounded_results([function(v) for v in lists], kind), left_over(x.shape, gone, keepdim), kind)


def summed(kind):
    """The type of a sum: integers and truth values are counted in int64."""
    return dtypes.int64 if kind.kind <= INT else kind


def sum_(x, dim=None, keepdim=False, dtype=None, axis=None):
    kind = dtype or summed(x.dtype)
    x = x if x.dtype == kind else Tensor(x.in_dtype(kind), x.shape, kind)
    empty = dtypes.rounded([0], kind)[0]
    # Python's sum begins with the integer 0: of minus zeros it is zero, as in torch.
    return reduced(lambda v: sum(v) if v else empty, x, dim if axis is None else axis, keepdim, kind)


def mean(x, dim=None, keepdim=False, dtype=None, axis=None):
    kind = dtype or x.dtype
    if kind.kind < FLOAT:
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or "
            f"complex dtype. Got: {kind.said}"
        )
    x = x if x.dtype == kind else Tensor(x.in_dtype(kind), x.shape, kind)
    return reduced(lambda v: sum(v) / len(v) if v else NAN, x, dim if axis is None else axis, keepdim, kind)


def prod(x, dim=None, keepdim=False, dtype=None):
    kind = dtype or summed(x.dtype)
    x = Tensor(x.in_dtype(kind), x.shape, kind)
    return reduced(lambda v: product(v, dtypes.rounded([1], kind)[0]), x, dim, keepdim, kind)


def product(values, found):
    for value in values:
        found = found * value
    return found


def variance(values, correction):
    """The mean squared distance from the mean, divided by `correction` less than their number."""
    if not values:
        return NAN
    middle = sum(values) / len(values)
    squares = sum([(v - middle) * (v - middle) for v in values])
    return divided(squares, float(max(len(values) - correction, 0)))


def corrected(correction, unbiased):
    """How much less than their number the variance divides by."""
    if unbiased is not None:
        return 1 if unbiased else 0
    return 1 if correction is None else correction


def floats_only(x, word):
    if x.dtype.kind < FLOAT:
        raise RuntimeError(f"{word} only support floating point and complex dtypes")


def var(x, dim=None, unbiased=None, keepdim=False, correction=None, axis=None):
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    floats_only(x, "std and var")
    less = corrected(correction, unbiased)
    return reduced(lambda v: variance(v, less), x, dim if axis is None else axis, keepdim, x.dtype)


def std(x, dim=None, unbiased=None, keepdim=False, correction=None):
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    floats_only(x, "std and var")
    less = corrected(correction, unbiased)
    return reduced(lambda v: root(variance(v, less)), x, dim, keepdim, x.dtype)


def var_mean(x, dim=None, unbiased=None, keepdim=False, correction=None):
    return var(x, dim, unbiased, keepdim, correction), mean(x, None if isinstance(dim, bool) else dim, keepdim)


def std_mean(x, dim=None, unbiased=None, keepdim=False, correction=None):
    return std(x, dim, unbiased, keepdim, correction), mean(x, None if isinstance(dim, bool) else dim, keepdim)


def root(value):
    return math.sqrt(value) if 0 <= value < INFINITY else value


def any_(x, dim=None, keepdim=False):
    return reduced(lambda v: any(v), truths(x), dim, keepdim, dtypes.bool_)


def all_(x, dim=None, keepdim=False):
    return reduced(lambda v: all(v), truths(x), dim, keepdim, dtypes.bool_)


def truths(x):
    return x if x.dtype.kind == BOOL else Tensor([v != 0 for v in x.flat()], x.shape, dtypes.bool_)


def larger(v, w):
    return v > w


def place_of(values, better):
    """The place of the largest or the smallest, the first of several; nan counts as both."""
    total = sum(values)
    if better is larger and total == total:
        # No nan is among them, and Python's own is faster.
        return values.index(max(values))
    best = 0
    for i in range(len(values)):
        if values[i] != values[i]:
            return i
        if better(values[i], values[best]):
            best = i
    return best


def highest(values):
    return values[place_of(values, larger)]


def lowest(values):
    return values[place_of(values, lambda v, w: v < w)]


def extreme(word, better):
    """`max` or `min`: of all entries a value; along an axis the values and their places; of two tensors, entrywise."""
    pairs = namedtuple(word, ("values", "indices"))

    def find(x, dim=None, keepdim=False, axis=None):
        dim = dim if axis is None else axis
        if isinstance(dim, Tensor):
            return x.maximum(dim) if word == "max" else x.minimum(dim)
        if dim is None:
            not_empty(x, word)
            return reduced(lambda v: v[place_of(v, better)], x, None, False, x.dtype)
        indices = arg(x, dim, keepdim)
        return pairs(reduced(lambda v: v[place_of(v, better)], x, dim, keepdim, x.dtype), indices)

    def arg(x, dim=None, keepdim=False):
        not_empty(x, f"arg{word}")
        return reduced(lambda v: place_of(v, better), x, dim, keepdim, dtypes.int64)

    def am(x, dim=(), keepdim=False):
        if not shapes.count([x.shape[i] for i in shapes.axes(dim, x.ndim)]):
            not_empty(x, f"a{word}")
        return reduced(lambda v: v[place_of(v, better)], x, dim, keepdim, x.dtype)

    return find, arg, am


def not_empty(x, word):
    if not x.numel():
        raise RuntimeError(
            f"{word}(): Expected reduction dim to be specified for input.numel() == 0. "
            "Specify the reduction dim with the 'dim' argument."
        )


max_, argmax, amax = extreme("max", larger)
min_, argmin, amin = extreme("min", lambda v, w: v < w)


def lines(x, dim, function, kind=None):
    """A function from a list to a list of the same length, along one axis."""
    dim = shapes.axis(dim, x.ndim)
    if not x.shape:
        return Tensor(function(list(x.flat())), (), kind or x.dtype)
    turned = x.movedim(dim, -1)
    flat, length = turned.flat(), x.shape[dim]
    found = []
    for start in range(0, len(flat), max(length, 1)):
        found += function(flat[start : start + length])
    kind = kind or x.dtype
    return Tensor(dtypes.rounded_results(found, kind), turned.shape, kind).movedim(-1, dim).contiguous()


def running(step, kind_of):
    """`cumsum` or `cumprod`."""

    def along(x, dim, dtype=None):
        kind = dtype or kind_of(x.dtype)
        return lines(Tensor(x.in_dtype(kind), x.shape, kind), dim, lambda v: accumulated(v, step))

    return along


def accumulated(values, step):
    found = []
    for value in values:
        found.append(step(found[-1], value) if found else value)
    return found


cumsum, cumprod = running(lambda s, v: s + v, summed), running(lambda s, v: s * v, summed)


def exponentials(values):
    """Softmax of a list, with the largest subtracted first."""
    top = highest(values)
    powers = [math.exp(v - top) if v - top == v - top else NAN for v in values]
    whole = sum(powers)
    return [p / whole for p in powers]


def log_of_sum(values):
    """The logarithm of the sum of the exponentials."""
    top = highest(values)
    if top - top != 0:
        return top
    return top + math.log(sum([math.exp(v - top) for v in values]))


def softmax(x, dim=None, dtype=None, _stacklevel=3):
    dim = shapes.axis(implied(dim, x), x.ndim)
    return lines(needs_floats(x, "softmax_lastdim_kernel_impl", dtype), dim, exponentials)


def log_softmax(x, dim=None, dtype=None, _stacklevel=3):
    dim = shapes.axis(implied(dim, x), x.ndim)
    return lines(needs_floats(x, "log_softmax_lastdim_kernel_impl", dtype), dim, shifted_logs)


def shifted_logs(values):
    top = highest(values)
    spread = log_of_sum([v - top for v in values])
    return [v - top - spread for v in values]


def implied(dim, x):
    """The axis that torch takes where none is named."""
    if dim is None:
        return 0 if x.ndim in (0, 1, 3) else 1
    return dim


def needs_floats(x, word, dtype=None):
    if dtype is not None:
        return x.to(dtype)
    if x.dtype.kind < FLOAT:
        raise NotImplementedError(f"\"{word}\" not implemented for '{x.dtype.said}'")
    return x


def logsumexp(x, dim, keepdim=False):
    x = x if x.dtype.kind >= FLOAT else x.to(dtypes.float32)
    return reduced(log_of_sum, x, dim, keepdim, x.dtype)


def norm(x, p="fro", dim=None, keepdim=False, dtype=None):
    """The length of vectors: the p-th root of the sum of the p-th powers."""
    floats_only_norm(x)
    if p is None or p == "fro" or p == 2:
        return reduced(lambda v: math.sqrt(sum([e * e for e in v])), x, dim, keepdim, x.dtype)
    sizes = pointwise.absolute(x)
    if p == INFINITY:
        return amax(sizes, () if dim is None else dim, keepdim)
    if p == -INFINITY:
        return amin(sizes, () if dim is None else dim, keepdim)
    if p == 0:
        return sum_((x != 0).to(x.dtype), dim, keepdim)
    if p == 1:
        return sum_(sizes, dim, keepdim)
    return reduced(lambda v: sum([e**p for e in v]) ** (1 / p), sizes, dim, keepdim, x.dtype)


def floats_only_norm(x):
    if x.dtype.kind < FLOAT:
        raise RuntimeError(
            f"linalg.vector_norm: Expected a floating point or complex tensor as input. Got {x.dtype.said}"
        )


def count_nonzero(x, dim=None):
    return sum_(truths(x), dim)


def order_of(values, descending):
    """The places in the order of the values; where two are equal, the first comes first."""
    found = sorted([(-values[i] if descending else values[i], i) for i in range(len(values))])
    return [pair[1] for pair in found]


SORTED = namedtuple("sort", ("values", "indices"))


def sort(x, dim=-1, descending=False, stable=False):
    indices = argsort(x, dim, descending)
    return SORTED(x.gather(dim, indices), indices)


def argsort(x, dim=-1, descending=False, stable=False):
    return lines(x, dim, lambda v: order_of(v, descending), dtypes.int64)


TOP = namedtuple("topk", ("values", "indices"))


def topk(x, k, dim=-1, largest=True, sorted=True):
    found = sort(x, dim, largest)
    return TOP(found.values.narrow(dim, 0, k), found.indices.narrow(dim, 0, k))


REDUCTIONS = {
    "sum": sum_,
    "mean": mean,
    "prod": prod,
    "var": var,
    "std": std,
    "any": any_,
    "all": all_,
    "max": max_,
    "min": min_,
    "argmax": argmax,
    "argmin": argmin,
    "amax": amax,
    "amin": amin,
    "cumsum": cumsum,
    "cumprod": cumprod,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "norm": norm,
    "count_nonzero": count_nonzero,
    "sort": sort,
    "argsort": argsort,
    "topk": topk,
}
PAIRS = {"var_mean": var_mean, "std_mean": std_mean}
hang(REDUCTIONS)
