"""The names that the reader's text finds beside its own: those of Python, where the page's differ."""

import math

from torch import Tensor
from torch.inplace import AUGMENTED
from torch.sizes import said, worded

from browser.judge.helpers import list_of, tuple_of


def augmented(sign, left, right):
    """`left op= right`: a tensor is written to, anything else is computed anew."""
    method = getattr(left, AUGMENTED[sign], None) if isinstance(left, Tensor) and sign in AUGMENTED else None
    if method is not None:
        found = method(right)
        if found is not NotImplemented:
            return found
        raise TypeError(f"unsupported operand type(s) for {sign}: 'Tensor' and '{type(right).__name__}'")
    return OPERATIONS[sign](left, right)


OPERATIONS = {
    "*=": lambda x, y: x * y,
    "/=": lambda x, y: x / y,
    "//=": lambda x, y: x // y,
    "%=": lambda x, y: x % y,
    "**=": lambda x, y: x**y,
    "@=": lambda x, y: x @ y,
    "&=": lambda x, y: x & y,
    "|=": lambda x, y: x | y,
    "^=": lambda x, y: x ^ y,
}


def number(value):
    """A tensor of one entry as the number in it; anything else as it is."""
    return value.item() if isinstance(value, Tensor) else value


def to_float(value=0.0):
    return float(number(value))


def set_of(*values):
    return set(values)


def text_of(*pieces):
    return "".join(pieces)


def piece(value, turned, form):
    """One value of an f-string."""
    value = said(value) if turned and turned in "ra" else worded(value)
    value = str(value) if turned == "s" else value
    if not form:
        return str(value)
    return ("{:" + form + "}").format(number(value) if isinstance(value, Tensor) and not value.shape else value)


def str_of(*values):
    return str(*[worded(value) for value in values])


def format_of(form, *values, **named):
    """`form.format(...)`."""
    return form.format(
        *[worded(value) for value in values], **{name: worded(value) for name, value in named.items()}
    )


def printed(*values, **named):
    """`print`."""
    print(*[worded(value) for value in values], **named)


def zipped(*values, strict=False):
    """`zip`, which MicroPython has without `strict`."""
    if strict:
        values = [list(value) for value in values]
        if any(len(value) != len(values[0]) for value in values):
            raise ValueError("zip() arguments have other lengths")
    return zip(*values, strict=False)


def ranged(*values):
    return range(*[int(value) if isinstance(value, Tensor) else value for value in values])


def extreme(function, better):
    """`max` or `min`: of tensors too, whose comparison is a tensor."""

    def find(*values, **named):
        several = list(values[0]) if len(values) == 1 else list(values)
        if not any(isinstance(value, Tensor) for value in several):
            return function(*values, **named)
        found = several[0]
        for value in several[1:]:
            found = value if bool(better(value, found)) else found
        return found

    return find


class Math:
    """`math`, whose functions take tensors of one entry too."""

    def __getattr__(self, name):
        found = getattr(math, name, None)
        if found is None and name in ("prod", "dist", "comb", "perm", "gcd", "hypot", "fsum", "sumprod"):
            found = OTHERS.get(name)
        if found is None:
            raise AttributeError(f"module 'math' has no attribute '{name}' in this page")
        return (lambda *values: found(*[number(value) for value in values])) if callable(found) else found


def product(values, start=1):
    for value in values:
        start = start * value
    return start


OTHERS = {"prod": product, "fsum": lambda values: sum(values), "hypot": lambda x, y: math.sqrt(x * x + y * y)}
NAMES = {
    "_augmented": augmented,
    "_float": to_float,
    "_list": list_of,
    "_tuple": tuple_of,
    "_set": set_of,
    "_text": text_of,
    "_piece": piece,
    "_str": str_of,
    "_format": format_of,
    "print": printed,
    "repr": said,
    "zip": zipped,
    "range": ranged,
    "max": extreme(max, lambda x, y: x > y),
    "min": extreme(min, lambda x, y: x < y),
}
