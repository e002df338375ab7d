"""Where each value of the map stands: computed from the edges of `handgrad.models.graph`.

Each operation of the network is a band with rows. In the middle stands the shortest way from the first value to
the last, on the left what is computed beside it, on the right what is given and what no forward line reads.
"""

from typing import NamedTuple

from handgrad.models import graph
from handgrad.models.mlp.values import VALUES, Value
from handgrad.models.network import NETWORK

LEFT, MIDDLE, RIGHT = range(3)
WIDTH, HEIGHT = 104, 34  # of a node
COLUMN, ROW = 119, 47  # from one to the next
HEAD, MARGIN = 24, 3


class Node(NamedTuple):
    """A value and the middle of its box."""

    value: Value
    x: float
    y: float


class Band(NamedTuple):
    """An operation of the network, and where its band begins and ends."""

    title: str
    stem: str
    top: float
    bottom: float


class Map(NamedTuple):
    """The nodes by name and the bands, both from top to bottom, and the size of the whole."""

    nodes: dict[str, Node]
    bands: tuple[Band, ...]
    width: float
    height: float


def column(value: Value) -> int:
    """In which column a value stands."""
    if value.name in graph.spine():
        return MIDDLE
    return LEFT if value.line and graph.users(value.name) else RIGHT


def rows() -> dict[str, int]:
    """The row of each value, counted from the top of its band.

    A value stands below what it is made from, and beside the last of its parameters.
    """
    found: dict[str, int] = {}
    for value in VALUES:
        if not value.line and value.name not in graph.spine():
            continue
        above = [found[name] + 1 for name in graph.inputs(value.name) if name in found and same_band(name, value)]
        given = [name for name in graph.inputs(value.name) if column(graph.BY_NAME[name]) == RIGHT]
        found[value.name] = max([*above, len(given) - 1, 0])
        for place, name in enumerate(given):
            found[name] = found[value.name] - len(given) + 1 + place
    return found


def same_band(name: str, value: Value) -> bool:
    """Whether one operation makes both."""
    return graph.maker(graph.BY_NAME[name]) == graph.maker(value)


def layout() -> Map:
    """The whole map."""
    row, top = rows(), MARGIN
    nodes, bands = {}, []
    for layer in NETWORK:
        members = [value for value in VALUES if graph.maker(value) == layer]
        for value in members:
            x = MARGIN + WIDTH / 2 + column(value) * COLUMN
            nodes[value.name] = Node(value, x, top + HEAD + HEIGHT / 2 + row[value.name] * ROW)
        bottom = top + HEAD + max(row[value.name] for value in members) * ROW + HEIGHT + 6
        bands.append(Band(layer.title, layer.stem, top, bottom))
        top = bottom + 6
    ordered = {value.name: nodes[value.name] for value in VALUES}
    return Map(ordered, tuple(bands), 2 * MARGIN + WIDTH + 2 * COLUMN, top - 6 + MARGIN)


def border(start: Node, end: Node) -> tuple[float, float]:
    """Where the line from one node's middle to another's leaves the first one's box."""
    dx, dy = end.x - start.x, end.y - start.y
    scale = min(WIDTH / 2 / abs(dx) if dx else 9.0, HEIGHT / 2 / abs(dy) if dy else 9.0)
    return start.x + dx * scale, start.y + dy * scale
