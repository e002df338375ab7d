"""The network as a graph: which value is made from which, and which cell from which.

Nothing is drawn here and nothing is typed that the lines of `values.VALUES` say: an edge is a name that a
forward line reads. Cells follow from the letters of the shapes. A letter that both values have is the same in
both cells; one that only the input has was summed over; one that only the output has was copied along. Three
lines look a letter up instead, and LOOKED_UP names them.
"""

import ast
from functools import cache
from typing import NamedTuple

from handgrad.models.mlp.values import VALUES, Value
from handgrad.models.network import NETWORK, Layer

# Of the input only the cells are used whose letter stands in an index: (input, output): (letter, index).
LOOKED_UP = {
    ("table", "emb"): ("V", "context"),
    ("logits", "row_max"): ("V", "row_argmax"),
    ("logprobs", "loss"): ("V", "targets"),
}
BY_NAME = {value.name: value for value in VALUES}
FIRST, LAST = VALUES[0].name, VALUES[-1].name


class Edge(NamedTuple):
    """One value that a forward line reads, and the value that the line makes."""

    start: str
    end: str


def names_read(code: str) -> set[str]:
    """The names that lines of Python read."""
    nodes = ast.walk(ast.parse(code))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


@cache
def edges() -> tuple[Edge, ...]:
    """Every edge of the forward pass, by the order of its two values."""
    made = [(value.name, names_read(value.line)) for value in VALUES]
    return tuple(Edge(start, end) for end, read in made for start in BY_NAME if start in read)


def inputs(name: str) -> tuple[str, ...]:
    """The values that this one is made from."""
    return tuple(edge.start for edge in edges() if edge.end == name)


def users(name: str) -> tuple[str, ...]:
    """The values that are made from this one."""
    return tuple(edge.end for edge in edges() if edge.start == name)


def letters(value: Value) -> tuple[str, ...]:
    """The letters that number the cells of a value: T·D is two of them, and a size of 1 is none."""
    return tuple(letter for size in value.shape for letter in size.split("·") if letter != "1")


def maker(value: Value) -> Layer:
    """The operation that makes a value; of a value that is given, the one that takes it."""
    order = list(BY_NAME)
    name = value.name if value.line else users(value.name)[0]
    return next(layer for layer in NETWORK if order.index(name) <= order.index(layer.output))


def taker(value: Value) -> Layer:
    """The operation that derives the gradient of a value, which is the one that takes it."""
    return maker(BY_NAME[users(value.name)[0]]) if users(value.name) else maker(value)


@cache
def spine() -> tuple[str, ...]:
    """The shortest way from the first value to the last; everything else stands beside it."""
    ways = [(FIRST,)]
    while True:
        found = [way for way in ways if way[-1] == LAST]
        if found:
            return found[0]
        ways = [(*way, end) for way in ways for end in users(way[-1])]


def local_names(value: Value) -> dict[str, str]:
    """What the chapter that derives the gradient calls values of the network, where that is another name."""
    layer = taker(value)
    if layer.stem == "cross_entropy":
        return {}
    given = {} if layer.stem == "embedding" else {"x": layer.input, "y": layer.output}
    if layer.stem == "linear":
        given |= {name[0]: name for name in inputs(layer.output) if name != layer.input}
    return given


def label(value: Value) -> str:
    """The label of the equation of the value's gradient; nothing where no chapter displays one."""
    if value.chapter == "" or value.name in ("loss", "emb"):
        return ""  # the gradient of the loss is 1, and that of emb is that of flat in another shape
    local = {name: letter for letter, name in local_names(value).items()}
    written = local.get(value.name, value.name)
    return f"grad-{value.chapter}-d{written}".replace("_", "-")
