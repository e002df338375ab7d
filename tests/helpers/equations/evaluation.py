"""The value of each right side of an equation."""

from fractions import Fraction

import numpy as np

from equations import tree
from equations.axes import Axes, Malformed, Values
from equations.walking import unfolded


def right_sides(equation: tree.Equation, values: Values) -> list[np.ndarray]:
    """What each right side gives, with the axes of the entry on the left; Malformed if it has no value."""
    equation = unfolded(equation)
    at = Axes(equation, values)
    left = equation.left.of if isinstance(equation.left, tree.Gradient) else equation.left
    if not isinstance(left, tree.Entry):
        raise Malformed("the left side is neither a gradient nor a value")
    return [on_the_left(left, value(side, at), at) for side in equation.sides]


def on_the_left(left: tree.Entry, array: np.ndarray, at: Axes) -> np.ndarray:
    """An array with the axes of the left side alone, in its order; one that it lacks would be a missing sum."""
    array = np.asarray(array)
    array = array.reshape(array.shape or [1] * len(at.names))
    free = [name for name, length in zip(at.names, array.shape, strict=True) if length > 1]
    if not set(free) <= set(left.indices):
        raise Malformed(f"the right side depends on {', '.join(sorted(set(free) - set(left.indices)))}")
    array = array.transpose([at.names.index(name) for name in left.indices]
                            + [k for k, name in enumerate(at.names) if name not in left.indices])
    shape = [at.count(name) for name in left.indices]
    return np.broadcast_to(array.reshape(array.shape[:len(shape)]), shape)


def value(node: tree.Node, at: Axes):
    """The value of one node, on the axes of the whole equation."""
    return RULES[type(node)](node, at)


def entry(node: tree.Entry, at: Axes):
    """A letter with indices; without them a single number, a constant, a size, or an index as a number."""
    if node.indices or node.letter in at.values.entries and not at.values.entries[node.letter][1]:
        return at.placed(node, at.values.entries)
    if node.letter in at.values.constants:
        return at.values.constants[node.letter]
    if node.letter in at.values.sizes:
        return at.values.number(Fraction(at.values.sizes[node.letter]))
    return at.counting(node.letter)


def total(node: tree.Sum, at: Axes):
    """A sum, of the terms where the condition holds; one over an index that no term has is so many copies."""
    found = value(node.of, at)
    if node.where is not None:
        found = value(node.where, at) * found
    found = np.asarray(found).reshape(np.shape(found) or [1] * len(at.names))
    for index in node.over:
        length = found.shape[at.names.index(index)] if index in at.names else 1
        found = found.sum(at.names.index(index), keepdims=True) if length > 1 else found * at.count(index)
    return found


def product(node: tree.Times, at: Axes):
    found = 1
    for factor in node.factors:
        found = found * value(factor, at)
    return found


def holds(node: tree.Condition, at: Axes):
    """1 where the condition holds and 0 elsewhere."""
    same = np.equal(value(node.left, at), value(node.right, at))
    return (same if node.equal else ~same).astype(int)


def chosen(node: tree.Cases, at: Axes):
    """The value of the row whose condition holds, which has to be one row, everywhere."""
    found, left = 0, 1
    for row in node.rows:
        here = left if isinstance(row.condition, tree.Otherwise) else holds(row.condition, at)
        found, left = found + here * value(row.value, at), left - here
    if np.any(left):
        raise Malformed("of the cases none holds somewhere, or two do")
    return found


def largest(node: tree.Argmax, at: Axes):
    if node.over not in node.of.indices:
        raise Malformed(f"{node.of.letter} has no index {node.over} to take the largest over")
    return at.values.argmax(at.placed(node.of, at.values.entries), at.names.index(node.over))


def maximum(node: tree.Max, at: Axes):
    return at.placed(node.of, at.values.entries).max(at.names.index(node.over), keepdims=True)


def quotient(node: tree.Over, at: Axes):
    bottom = value(node.bottom, at)
    if np.any(np.equal(bottom, 0)):
        raise Malformed("a division by zero")
    return value(node.top, at) / bottom


def power(node: tree.Power, at: Axes):
    """A power; of a number below zero with a broken exponent it is no number, which no comparison accepts."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return value(node.base, at) ** value(node.exponent, at)


RULES = {
    tree.Number: lambda node, at: at.values.number(node.value),
    tree.Entry: entry,
    tree.Gradient: lambda node, at: at.placed(node.of, at.values.gradients),
    tree.Negative: lambda node, at: -value(node.of, at),
    tree.Plus: lambda node, at: sum(value(term, at) for term in node.terms),
    tree.Times: product,
    tree.Over: quotient,
    tree.Power: power,
    tree.Sum: total,
    tree.Condition: holds,
    tree.Cases: chosen,
    tree.Argmax: largest,
    tree.Max: maximum,
    tree.Function: lambda node, at: getattr(np, node.name)(value(node.of, at)),
}
