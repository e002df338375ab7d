"""What an equation says, as a tree."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction


class Node:
    """One piece of an equation; its fields are nodes, tuples of nodes, or words."""


@dataclass(frozen=True)
class Number(Node):
    value: Fraction


@dataclass(frozen=True)
class Entry(Node):
    """A letter and its indices: names, or an entry where a value such as a target picks the place."""

    letter: str
    indices: tuple["str | Entry", ...] = ()


@dataclass(frozen=True)
class Gradient(Node):
    of: Entry


@dataclass(frozen=True)
class Negative(Node):
    of: Node


@dataclass(frozen=True)
class Plus(Node):
    terms: tuple[Node, ...]


@dataclass(frozen=True)
class Times(Node):
    factors: tuple[Node, ...]


@dataclass(frozen=True)
class Over(Node):
    top: Node
    bottom: Node


@dataclass(frozen=True)
class Power(Node):
    base: Node
    exponent: Node


@dataclass(frozen=True)
class Condition(Node):
    """1 where it holds and 0 elsewhere; an index stands in it as an entry without indices."""

    left: Node
    equal: bool
    right: Node


@dataclass(frozen=True)
class Sum(Node):
    over: tuple[str, ...]
    of: Node
    where: Condition | None = None


@dataclass(frozen=True)
class Otherwise(Node):
    pass


@dataclass(frozen=True)
class Case(Node):
    value: Node
    condition: Condition | Otherwise


@dataclass(frozen=True)
class Cases(Node):
    rows: tuple[Case, ...]


@dataclass(frozen=True)
class Argmax(Node):
    over: str
    of: Entry


@dataclass(frozen=True)
class Equation(Node):
    """A gradient and what it equals, once or several times."""

    left: Node
    sides: tuple[Node, ...]


def places(node: Node, whole: tuple[type, ...] = ()) -> Iterator[tuple[Node, Callable[[Node], Node]]]:
    """Every node at or below this one, each with the function that puts another in its place.

    Into nodes of the types `whole` we do not look.
    """
    yield node, lambda other: other
    for field in fields(node) if not isinstance(node, whole) else ():
        value = getattr(node, field.name)
        for inner, position in inside(value):
            for below, put in places(inner, whole):
                yield below, lambda other, f=field.name, p=position, put=put: replace(
                    node, **{f: at(getattr(node, f), p, put(other))})


def inside(value) -> Iterator[tuple[Node, int | None]]:
    """The nodes that a field holds, each with its position in the tuple, or None where it is the field itself."""
    if isinstance(value, Node):
        yield value, None
    elif isinstance(value, tuple):
        yield from ((part, position) for position, part in enumerate(value) if isinstance(part, Node))


def at(value, position: int | None, other: Node):
    return other if position is None else (*value[:position], other, *value[position + 1:])


def nodes(node: Node) -> Iterator[Node]:
    """Every node at or below this one."""
    return (below for below, _ in places(node))
