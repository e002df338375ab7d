"""The types of the numbers, how they are rounded, and which type two of them make together."""

from array import array

# A bool is the lowest kind, a complex number the highest.
BOOL, INT, FLOAT, COMPLEX = 0, 1, 2, 3


class dtype:
    """The type of the entries of a tensor, such as torch.float64."""

    def __init__(self, name, kind, bits, said):
        self.name, self.kind, self.bits, self.said = name, kind, bits, said
        self.is_floating_point, self.is_complex = kind == FLOAT, kind == COMPLEX
        self.itemsize = bits // 8

    def __repr__(self):
        return f"torch.{self.name}"


bool_ = dtype("bool", BOOL, 8, "Bool")
uint8 = dtype("uint8", INT, 8, "Byte")
int32 = dtype("int32", INT, 32, "Int")
int64 = dtype("int64", INT, 64, "Long")
float16 = dtype("float16", FLOAT, 16, "Half")
bfloat16 = dtype("bfloat16", FLOAT, 15, "BFloat16")
float32 = dtype("float32", FLOAT, 32, "Float")
float64 = dtype("float64", FLOAT, 64, "Double")
complex64 = dtype("complex64", COMPLEX, 64, "ComplexFloat")
complex128 = dtype("complex128", COMPLEX, 128, "ComplexDouble")
# What the numbers of Python become where no tensor says otherwise.
DEFAULTS = (bool_, int64, float32, complex64)
LONGEST = 2**63
# What C++ calls the types.
CPP = {
    "float32": "float",
    "float64": "double",
    "int64": "long long",
    "int32": "int",
    "bool": "bool",
    "complex64": "c10::complex<float>",
    "complex128": "c10::complex<double>",
}


class finfo:
    """The limits of a type of floating-point numbers."""

    def __init__(self, kind=float32):
        if kind.kind < FLOAT:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        wide = kind in (float64, complex128)
        digits, low = (53, -1022) if wide else (24, -126)
        self.eps, self.tiny, self.dtype = 2.0 ** (1 - digits), 2.0**low, kind.name
        self.smallest_normal = self.tiny
        # Near the largest power of two, the product is exact and does not overflow.
        self.max = (2.0 - self.eps) * 2.0 ** (1023 if wide else 127)
        self.min, self.bits, self.resolution = -self.max, 64 if wide else 32, 1e-15 if wide else 1e-6


def of_number(value):
    """The type that a number of Python has in torch."""
    if isinstance(value, bool):
        return bool_
    if isinstance(value, int):
        return int64
    return float32 if isinstance(value, float) else complex64


def promote(left, right):
    """The type in which both can be written."""
    if left.kind != right.kind:
        low, high = (left, right) if left.kind < right.kind else (right, left)
        # A complex number has two parts as wide as the real one.
        return complex128 if high.kind == COMPLEX and low == float64 else high
    if {left, right} == {float16, bfloat16}:
        return float32
    return left if left.bits >= right.bits else right


def combined(higher, lower):
    """The type of two operands of which the first has precedence; either may be None."""
    if higher is None or lower is None:
        return higher or lower
    if lower.kind > higher.kind:
        if lower.kind == COMPLEX and higher.kind == FLOAT:
            return complex128 if higher == float64 else complex64
        return lower
    return higher


def rounded(values, kind):
    """Numbers of the kind of `kind`, rounded to its width.

    values: a list of numbers of any kind. Returns: a list, which may be the same one.
    """
    if kind == float32 or kind.bits < 32 and kind.kind == FLOAT:
        return list(array("f", values))
    if kind == float64:
        return [float(value) for value in values]
    if kind.kind == INT:
        return [integer(value) for value in values]
    if kind.kind == BOOL:
        return [value != 0 for value in values]
    values = [complex(value) for value in values]
    if kind == complex64:
        reals, others = array("f", [v.real for v in values]), array("f", [v.imag for v in values])
        values = [complex(reals[i], others[i]) for i in range(len(values))]
    return values


def rounded_results(values, kind):
    """What was computed from numbers of the kind of `kind`: only the narrow types are still to be rounded."""
    return values if kind in (float64, int64, complex128) else rounded(values, kind)


def integer(value):
    """A number without what stands behind the point; torch has no integer for nan and infinity either."""
    try:
        return int(value)
    except (ValueError, OverflowError):
        return -LONGEST
