"""A network as a graph: which value is made from which, and which operation makes it.

Nothing here is typed that the lines of `values.py` say: an edge is a name that a forward line reads. Cells follow
from the letters of the shapes. A letter that both values have is the same in both cells; one that only the input
has was summed over; one that only the output has was copied along. The lines that look a letter up instead are the
`lookups` of the network.
"""

import ast
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from handgrad.models.network import Layer, Network, Value
from handgrad.ops import catalogue


class Edge(NamedTuple):
    """One value that a forward line reads, and the value that the line makes."""

    start: str
    end: str


def names_read(code: str) -> set[str]:
    """The names that lines of Python read."""
    nodes = ast.walk(ast.parse(code))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


@cache
def by_name(network: Network) -> dict[str, Value]:
    """The values by name, in their order."""
    return {value.name: value for value in network.values}


def back(network: Network) -> tuple[Value, ...]:
    """The values that have a gradient, in the order in which the backward pass reaches them."""
    return tuple(value for value in reversed(network.values) if value.back)


@cache
def edges(network: Network) -> tuple[Edge, ...]:
    """Every edge of the forward pass, by the order of its two values."""
    made = [(value.name, names_read(value.line)) for value in network.values]
    return tuple(Edge(start, end) for end, read in made for start in by_name(network) if start in read)


def inputs(network: Network, name: str) -> tuple[str, ...]:
    """The values that this one is made from."""
    return tuple(edge.start for edge in edges(network) if edge.end == name)


def users(network: Network, name: str) -> tuple[str, ...]:
    """The values that are made from this one."""
    return tuple(edge.end for edge in edges(network) if edge.start == name)


def letters(value: Value) -> tuple[str, ...]:
    """The letters that number the cells of a value: T·D is two of them, and a size of 1 is none."""
    return tuple(letter for size in value.shape for letter in size.split("·") if letter != "1")


def sizes(network: Network, tensors: Mapping[str, Any]) -> dict[str, int]:
    """The size of each letter, from the tensors of some values."""
    found: dict[str, int] = {}
    for value in network.values:
        shape = tensors[value.name].shape if value.name in tensors else ()
        found |= {letter: size for letter, size in zip(value.shape, shape, strict=False) if letter.isalpha()}
    return found


def maker(network: Network, value: Value) -> Layer:
    """The operation that makes a value; of a value that is given, the one that takes it first."""
    order = list(by_name(network))
    name = value.name if value.line else users(network, value.name)[0]
    return next(layer for layer in network.layers if order.index(name) <= order.index(layer.output))


def taker(network: Network, value: Value) -> Layer:
    """The operation that derives the gradient of a value, which is the one that takes it first."""
    used = users(network, value.name)
    return maker(network, by_name(network)[used[0]] if used else value)


@cache
def spine(network: Network) -> tuple[str, ...]:
    """The shortest way from the first value to the last; everything else stands beside it."""
    first, last = network.values[0].name, network.values[-1].name
    ways, reached = [(first,)], {first}
    for way in ways:
        if way[-1] == last:
            return way
        found = [name for name in users(network, way[-1]) if name not in reached]
        reached.update(found)
        ways += [(*way, name) for name in found]
    return ()


def local_names(network: Network, value: Value) -> dict[str, str]:
    """What the chapter that derives the gradient calls values of the network, where that is another name."""
    return layer_names(network, taker(network, value))


def layer_names(network: Network, layer: Layer) -> dict[str, str]:
    """What the chapter of an operation calls the values that this layer takes and gives, where that is another name."""
    operation = catalogue.BY_STEM.get(layer.stem)
    if operation is None:
        return {}
    (first, *rest), (taken, *others) = operation.inputs, layer.inputs
    pairs = [(first, taken), (operation.outputs[0], layer.output), *zip(rest, others, strict=True)]
    # The chapter has the network's own values as well, under their own names.
    return {local: name for local, name in pairs if local not in by_name(network)}


def label(network: Network, value: Value) -> str:
    """The label of the equation of the value's gradient; nothing where no chapter displays one."""
    if not (value.chapter and value.equation):
        return ""
    local = {name: letter for letter, name in local_names(network, value).items()}
    written = local.get(value.name, value.name)
    return f"grad-{value.chapter}-d{written}".replace("_", "-")
