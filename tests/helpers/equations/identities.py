"""Displayed equations without a label: those in the grammar's language are executed as well, all sides of them.

They say what a value is, or are steps of a derivation. What the grammar cannot read of them is left to the reader.
"""

import re
from typing import NamedTuple

import chapters
import numpy as np

from equations import reading, tree
from equations.axes import Axes, Malformed, Values
from equations.checking import WrongEquation, drawn
from equations.definitions import DISPLAY
from equations.evaluation import value
from equations.walking import unfolded

# The gradient whose draws have the values that a chapter's equations are about.
CROSS_ENTROPY, BATCHNORM = ("cross_entropy.backward_steps", "dlogits"), ("batchnorm.backward_steps", "dx")
WHOSE = {
    "notation": CROSS_ENTROPY, "cross_entropy": CROSS_ENTROPY, "softmax": CROSS_ENTROPY,
    "linear": ("linear.backward", "dx"), "tanh": ("tanh.backward", "dx"),
    "batchnorm": BATCHNORM, "batchnorm_fused": BATCHNORM, "embedding": ("embedding.backward", "dtable"),
}


class Identity(NamedTuple):
    """An equation, where it begins, and its TeX."""

    stem: str
    line: int
    tex: str
    equation: tree.Equation


def identities(stem: str) -> list[Identity]:
    """The displays of a chapter that the grammar reads."""
    text, found = chapters.source(stem), []
    for match in DISPLAY.finditer(text):
        for part in re.split(r",\s*\\qquad", match[1]):
            tex, line = part.strip(), text.count("\n", 0, match.start(1)) + 1
            try:
                found.append(Identity(stem, line, tex, reading.read(tex)))
            except reading.Unreadable:
                continue
    return found


def check(each: Identity, equation: tree.Equation | None = None) -> None:
    """WrongEquation, with chapter and line, unless all sides are the same on every draw."""
    where = f"book/{each.stem}.md, line {each.line}"
    for values in among(each.stem):
        try:
            left, *right = sides(equation or each.equation, values)
        except Malformed as error:
            raise WrongEquation(f"{where}: {error}") from None
        for number, side in enumerate(right, 1):
            if not close(left, side):
                raise WrongEquation(f"{where}: right side {number} is not the left side")


def same_sides(each: Identity, equation: tree.Equation) -> bool:
    """Whether every side of another equation has the value that it has in this one."""
    try:
        return all(close(one, other) for values in among(each.stem)
                   for one, other in zip(sides(each.equation, values), sides(equation, values), strict=True))
    except Malformed:
        return False


def sides(equation: tree.Equation, values: Values) -> list[np.ndarray]:
    """Every side, the left one too, with the axes of the whole equation."""
    equation = unfolded(equation)
    at = Axes(equation, values)
    return [np.asarray(value(side, at)) for side in (equation.left, *equation.sides)]


def close(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.allclose(one, other, rtol=1e-11, atol=1e-12))


def among(stem: str) -> list[Values]:
    """The values of a chapter on several draws."""
    found = [draw.values for draw in drawn(*WHOSE[stem]) if "pass" in draw.how]
    return [EXTRA.get(stem, lambda values: values)(values) for values in found]


def one_column(values: Values) -> Values:
    """The letters without h, which the chapter leaves out; g is the upstream gradient times the gain."""
    def column(held):
        return {letter: (array[..., 0] if "H" in sizes else array, tuple(size for size in sizes if size != "H"))
                for letter, (array, sizes) in held.items()}

    entries, gradients = column(values.entries), column(values.gradients)
    g = gradients["y"][0] * entries[r"\gamma"][0], ("B",)
    return values._replace(entries=entries | {"g": g}, gradients=gradients)


def with_one_hot(values: Values) -> Values:
    """O is 1 in the column of the code."""
    context, _ = values.entries["X"]
    return values._replace(entries=values.entries | {"O": (np.eye(values.sizes["V"])[context], ("B", "T", "V"))})


EXTRA = {"batchnorm_fused": one_column, "embedding": with_one_hot}
