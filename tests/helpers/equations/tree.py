"""What an equation says, as a tree."""

from dataclasses import dataclass
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
class Max(Node):
    over: str
    of: Entry


@dataclass(frozen=True)
class Function(Node):
    name: str
    of: Node


@dataclass(frozen=True)
class Equation(Node):
    """A gradient or a value, and what it equals, once or several times."""

    left: Node
    sides: tuple[Node, ...]
