"""A tree as an expression of SymPy, with symbols for indices and sizes: what holds for it holds for any sizes."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import sympy as sp
from sympy.functions import KroneckerDelta

from equations import tree
from equations.axes import Axes, Malformed, Values
from equations.sums import collapsed
from equations.walking import unfolded

CONSTANTS = {"k": sp.Symbol("k", real=True), r"\varepsilon": sp.Symbol("epsilon", positive=True), "e": sp.E}


def value(letter: str) -> sp.IndexedBase:
    return sp.IndexedBase(letter, real=True)


def upstream(letter: str) -> sp.IndexedBase:
    return sp.IndexedBase(f"d{letter}", real=True)


def largest(letter: str) -> sp.IndexedBase:
    """Where the largest entry of a row stands: one place, for it is the same under a small enough nudge."""
    return sp.IndexedBase(f"argmax {letter}", integer=True)


def size(letter: str) -> sp.Symbol:
    return sp.Symbol(letter, integer=True, positive=True)


class Scope(NamedTuple):
    """names: the symbol of each index; runs: the size that each runs over; how entries and sums are written."""

    names: dict[str, sp.Symbol]
    runs: dict[str, str]
    entry: Callable = lambda letter, *at: value(letter)[at]
    gradient: Callable = lambda letter, *at: upstream(letter)[at]
    total: Callable = collapsed


def side(equation: tree.Equation, sizes: dict, at: tuple | None = None, **ways) -> sp.Expr:
    """The last right side; at: what stands for the indices of the left one, by default symbols of their own."""
    equation = unfolded(equation)
    left = equation.left.of if isinstance(equation.left, tree.Gradient) else equation.left
    runs = Axes(equation, Values({letter: (None, axes) for letter, axes in sizes.items()}, {}, {}, {})).runs
    names = free(left.indices) if at is None else at
    return expression(equation.sides[-1], Scope(dict(zip(left.indices, names, strict=True)), runs, **ways))


def free(indices: tuple[str, ...]) -> tuple[sp.Symbol, ...]:
    """Symbols for the indices of a left side, which no sum binds."""
    return tuple(sp.Symbol(f"{index}_", integer=True) for index in indices)


def expression(node: tree.Node, at: Scope) -> sp.Expr:
    """One node in SymPy."""
    return RULES[type(node)](node, at)


def entry(node: tree.Entry, at: Scope) -> sp.Expr:
    if node.indices:
        return at.entry(node.letter, *named(node.indices, at))
    return at.names.get(node.letter, CONSTANTS.get(node.letter, size(node.letter)))


def named(indices: Iterable[str], at: Scope) -> tuple[sp.Expr, ...]:
    """The symbols of the indices; Malformed if one is neither on the left nor bound by a sum."""
    missing = [index for index in indices if index not in at.names]
    if missing:
        raise Malformed(f"the right side depends on {', '.join(missing)}")
    return tuple(at.names[index] for index in indices)


def total(node: tree.Sum, at: Scope) -> sp.Expr:
    """A sum, its indices bound from the inside out; inside it they hide indices of the same name."""
    bound = {index: sp.Symbol(index, integer=True) for index in node.over}
    inner = at._replace(names=at.names | bound)
    found = expression(node.of, inner)
    if node.where is not None:
        found = found * expression(node.where, inner)
    for index in reversed(node.over):
        found = at.total(found, bound[index], size(at.runs[index]))
    return found


def delta(node: tree.Condition, at: Scope) -> sp.Expr:
    found = KroneckerDelta(expression(node.left, at), expression(node.right, at))
    return found if node.equal else 1 - found


def chosen(node: tree.Cases, at: Scope) -> sp.Expr:
    """The sum of the rows, each times what is 1 where it holds."""
    held = [None if isinstance(row.condition, tree.Otherwise) else delta(row.condition, at) for row in node.rows]
    rest = 1 - sum(each for each in held if each is not None)
    if None not in held and sp.expand(rest) != 0:
        raise Malformed("of the cases none holds somewhere, or two do")
    values = (expression(row.value, at) for row in node.rows)
    return sum((rest if each is None else each) * part for each, part in zip(held, values, strict=True))


def argmax(node: tree.Argmax, at: Scope) -> sp.Expr:
    return largest(node.of.letter)[named([index for index in node.of.indices if index != node.over], at)]


def maximum(node: tree.Max, at: Scope) -> sp.Expr:
    inner = at._replace(names=at.names | {node.over: argmax(node, at)})
    return at.entry(node.of.letter, *named(node.of.indices, inner))


RULES = {
    tree.Number: lambda node, at: sp.Rational(node.value.numerator, node.value.denominator),
    tree.Entry: entry,
    tree.Gradient: lambda node, at: at.gradient(node.of.letter, *named(node.of.indices, at)),
    tree.Negative: lambda node, at: -expression(node.of, at),
    tree.Plus: lambda node, at: sp.Add(*(expression(term, at) for term in node.terms)),
    tree.Times: lambda node, at: sp.Mul(*(expression(factor, at) for factor in node.factors)),
    tree.Over: lambda node, at: expression(node.top, at) / expression(node.bottom, at),
    tree.Power: lambda node, at: expression(node.base, at) ** expression(node.exponent, at),
    tree.Function: lambda node, at: getattr(sp, node.name)(expression(node.of, at)),
    tree.Sum: total, tree.Condition: delta, tree.Cases: chosen, tree.Argmax: argmax, tree.Max: maximum,
}
