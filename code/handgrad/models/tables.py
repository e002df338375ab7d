"""The values of a network as tables: what they are, what makes them, and what makes their gradients."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from handgrad.models import graph
from handgrad.models.network import Network, Value
from handgrad.ops import catalogue
from handgrad.support.markdown import Markdown, code, size, table


def meanings(network: Network, steps: tuple) -> Markdown:
    """Every value with its symbol, its shape in letters and in this forward pass, and what it is."""
    head = ("value", "symbol", "shape", "here", "what it is")
    return table(head, (
        (code(value.name), f"${value.symbol}$" if value.symbol else "", size(value.shape),
         size(getattr(steps, value.name).shape), value.meaning)
        for value in network.values
    ))


def lines(network: Network, steps: tuple) -> Markdown:
    """Every value with its shape in this forward pass, where its gradient is derived, and what makes it."""
    return table(("value", "shape", "chapter", "made by"), (
        (code(value.name), size(getattr(steps, value.name).shape), link(value.chapter), code(made_by(value)) or "given")
        for value in network.values
    ))


def link(chapter: str) -> str:
    """A link to a chapter, of which nothing stays nothing."""
    return f"[{title(chapter)}](./{chapter}.md)" if chapter else ""


def title(chapter: str) -> str:
    """The name of the operation that a chapter derives."""
    return catalogue.TITLES.get(chapter, chapter)


def made_by(value: Value) -> str:
    """The expression that makes the value: of a line that makes two, the part that is its own."""
    left, _, expression = value.line.partition(" = ")
    if "," not in left:
        return expression
    return expression + (".values", ".indices")[left.split(", ").index(value.name)]


def facing(network: Network) -> Markdown:
    """The backward pass in its order: each value's number, what made it and, facing it, what makes its gradient.

    A table for each operation, with its class, by which the style sheet colours it; list tables and not pipes,
    since their cells hold several lines, which wrap on a narrow page.
    """
    groups = groupby(enumerate(graph.back(network)), lambda pair: pair[1].chapter)
    return Markdown("\n".join(block(stem, numbered) for stem, numbered in groups))


def block(stem: str, numbered: Iterable[tuple[int, Value]]) -> str:
    """The table of one operation: its values, each with its number in the backward pass."""
    rows = [("", f"{link(stem)}: forward", "backward")]
    for number, value in numbered:
        backward = "\\\n    ".join(map(code, value.back.split("\n")))
        rows.append((f"**{number}**", code(value.line) or f"{code(value.name)} is given", backward))
    body = "\n".join("* - " + "\n  - ".join(row) for row in rows)
    name = f"of-{stem.replace('_', '-')}"
    return f"```{{list-table}}\n:class: pairs {name}\n:header-rows: 1\n:widths: 1 8 11\n\n{body}\n```\n"


def other_names(network: Network) -> Markdown:
    """What the values are called elsewhere."""
    return table(("here", *network.sources), (
        (code(value.name), *map(code, value.others)) for value in network.values
    ))
