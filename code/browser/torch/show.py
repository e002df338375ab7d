"""How a tensor is printed, as torch prints it."""

import math

from browser.torch import dtypes
from browser.torch.core import hang
from browser.torch.dtypes import COMPLEX, FLOAT

DIGITS, EDGE, MANY, WIDTH = 4, 3, 1000, 80


class Form:
    """How each number of a tensor is written, so that all are equally wide."""

    def __init__(self, values, kind):
        self.kind, self.width, self.form = kind, 1, "int"
        if kind.kind < FLOAT:
            self.width = max([len(str(v)) for v in values] + [1])
            return
        seen = [v for v in values if v - v == 0 and v != 0]
        self.form = "short"
        if seen:
            self.choose([abs(v) for v in seen], all(v == math.ceil(v) for v in seen))
        self.width = max([len(self.text(v)) for v in seen] + [1])

    def choose(self, sizes, whole):
        high, low = max(sizes), min(sizes)
        if whole:
            self.form = "science" if high / low > 1000.0 or high > 1.0e8 else "short"
        else:
            self.form = "science" if high / low > 1000.0 or high > 1.0e8 or low < 1.0e-4 else "fixed"

    def text(self, value):
        if self.form == "int":
            return str(value)
        if value - value != 0:
            return str(value)
        if self.form == "science":
            return f"{value:.{DIGITS}e}"
        return f"{value:.0f}." if self.form == "short" else f"{value:.{DIGITS}f}"

    def padded(self, value):
        text = self.text(value)
        return " " * (self.width - len(text)) + text


class Pairs:
    """How complex numbers are written."""

    def __init__(self, values, kind):
        self.left, self.right = (
            Form([v.real for v in values], dtypes.float64),
            Form([v.imag for v in values], dtypes.float64),
        )
        self.width = self.left.width + self.right.width + 1

    def padded(self, value):
        right = self.right.padded(value.imag).strip()
        return self.left.padded(value.real) + ("" if right[0] == "-" else "+") + right + "j"


def shortened(length):
    """The places of an axis that are shown; None stands for those left out."""
    return list(range(length)) if length <= 2 * EDGE else [*range(EDGE), None, *range(length - EDGE, length)]


def shown(x, few):
    """The numbers that are printed."""
    if not few or not x.shape:
        return list(x.flat()) if not x.shape or not few else []
    found = []
    for place in shortened(x.shape[0]):
        found += [] if place is None else shown(x.select(0, place), few)
    return found


def row(x, indent, form, few):
    """One line of numbers, broken where it is too long."""
    each = max(1, (WIDTH - indent) // (form.width + 2))
    words = []
    flat = x.flat()
    for place in shortened(len(flat)) if few else range(len(flat)):
        words.append(" ..." if place is None else form.padded(flat[place]))
    lines = [", ".join(words[i : i + each]) for i in range(0, len(words), each)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def block(x, indent, form, few):
    """A tensor as brackets in brackets."""
    if x.ndim == 0:
        return form.padded(x.item())
    if x.ndim == 1:
        return row(x, indent, form, few)
    parts = []
    for place in shortened(x.shape[0]) if few else range(x.shape[0]):
        parts.append("..." if place is None else block(x.select(0, place), indent + 1, form, few))
    return "[" + (",".join(["", "\n" * (x.ndim - 1) + " " * (indent + 1)])).join(parts) + "]"


def text(x):
    """What `print` shows."""
    said = ""
    if (
        x.dtype not in (dtypes.float32, dtypes.int64, dtypes.bool_, dtypes.complex64)
        or not x.numel()
        and x.dtype == dtypes.int64
    ):
        said = f", dtype={x.dtype}"
    if not x.numel():
        size = f", size={tuple(x.shape)}" if x.ndim != 1 else ""
        return f"tensor([]{size}{said})"
    few = x.numel() > MANY
    form = (Pairs if x.dtype.kind == COMPLEX else Form)(shown(x, few), x.dtype)
    body = f"tensor({block(x, 7, form, few)}"
    # The type goes to a line of its own where the last one has no room for it.
    if said and len(body) - body.rfind("\n") + 1 + len(said) > WIDTH:
        said = ",\n       " + said[2:]
    return f"{body}{said})"


hang({"__repr__": text, "__str__": text})
