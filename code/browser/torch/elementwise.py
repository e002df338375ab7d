"""What is computed entry by entry from two tensors, with copies along axes of length 1."""

from browser.torch import dtypes, shapes
from browser.torch.core import Tensor, hang, number, result_type, tensor_of
from browser.torch.dtypes import BOOL, FLOAT, INT

NAN, INFINITY = float("nan"), float("inf")


def paired(function, left, right, kind, result=None):
    """A function of two numbers, applied to the entries of two tensors or numbers.

    kind: the type in which both are read; result: the type of what comes out, the same where it is None.
    """
    return combined(lambda x, y: [function(x[i], y[i]) for i in range(len(x))], left, right, kind, result)


def combined(function, left, right, kind, result=None):
    """The same for a function of two lists, which need not call another for each pair of entries."""
    left, right = tensor_of(left), tensor_of(right)
    shape = shapes.broadcast(left.shape, right.shape)
    values = function(left.filling(shape, kind), right.filling(shape, kind))
    return Tensor(dtypes.rounded_results(values, kind) if result is None else values, shape, result or kind)


def quotients(x, y):
    """The quotients of two lists."""
    try:
        return [x[i] / y[i] for i in range(len(x))]
    except ZeroDivisionError:
        return [divided(x[i], y[i]) for i in range(len(x))]


def divided(x, y):
    """A quotient as the processor gives it: no exception where the divisor is zero."""
    try:
        return x / y
    except ZeroDivisionError:
        if x != x or x == 0:
            return NAN
        # Minus zero is known by its sign alone.
        return INFINITY if (x > 0) == (str(y)[0] != "-") else -INFINITY


def floored(x, y):
    """A quotient rounded down; of integers, an error where the divisor is zero."""
    try:
        return x // y
    except ZeroDivisionError:
        if isinstance(x, int):
            raise RuntimeError("ZeroDivisionError") from None
        return divided(x, y)


def remaining(x, y):
    """What is left of a division, with the sign of the divisor."""
    try:
        return x % y
    except ZeroDivisionError:
        if isinstance(x, int):
            raise RuntimeError("ZeroDivisionError") from None
        return NAN


def sums(x, y):
    return [x[i] + y[i] for i in range(len(x))]


def differences(x, y):
    return [x[i] - y[i] for i in range(len(x))]


def products(x, y):
    return [x[i] * y[i] for i in range(len(x))]


def no_bools(word, left, right):
    """Refuse a subtraction of truth values, as torch does."""
    if all(isinstance(v, bool) or isinstance(v, Tensor) and v.dtype == dtypes.bool_ for v in (left, right)):
        raise RuntimeError(
            f"{word}, the `-` operator, with two bool tensors is not supported. "
            "Use the `^` or `logical_xor()` operator instead."
        )
    if any(isinstance(v, bool) or isinstance(v, Tensor) and v.dtype == dtypes.bool_ for v in (left, right)):
        raise RuntimeError(
            f"{word}, the `-` operator, with a bool tensor is not supported. "
            "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."
        )


def add(left, right, alpha=1):
    kind = result_type(left, right)
    if kind == dtypes.bool_:
        return paired(lambda x, y: x or y, left, right, kind)
    return combined(sums, left, right if alpha == 1 else mul(right, alpha), kind)


def sub(left, right, alpha=1):
    no_bools("Subtraction", left, right)
    kind = result_type(left, right)
    return combined(differences, left, right if alpha == 1 else mul(right, alpha), kind)


def mul(left, right):
    kind = result_type(left, right)
    if kind == dtypes.bool_:
        return paired(lambda x, y: x and y, left, right, kind)
    return combined(products, left, right, kind)


def floating(kind):
    """The type of a quotient: integers are divided as floating-point numbers."""
    return kind if kind.kind >= FLOAT else dtypes.float32


def div(left, right, rounding_mode=None):
    if rounding_mode == "floor":
        return floor_divide(left, right)
    kind = result_type(left, right)
    if rounding_mode == "trunc":
        return paired(lambda x, y: type(x)(int(divided(x, y))), left, right, kind)
    return combined(quotients, left, right, floating(kind))


def floor_divide(left, right):
    return paired(floored, left, right, result_type(left, right))


def remainder(left, right):
    return paired(remaining, left, right, result_type(left, right))


def maximum(left, right):
    return paired(lambda x, y: x if x > y or x != x else y, left, right, result_type(left, right))


def minimum(left, right):
    return paired(lambda x, y: x if x < y or x != x else y, left, right, result_type(left, right))


def compared(function):
    """A comparison of two lists, which gives truth values."""

    def compare(left, right):
        if not isinstance(right, Tensor) and not number(right):
            return NotImplemented
        return combined(function, left, right, result_type(left, right), dtypes.bool_)

    return compare


eq = compared(lambda x, y: [x[i] == y[i] for i in range(len(x))])
ne = compared(lambda x, y: [x[i] != y[i] for i in range(len(x))])
lt = compared(lambda x, y: [x[i] < y[i] for i in range(len(x))])
le = compared(lambda x, y: [x[i] <= y[i] for i in range(len(x))])
gt = compared(lambda x, y: [x[i] > y[i] for i in range(len(x))])
ge = compared(lambda x, y: [x[i] >= y[i] for i in range(len(x))])


def bitwise(function, word):
    """An operation on truth values or on the bits of integers."""

    def operate(left, right):
        kind = result_type(left, right)
        if kind.kind > INT:
            raise NotImplementedError(f"\"bitwise_{word}_cpu\" not implemented for '{kind.said}'")
        values = paired(function, left, right, kind)
        return values if kind.kind != BOOL else Tensor([bool(v) for v in values.data], values.shape, kind)

    return operate


bitwise_and = bitwise(lambda x, y: x & y, "and")
bitwise_or = bitwise(lambda x, y: x | y, "or")
bitwise_xor = bitwise(lambda x, y: x ^ y, "xor")


def logical(function):
    """An operation on what is zero and what is not."""
    return lambda left, right: paired(
        lambda x, y: function(x != 0, y != 0), left, right, result_type(left, right), dtypes.bool_
    )


logical_and, logical_or = logical(lambda x, y: x and y), logical(lambda x, y: x or y)
logical_xor = logical(lambda x, y: x != y)


def operator(function, turned=False):
    """An operator of Python: it leaves the other side's word to the other side."""

    def operate(self, other):
        if not isinstance(other, Tensor) and not number(other):
            return NotImplemented
        return function(other, self) if turned else function(self, other)

    return operate


BINARY = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "floor_divide": floor_divide,
    "remainder": remainder,
    "maximum": maximum,
    "minimum": minimum,
    "eq": eq,
    "ne": ne,
    "lt": lt,
    "le": le,
    "gt": gt,
    "ge": ge,
    "bitwise_and": bitwise_and,
    "bitwise_or": bitwise_or,
    "bitwise_xor": bitwise_xor,
    "logical_and": logical_and,
    "logical_or": logical_or,
    "logical_xor": logical_xor,
    "subtract": sub,
    "multiply": mul,
    "divide": div,
    "true_divide": div,
}
SIGNS = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "truediv": div,
    "floordiv": floor_divide,
    "mod": remainder,
    "and": bitwise_and,
    "or": bitwise_or,
    "xor": bitwise_xor,
}
hang(BINARY)
hang({f"__{name}__": operator(function) for name, function in SIGNS.items()})
hang({f"__r{name}__": operator(function, True) for name, function in SIGNS.items()})
hang({"__lt__": lt, "__le__": le, "__gt__": gt, "__ge__": ge})


def divides(self, other):
    """A number divided by a tensor: as in torch, times the reciprocals, which are rounded first."""
    return mul(div(1, self), other) if isinstance(other, Tensor) or number(other) else NotImplemented


hang({"__rtruediv__": divides})


def equal_to(self, other):
    """`==`: of a tensor and something that is no number, one False."""
    return eq(self, other) if isinstance(other, Tensor) or number(other) else False


def unequal_to(self, other):
    return ne(self, other) if isinstance(other, Tensor) or number(other) else True


hang({"__eq__": equal_to, "__ne__": unequal_to})
