"""What a scratch cell has at hand: the book's minibatch, and how every forward value and gradient follows from it.

A file holds the minibatch and the parameters alone; a value is computed in the page when a line first names it. The
lines are those of the network's description, each made into one expression.
"""

import ast

from handgrad.data import example
from handgrad.models import graph, tables
from handgrad.models.mlp.values import NETWORK
from handgrad.ops import catalogue

# An expression cannot assign an entry, as the backward line of this value does.
INSTEAD = {"dlogprobs": "F.one_hot(targets, V) * (-dloss / B)"}
# In the chapter of the embedding a cell goes on from the zeros that the cell before it made.
BEFORE = {"embedding": {"dtable": "torch.zeros_like(table)"}}


def lines(chapter: str) -> dict[str, list]:
    """By name, the line that makes the value, and the names that the line needs."""
    found = sizes() | forward() | backward() | own(chapter)
    names = set(found) | set(values())
    return {name: [line, [used for used in mentioned(line) if used in names]] for name, line in found.items()}


def values() -> dict:
    """The minibatch and the parameters, by name."""
    found = example.load()
    return found.params._asdict() | {"context": found.context, "targets": found.targets}


def sizes() -> dict[str, str]:
    """The numbers that lines read: each size from the first given value that has it, and the constants."""
    found = {name: repr(value) for name, value in NETWORK.constants}
    for value in NETWORK.values:
        for axis, letter in enumerate(value.shape):
            if not value.line and letter.isalpha():
                found.setdefault(letter, f"{value.name}.shape[{axis}]")
    return found


def forward() -> dict[str, str]:
    """The expression that makes each value."""
    return {value.name: tables.made_by(value) for value in NETWORK.values if value.line}


def backward() -> dict[str, str]:
    """The expression that makes each gradient."""
    return {f"d{value.name}": expressions(value.back)[f"d{value.name}"] for value in graph.back(NETWORK)} | INSTEAD


def own(chapter: str) -> dict[str, str]:
    """What a chapter that derives an operation calls the values of its last layer, and the parts of its gradients."""
    stem = catalogue.treated_in(chapter, {layer.stem for layer in NETWORK.layers})
    if not stem:
        return {}
    layer = next(layer for layer in reversed(NETWORK.layers) if layer.stem == stem)
    found = {}
    for value in graph.back(NETWORK):
        if graph.taker(NETWORK, value) is layer:
            found |= expressions(value.back)
            del found[f"d{value.name}"]
    for local, name in graph.layer_names(NETWORK, layer).items():
        found |= {local: name, f"d{local}": f"d{name}"}
    return found | BEFORE.get(chapter, {})


class Inlined(ast.NodeTransformer):
    """An expression in which names are replaced by what made them."""

    def __init__(self, known: dict[str, ast.expr]):
        self.known = known

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.known.get(node.id, node)


def expressions(code: str) -> dict[str, str]:
    """What lines make, by name, each in one expression.

    Raises: ValueError if a line makes no name, and INSTEAD does not say what to write.
    """
    found: dict[str, ast.expr] = {}
    for statement in ast.parse(code).body:
        (target,) = statement.targets
        if isinstance(target, ast.Name):
            found[target.id] = Inlined(found).visit(statement.value)
        elif target.value.id not in INSTEAD:
            raise ValueError(f"{ast.unparse(statement)!r} is no expression; say in INSTEAD what to write for it")
    return {name: ast.unparse(node) for name, node in found.items()}


def mentioned(line: str) -> tuple[str, ...]:
    """The names in an expression."""
    return compile(line, "line", "eval").co_names
