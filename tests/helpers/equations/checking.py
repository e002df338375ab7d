"""The check of a displayed gradient: read from the chapter, evaluated, compared with the code and with autograd."""

import functools
import re
from typing import NamedTuple

import chapters
import labels
import numpy as np

from equations import reading, symbols, tree
from equations.axes import Malformed
from equations.draws import Draw, draws
from equations.evaluation import right_sides
from handgrad.check.tolerance import ROUNDINGS

U = np.finfo(np.float64).eps / 2
DISPLAY = re.compile(r"^```\{math\}\n:label: (grad-[\w-]+)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


class WrongEquation(AssertionError):
    """A displayed gradient that is not the gradient; the message begins with its label."""


class Displayed(NamedTuple):
    """A displayed gradient: its TeX, the line of the chapter where it begins, and the line of code it stands for."""

    label: str
    tex: str
    line: int
    gradient: str
    code: str

    @property
    def letter(self) -> str:
        return symbols.symbol(self.code.split(".")[0], self.gradient.removeprefix("d"))[0]


def displayed(stem: str, text: str | None = None) -> list[Displayed]:
    """The labelled gradients of a chapter, or of another text in its place."""
    text = chapters.source(stem) if text is None else text
    found = []
    for match in DISPLAY.finditer(text):
        gradient, op = labels.read_label(match[1], stem)
        line = text.count("\n", 0, match.start(2)) + 1
        found.append(Displayed(match[1], match[2], line, gradient, labels.executed_by(stem, gradient, op)))
    return found


def shown(label: str) -> tuple[Displayed, tree.Equation]:
    """A displayed gradient of any chapter, and its tree; LookupError if no chapter displays it."""
    for stem in chapters.stems():
        if f":label: {label}\n" in chapters.source(stem):
            each = next(each for each in displayed(stem) if each.label == label)
            return each, reading.read(each.tex, label, each.line)
    raise LookupError(f"no chapter displays {label}")


def check_chapter(stem: str, text: str | None = None) -> dict[str, float]:
    """The error of every labelled gradient of a chapter by label; WrongEquation or Unreadable, naming the label."""
    return {each.label: check(each, reading.read(each.tex, each.label, each.line)) for each in displayed(stem, text)}


@functools.cache
def drawn(code: str, gradient: str) -> list[Draw]:
    return draws(code, gradient)


def check(each: Displayed, equation: tree.Equation) -> float:
    """The largest error of any right side on any draw, in unit roundoffs of the terms."""
    if not isinstance(equation.left, tree.Gradient) or equation.left.of.letter != each.letter:
        raise WrongEquation(f"{each.label}: the left side is not the gradient of {each.letter}")
    return max(error for draw in drawn(each.code, each.gradient) for error in errors(each.label, equation, draw))


def errors(label: str, equation: tree.Equation, draw: Draw) -> list[float]:
    """The error of every right side on one draw, against the code and against autograd."""
    try:
        sides = right_sides(equation, draw.values)
    except Malformed as error:
        raise WrongEquation(f"{label}: {error}") from None
    return [
        error_of(f"{label}, right side {number}, {draw.how}, against {whose}", side, expected, draw.size)
        for number, side in enumerate(sides, 1)
        for whose, expected in (("the code", draw.by_code), ("autograd", draw.by_autograd))
    ]


def error_of(what: str, side: np.ndarray, expected: np.ndarray, size: float) -> float:
    if side.shape != expected.shape:
        raise WrongEquation(f"{what}: the shape is {side.shape} and should be {expected.shape}")
    error = np.abs(side - expected).max() / size / U
    if not error <= ROUNDINGS:
        raise WrongEquation(f"{what}: off by {error:.3g} roundoffs of the largest term")
    return float(error)


def same_value(one: tree.Equation, other: tree.Equation, among: list[Draw]) -> bool:
    """Whether two equations have the same right sides on every draw: rounding may tell them apart, nothing else."""
    try:
        pairs = [zip(right_sides(one, d.values), right_sides(other, d.values), strict=True) for d in among]
    except Malformed:
        return False
    return all(np.allclose(a, b, rtol=1e-12, atol=1e-13) for pair in pairs for a, b in pair)
