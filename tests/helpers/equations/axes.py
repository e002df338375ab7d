"""What the letters of an equation stand for, and an axis for each of its indices.

An array has an axis for every index of the equation; it is 1 long where the value does not depend on that
index. So broadcasting goes by name and a sum knows its axis.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from equations import tree, walking


class Malformed(ValueError):
    """The equation has no value: an unknown letter, an index too many, an axis that does not fit."""


def first_largest(array: np.ndarray, axis: int) -> np.ndarray:
    return array.argmax(axis, keepdims=True)


class Values(NamedTuple):
    """What the letters stand for.

    entries, gradients: by letter, an array and the letters of its sizes; sizes: by letter, a whole number;
    constants: by letter; number: makes of a fraction a number of the arrays' kind, floats or SymPy's;
    argmax: takes an array and an axis, and keeps the axis.
    """

    entries: dict[str, tuple[np.ndarray, tuple[str, ...]]]
    gradients: dict[str, tuple[np.ndarray, tuple[str, ...]]]
    sizes: dict[str, int]
    constants: dict[str, object]
    number: Callable[[Fraction], object] = float
    argmax: Callable[[np.ndarray, int], np.ndarray] = first_largest


class Axes:
    """The indices of one equation, and how far each runs."""

    def __init__(self, equation: tree.Equation, values: Values):
        self.values = values
        self.runs: dict[str, str] = {}
        for node in walking.nodes(equation):
            if isinstance(node, tree.Entry) and node.indices:
                self.note(node)
        self.names = sorted(self.runs)

    def note(self, entry: tree.Entry) -> None:
        """Note over which sizes the indices run: an index is its size's lower case, or it is i or j."""
        for index, size in zip(entry.indices, self.found(entry, self.values.entries)[1], strict=True):
            if index.rstrip("'") not in (size.lower(), "i", "j"):
                raise Malformed(f"the index {index} of {entry.letter} stands where one of the size {size} belongs")
            if self.runs.setdefault(index, size) != size:
                raise Malformed(f"the index {index} runs over {self.runs[index]} and over {size}")

    def found(self, entry: tree.Entry, among: dict) -> tuple[np.ndarray, tuple[str, ...]]:
        """The array of a letter and its sizes; Malformed unless the entry has one index for each."""
        if entry.letter not in among:
            raise Malformed(f"nothing here is called {entry.letter}")
        array, sizes = among[entry.letter]
        if not all(isinstance(index, str) for index in entry.indices):
            raise Malformed(f"an entry stands as an index of {entry.letter}")
        if not len(entry.indices) == len(set(entry.indices)) == len(sizes):
            raise Malformed(f"{entry.letter} has the sizes {sizes} and here the indices {entry.indices}")
        return array, sizes

    def placed(self, entry: tree.Entry, among: dict) -> np.ndarray:
        """The array of an entry, each of its axes in the place of its index."""
        array, _ = self.found(entry, among)
        order = sorted(range(array.ndim), key=lambda k: self.names.index(entry.indices[k]))
        return array.transpose(order).reshape([
            array.shape[entry.indices.index(name)] if name in entry.indices else 1 for name in self.names
        ])

    def count(self, index: str) -> int:
        """How many values an index takes; one that no letter carries counts what its own letter says."""
        size = self.runs.get(index, index.rstrip("'").upper())
        if size not in self.values.sizes:
            raise Malformed(f"nothing says how far the index {index} runs")
        return self.values.sizes[size]

    def counting(self, index: str) -> np.ndarray:
        """0, 1, 2 and so on, along the axis of the index."""
        if index not in self.names:
            raise Malformed(f"nothing here is called {index}")
        return np.arange(self.count(index)).reshape([-1 if name == index else 1 for name in self.names])
