"""What is computed entry by entry from one tensor."""

import cmath
import math

from browser.torch import dtypes, shapes
from browser.torch.core import Tensor, hang, number, result_type, tensor_of
from browser.torch.dtypes import BOOL, COMPLEX, CPP, FLOAT, INT
from browser.torch.elementwise import INFINITY, NAN, divided, floating, mul, paired


def mapped(function, x, kind=None):
    """A function of one number, applied to each entry; `kind` is the type of the result, x's where it is None."""
    kind = kind or x.dtype
    return Tensor(dtypes.rounded_results([function(v) for v in x.flat()], kind), x.shape, kind)


def guarded(function, outside):
    """A function that answers, where Python's raises, with `outside` of the number."""

    def answer(x):
        try:
            return function(x)
        except (ValueError, OverflowError, ZeroDivisionError):
            return NAN if x != x else outside(x)

    return answer


def smooth(function, outside=lambda x: NAN, of_complex=None):
    """A function on the real line, of tensors of any type; integers are read as float32."""
    safe = guarded(function, outside)

    def apply(x):
        x = checked(x)
        if x.dtype.kind == COMPLEX:
            if of_complex is None:
                raise RuntimeError(f"this function is not implemented here for {x.dtype}")
            return mapped(of_complex, x)
        kind = floating(x.dtype)
        values = x.in_dtype(kind)
        try:
            found = [function(v) for v in values]
        except (ValueError, OverflowError, ZeroDivisionError):
            found = [safe(v) for v in values]
        return Tensor(dtypes.rounded_results(found, kind), x.shape, kind)

    return apply


def checked(x):
    """The argument itself, where it is a tensor."""
    if not isinstance(x, Tensor):
        raise TypeError(f"argument 'input' (position 1) must be Tensor, not {type(x).__name__}")
    return x


def sigmoid_of(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def tanh_of(z):
    up, down = cmath.exp(z), cmath.exp(-z)
    return (up - down) / (up + down)


def logarithm(function):
    """A logarithm: minus infinity at zero."""
    return smooth(function, lambda x: -INFINITY if x == 0 else NAN if x < 0 else INFINITY)


exp = smooth(math.exp, lambda x: INFINITY, cmath.exp)
expm1 = smooth(math.expm1, lambda x: INFINITY)
exp2 = smooth(lambda x: 2.0**x, lambda x: INFINITY)
log, log2, log10 = logarithm(math.log), logarithm(lambda x: math.log(x, 2)), logarithm(math.log10)
if hasattr(math, "log2"):
    log2 = logarithm(math.log2)
# Near zero the logarithm of 1 + x loses what was added; this corrects for it.
log1p = smooth(
    lambda x: x if 1 + x == 1 else math.log(1 + x) * (x / (1 + x - 1)) if x < 1e10 else math.log(x),
    lambda x: -INFINITY if x == -1 else NAN if x < -1 else INFINITY,
)
sin, cos = smooth(math.sin, of_complex=cmath.sin), smooth(math.cos, of_complex=cmath.cos)
tan = smooth(math.tan, of_complex=lambda z: cmath.sin(z) / cmath.cos(z))
asin, acos, atan = smooth(math.asin), smooth(math.acos), smooth(math.atan)
sinh = smooth(math.sinh, lambda x: INFINITY if x > 0 else -INFINITY, lambda z: (cmath.exp(z) - cmath.exp(-z)) / 2)
cosh = smooth(math.cosh, lambda x: INFINITY, lambda z: (cmath.exp(z) + cmath.exp(-z)) / 2)
asinh = smooth(math.asinh)
acosh = smooth(math.acosh, lambda x: INFINITY if x == INFINITY else NAN)
atanh = smooth(math.atanh, lambda x: INFINITY if x == 1 else -INFINITY if x == -1 else NAN)
tanh, erf = smooth(math.tanh, of_complex=tanh_of), smooth(math.erf)
sqrt = smooth(math.sqrt, of_complex=cmath.sqrt)
sigmoid = smooth(sigmoid_of, of_complex=lambda z: 1 / (1 + cmath.exp(-z)))
reciprocal = smooth(lambda x: 1 / x, lambda x: divided(1.0, x), lambda z: 1 / z)


def rsqrt(x):
    # Two roundings, as in torch.
    return reciprocal(sqrt(x))


def neg(x):
    if checked(x).dtype == dtypes.bool_:
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. "
            "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."
        )
    return Tensor(dtypes.rounded_results([-v for v in x.flat()], x.dtype), x.shape, x.dtype)


def absolute(x):
    if checked(x).dtype.kind == COMPLEX:
        return mapped(abs, x, dtypes.float64 if x.dtype == dtypes.complex128 else dtypes.float32)
    return mapped(abs, x)


def square(x):
    return mul(x, x) if checked(x).dtype.kind != BOOL else pow_(x, 2)


def sign(x):
    return mapped(lambda v: type(v)((v > 0) - (v < 0)), checked(x))


def whole(function):
    """A rounding to whole numbers, which leaves infinities and integers as they are."""
    safe = guarded(
        lambda v: math.copysign(float(function(v)), v) if function(v) == 0 else float(function(v)), lambda v: v
    )
    return lambda x: x.clone() if checked(x).dtype.kind < FLOAT else mapped(safe, x)


floor, ceil, trunc = whole(math.floor), whole(math.ceil), whole(math.trunc)
nearest = whole(round)


def round_(x, decimals=0):
    if not decimals:
        return nearest(x)
    return mapped(lambda v: round(v, decimals), x)


def test_of(function, for_integers):
    """A question about each number, which gives truth values."""

    def ask(x):
        if checked(x).dtype.kind < FLOAT:
            return Tensor([for_integers] * x.numel(), x.shape, dtypes.bool_)
        return Tensor([function(v) for v in x.flat()], x.shape, dtypes.bool_)

    return ask


isnan = test_of(lambda v: v != v, False)
isfinite = test_of(lambda v: v - v == 0, True)
isinf = test_of(lambda v: v in (INFINITY, -INFINITY), False)


def logical_not(x):
    return Tensor([not v for v in x.flat()], x.shape, dtypes.bool_)


def bitwise_not(x):
    if x.dtype.kind > INT:
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return logical_not(x) if x.dtype.kind == BOOL else mapped(lambda v: ~v, x)


def power(x, y):
    """One number to the power of another, without an exception."""
    try:
        found = x**y
    except ZeroDivisionError:
        # Of zero: infinite, with a sign where the power is odd.
        return -INFINITY if str(x)[0] == "-" and y % 2 == 1 else INFINITY
    except OverflowError:
        return -INFINITY if x < 0 and y % 2 == 1 else INFINITY
    except ValueError:
        return NAN
    return NAN if isinstance(found, complex) and not isinstance(x, complex) else found


def pow_(x, exponent):
    """Powers; those that torch has its own way for are taken in the same steps, each of which rounds."""
    kind = result_type(x, exponent)
    if (
        kind.kind == INT
        and (exponent < 0 if not isinstance(exponent, Tensor) else bool((exponent < 0).any()))
        and isinstance(x, Tensor)
    ):
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    if not isinstance(x, Tensor) or isinstance(exponent, Tensor) or kind.kind == BOOL:
        return paired(power, x, exponent, kind)
    x = x if x.dtype == kind else Tensor(x.in_dtype(kind), x.shape, kind)
    if exponent in POWERS and (kind.kind == FLOAT or exponent in (2, 3)):
        return POWERS[exponent](x)
    return paired(power, x, exponent, kind)


POWERS = {
    2: square,
    3: lambda x: mul(square(x), x),
    0.5: sqrt,
    -0.5: rsqrt,
    -1: reciprocal,
    -2: lambda x: reciprocal(square(x)),
}


def clamp(x, min=None, max=None):
    """Entries no less than `min` and no more than `max`, which are numbers or tensors."""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    for bound, function in (
        (min, lambda v, b: b if v < b or b != b else v),
        (max, lambda v, b: b if v > b or b != b else v),
    ):
        if bound is not None:
            x = paired(function, x, bound, result_type(x, bound))
    return x


def where(condition, x=None, y=None):
    """The entries of x where the condition holds, else those of y; with the condition alone, its places."""
    if x is None:
        return condition.nonzero(as_tuple=True)
    if condition.dtype != dtypes.bool_:
        raise RuntimeError(
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {condition.dtype.said}"
        )
    kind, x, y = result_type(x, y), tensor_of(x), tensor_of(y)
    shape = shapes.broadcast(condition.shape, x.shape, y.shape)
    choice, x, y = condition.filling(shape, dtypes.bool_), x.filling(shape, kind), y.filling(shape, kind)
    return Tensor([x[i] if choice[i] else y[i] for i in range(len(choice))], shape, kind)


def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    limits = dtypes.finfo(x.dtype)
    high, low = limits.max if posinf is None else posinf, limits.min if neginf is None else neginf
    return mapped(lambda v: nan if v != v else high if v == INFINITY else low if v == -INFINITY else v, x)


def frexp(x):
    """Mantissas from a half up to one, and the powers of two that they are times."""
    parts = [math.frexp(v) for v in x.flat()]
    return (Tensor([p[0] for p in parts], x.shape, x.dtype), Tensor([p[1] for p in parts], x.shape, dtypes.int32))


def ldexp(x, exponent):
    # As in torch: a power of two of its own, in float32 where the exponents are integers, and then a product.
    return mul(x, pow_(2.0, tensor_of(exponent)))


def lerp(start, end, weight):
    """Between two tensors, by a share of the way."""
    weight = weight if number(weight) else tensor_of(weight)
    if result_type(start, end) != start.dtype or start.dtype != end.dtype:
        raise RuntimeError(f"expected dtype {CPP[start.dtype.name]} for `end` but got dtype {CPP[end.dtype.name]}")
    if start.dtype.kind < FLOAT:
        raise NotImplementedError(f"\"lerp_kernel_scalar\" not implemented for '{start.dtype.said}'")
    return start + (end - start) * weight


def together(*tensors):
    """Tensors in the type that they have together."""
    kind = result_type(*tensors)
    return [each.to(kind) for each in tensors]


def addcmul(x, first, second, value=1):
    x, first, second = together(x, first, second)
    return x + first * second * value if value != 1 else x + first * second


def addcdiv(x, first, second, value=1):
    x, first, second = together(x, first, second)
    return x + value * (first / second)


def relu(x):
    return clamp(x, min=0)


def part(which):
    """The real or the other part of complex numbers."""

    def take(z):
        if z.dtype.kind != COMPLEX:
            if which == "real":
                return z
            raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
        kind = dtypes.float64 if z.dtype == dtypes.complex128 else dtypes.float32
        return Tensor([v.real if which == "real" else v.imag for v in z.flat()], z.shape, kind)

    return take


real, imag = part("real"), part("imag")


def make_complex(left, right):
    """Complex numbers of two real tensors.

    Raises: RuntimeError where their types differ, or are no floating-point types.
    """
    if left.dtype.kind != FLOAT or right.dtype.kind != FLOAT:
        raise RuntimeError(
            f"Expected both inputs to be Half, Float or Double tensors but got {left.dtype.said} and {right.dtype.said}"
        )
    if left.dtype != right.dtype:
        raise RuntimeError(
            f"Expected object of scalar type {left.dtype.said} but got scalar type "
            f"{right.dtype.said} for second argument"
        )
    kind = dtypes.complex128 if left.dtype == dtypes.float64 else dtypes.complex64
    return paired(lambda x, y: complex(x, y), left, right, left.dtype, kind)


UNARY = {
    "exp": exp,
    "expm1": expm1,
    "exp2": exp2,
    "log": log,
    "log2": log2,
    "log10": log10,
    "log1p": log1p,
    "sin": sin,
    "cos": cos,
    "tan": tan,
    "asin": asin,
    "acos": acos,
    "atan": atan,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
    "asinh": asinh,
    "acosh": acosh,
    "atanh": atanh,
    "erf": erf,
    "sqrt": sqrt,
    "rsqrt": rsqrt,
    "sigmoid": sigmoid,
    "reciprocal": reciprocal,
    "neg": neg,
    "negative": neg,
    "abs": absolute,
    "absolute": absolute,
    "square": square,
    "sign": sign,
    "floor": floor,
    "ceil": ceil,
    "trunc": trunc,
    "round": round_,
    "logical_not": logical_not,
    "bitwise_not": bitwise_not,
    "pow": pow_,
    "clamp": clamp,
    "clip": clamp,
    "nan_to_num": nan_to_num,
    "ldexp": ldexp,
    "lerp": lerp,
    "addcmul": addcmul,
    "addcdiv": addcdiv,
    "relu": relu,
}
QUESTIONS = {"isnan": isnan, "isfinite": isfinite, "isinf": isinf, "frexp": frexp, "where": where}
hang(UNARY)
hang(QUESTIONS)


def where_of(x, condition, other):
    """The method: x where the condition holds."""
    return where(condition, x, other)


hang(
    {
        "__neg__": neg,
        "__pos__": lambda x: x,
        "__abs__": absolute,
        "__invert__": bitwise_not,
        "__pow__": pow_,
        "__rpow__": lambda x, base: pow_(base, x),
        "where": where_of,
        "real": property(real),
        "imag": property(imag),
    }
)
