"""Going through a tree, and putting another piece into one of its places."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace

from equations import tree
from equations.tree import Node


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


def indices(node: Node) -> set[str]:
    """The names of all indices below."""
    return {index for below in nodes(node) if isinstance(below, tree.Entry)
            for index in below.indices if isinstance(index, str)}


def unfolded(equation: tree.Equation) -> tree.Equation:
    """The equation with each entry that is picked, as q_{b y_b}, written as the sum of [j = y_b] q_{bj} over j."""
    for node, put in places(equation):
        picks = [index for index in getattr(node, "indices", ()) if isinstance(index, tree.Entry)]
        if picks:
            free = next(name for name in ("j", "i", "j'", "i'", "j''") if name not in indices(equation))
            entry = replace(node, indices=tuple(free if index is picks[0] else index for index in node.indices))
            chosen = tree.Condition(tree.Entry(free), True, picks[0])
            return unfolded(put(tree.Sum((free,), tree.Times((chosen, entry)))))
    return equation
