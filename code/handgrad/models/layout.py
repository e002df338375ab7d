"""Where each value of a network stands in a drawing: computed from the edges of `graph`.

Each operation is a band with rows. In the middle stands the shortest way from the first value to the last, on the
left what is computed beside it, on the right what is given and what no forward line reads.
"""

from typing import NamedTuple

from handgrad.models import graph
from handgrad.models.network import Network, Value

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

    network: Network
    nodes: dict[str, Node]
    bands: tuple[Band, ...]
    width: float
    height: float


def column(network: Network, value: Value) -> int:
    """In which column a value stands."""
    if value.name in graph.spine(network):
        return MIDDLE
    return LEFT if value.line and graph.users(network, value.name) else RIGHT


def rows(network: Network) -> dict[str, int]:
    """The row of each value, counted from the top of its band.

    A value stands below what it is made from, and beside the last of its parameters; lower where a place is taken.
    """
    found: dict[str, int] = {}
    for value in network.values:
        if not value.line and value.name not in graph.spine(network):
            continue
        near = [name for name in graph.inputs(network, value.name) if same_band(network, name, value)]
        given = [name for name in near if name not in found]
        row = max([*(found[name] + 1 for name in near if name in found), len(given) - 1, 0])
        while taken(network, found, wanted(value.name, given, row)):
            row += 1
        found |= wanted(value.name, given, row)
    return found


def wanted(name: str, given: list[str], row: int) -> dict[str, int]:
    """The rows of a value in `row` and of what is given to make it, the last of which stands beside it."""
    return {name: row} | {other: row - len(given) + 1 + place for place, other in enumerate(given)}


def taken(network: Network, found: dict[str, int], places: dict[str, int]) -> bool:
    """Whether one of the places is another value's."""
    values = graph.by_name(network)
    return any(
        row == found[other] and column(network, values[name]) == column(network, values[other])
        and same_band(network, other, values[name])
        for name, row in places.items() for other in found
    )


def same_band(network: Network, name: str, value: Value) -> bool:
    """Whether one operation makes both."""
    return graph.maker(network, graph.by_name(network)[name]) is graph.maker(network, value)


def layout(network: Network) -> Map:
    """The whole map."""
    row, top = rows(network), MARGIN
    nodes, bands = {}, []
    for layer in network.layers:
        members = [value for value in network.values if graph.maker(network, value) is layer]
        for value in members:
            x = MARGIN + WIDTH / 2 + column(network, value) * COLUMN
            nodes[value.name] = Node(value, x, top + HEAD + HEIGHT / 2 + row[value.name] * ROW)
        bottom = top + HEAD + max(row[value.name] for value in members) * ROW + HEIGHT + 6
        bands.append(Band(layer.title, layer.stem, top, bottom))
        top = bottom + 6
    ordered = {value.name: nodes[value.name] for value in network.values}
    return Map(network, ordered, tuple(bands), 2 * MARGIN + WIDTH + 2 * COLUMN, top - 6 + MARGIN)


def border(start: Node, end: Node) -> tuple[float, float]:
    """Where the line from one node's middle to another's leaves the first one's box."""
    dx, dy = end.x - start.x, end.y - start.y
    scale = min(WIDTH / 2 / abs(dx) if dx else 9.0, HEIGHT / 2 / abs(dy) if dy else 9.0)
    return start.x + dx * scale, start.y + dy * scale
