"""What the description of a network is made of: its values, its operations, and what their lines read.

Nothing here needs torch: pages are made without it.
"""

from importlib import import_module
from typing import NamedTuple

from handgrad.ops import catalogue


class Value(NamedTuple):
    """One value of a network, under the name that its trace gives it.

    symbol: its letter in equations, nothing where no chapter gives it one; shape: the letters of its sizes;
    others: its names elsewhere, one for each of the network's `sources`;
    chapter: the stem of the operation that derives its gradient, nothing for an index, which has none;
    line: what makes it, nothing for what is given; back: the lines that make its gradient, from values and from
    gradients that stand further down in the network;
    rules: the rules that `back` uses; equation: whether the chapter displays the gradient in a labelled equation.
    """

    name: str
    symbol: str
    shape: tuple[str, ...]
    meaning: str
    others: tuple[str, ...] = ()
    chapter: str = ""
    line: str = ""
    back: str = ""
    rules: tuple[str, ...] = ()
    equation: bool = True


class Layer(NamedTuple):
    """One operation of a network: its stem, the values that it takes, in the operation's order, and what it gives."""

    stem: str
    inputs: tuple[str, ...]
    output: str

    @property
    def title(self) -> str:
        """Its name in prose."""
        return catalogue.TITLES.get(self.stem, self.stem)


class Lookup(NamedTuple):
    """An edge along which `end` uses those cells of `start` alone whose `letter` stands in the value `index`."""

    start: str
    end: str
    letter: str
    index: str


class Network(NamedTuple):
    """A network: what `values.py` describes, once, and everything else is derived from.

    name: its folder in models/; values: in the order of the trace; layers: in the order of the forward pass;
    constants: the numbers that lines read by name; sources: where its values have other names.
    """

    name: str
    title: str
    values: tuple[Value, ...]
    layers: tuple[Layer, ...]
    lookups: tuple[Lookup, ...] = ()
    constants: tuple[tuple[str, float], ...] = ()
    sources: tuple[str, ...] = ()


def described(name: str) -> Network:
    """The network in the folder of that name.

    Raises: ModuleNotFoundError if there is none.
    """
    return import_module(f"handgrad.models.{name}.values").NETWORK
