"""Wrong equations, made of a right one: one place of its tree changed at a time."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from equations import tree, walking
from equations.axes import Values
from equations.walking import indices


def mutants(equation: tree.Equation, values: Values) -> Iterator[tuple[str, tree.Equation]]:
    """Every mutant, with what was done to it; no two are the same, and none is the equation itself."""
    seen = {equation}
    for position, side in enumerate(equation.sides):
        for node, put in walking.places(side, whole=(tree.Gradient, tree.Argmax)):
            for kind, other in changes(node, equation, values):
                sides = (*equation.sides[:position], put(other), *equation.sides[position + 1:])
                mutant = replace(equation, sides=sides)
                if mutant not in seen:
                    seen.add(mutant)
                    yield kind, mutant


def changes(node: tree.Node, equation: tree.Equation, values: Values) -> Iterator[tuple[str, tree.Node]]:
    """What can be put in the place of one node."""
    if isinstance(node, tree.Otherwise):
        return
    if not isinstance(node, tree.Case | tree.Condition):
        yield from anywhere(node, equation)
    yield from KINDS.get(type(node), lambda *_: ())(node, equation, values)


def anywhere(node: tree.Node, equation: tree.Equation) -> Iterator[tuple[str, tree.Node]]:
    """A sign, a factor or a sum that does not belong there."""
    yield "sign", node.of if isinstance(node, tree.Negative) else tree.Negative(node)
    yield "factor inserted", tree.Times((tree.Number(Fraction(2)), node))
    yield "mean for a sum", tree.Over(node, tree.Entry("B"))
    for letter in dict.fromkeys(below for below in walking.nodes(equation) if isinstance(below, tree.Gradient)):
        yield "factor inserted", tree.Times((letter.of, node))
    for index in sorted(indices(equation)):
        yield "sum inserted", tree.Sum((index,), node)


def entry(node: tree.Entry, equation: tree.Equation, values: Values) -> Iterator[tuple[str, tree.Node]]:
    """Another entry, or its gradient; another constant or index where it has no indices."""
    if not node.indices:
        others = indices(equation) if node.letter in indices(equation) else {*values.sizes, *values.constants}
        yield from (("another constant or index", tree.Entry(other)) for other in sorted(others))
        return
    yield from misnamed(node, equation, values.entries)
    if node.letter in values.gradients:
        yield "gradient for a value", tree.Gradient(node)


def misnamed(node: tree.Entry, equation: tree.Equation, among: dict) -> Iterator[tuple[str, tree.Entry]]:
    """Another letter of the same sizes, another index, the indices in another order."""
    for letter, (_, sizes) in among.items():
        if sizes == among[node.letter][1]:
            yield "another letter", replace(node, letter=letter)
    for position, index in enumerate(node.indices):
        for other in sorted(indices(equation) - {index}):
            yield "index", replace(node, indices=walking.at(node.indices, position, other))
    if len(node.indices) > 1:
        yield "transposed", replace(node, indices=node.indices[::-1])


def gradient(node: tree.Gradient, equation: tree.Equation, values: Values) -> Iterator[tuple[str, tree.Node]]:
    """The value itself, or the gradient of something else."""
    yield "value for a gradient", node.of
    yield from ((kind, tree.Gradient(other)) for kind, other in misnamed(node.of, equation, values.gradients))


def argmax(node: tree.Argmax, equation: tree.Equation, values: Values) -> Iterator[tuple[str, tree.Node]]:
    """The largest of something else, or along another axis."""
    yield from ((kind, replace(node, of=other)) for kind, other in misnamed(node.of, equation, values.entries))
    yield from (("index", replace(node, over=index)) for index in sorted(indices(equation) - {node.over}))


def parts_dropped(kind: str, make, parts: tuple) -> Iterator[tuple[str, tree.Node]]:
    for position in range(len(parts)):
        rest = parts[:position] + parts[position + 1:]
        yield kind, rest[0] if len(rest) == 1 else make(rest)


def times(node: tree.Times, *_) -> Iterator[tuple[str, tree.Node]]:
    yield from parts_dropped("factor dropped", tree.Times, node.factors)


def plus(node: tree.Plus, *_) -> Iterator[tuple[str, tree.Node]]:
    yield from parts_dropped("term dropped", tree.Plus, node.terms)


def summed(node: tree.Sum, equation: tree.Equation, _) -> Iterator[tuple[str, tree.Node]]:
    """A sum dropped, over another index, without its condition, or drawn round one factor alone."""
    yield "sum dropped", node.of
    if len(node.over) > 1:
        yield from (("sum dropped", replace(node, over=(index,))) for index in node.over)
    for index in sorted(indices(equation) - set(node.over)):
        yield "sum over another index", replace(node, over=(index,))
    if node.where is not None:
        yield "condition dropped", replace(node, where=None)
    if isinstance(node.of, tree.Times):
        first, *rest = node.of.factors
        yield "sum round one factor", tree.Times((replace(node, of=first), *rest))


def over(node: tree.Over, *_) -> Iterator[tuple[str, tree.Node]]:
    yield "divisor dropped", node.top
    yield "upside down", tree.Over(node.bottom, node.top)
    yield "divisor as a factor", tree.Times((node.top, node.bottom))


def number(node: tree.Number, *_) -> Iterator[tuple[str, tree.Node]]:
    for step in (-1, 1):
        yield "number", tree.Number(node.value + step)


def cases(node: tree.Cases, *_) -> Iterator[tuple[str, tree.Node]]:
    (first, *middle, last) = node.rows
    swapped = (replace(first, value=last.value), *middle, replace(last, value=first.value))
    yield "cases changed over", tree.Cases(swapped)
    yield from (("one case everywhere", row.value) for row in node.rows)


def condition(node: tree.Condition, *_) -> Iterator[tuple[str, tree.Node]]:
    yield "condition turned round", replace(node, equal=not node.equal)


KINDS = {
    tree.Entry: entry, tree.Gradient: gradient, tree.Times: times, tree.Plus: plus, tree.Sum: summed,
    tree.Over: over, tree.Number: number, tree.Cases: cases, tree.Condition: condition,
    tree.Argmax: argmax,
    tree.Power: lambda node, *_: iter([("power dropped", node.base)]),
}
