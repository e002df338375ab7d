"""The chain rule, for any sizes: a gradient is what all values that are made from this one send back.

The forward equations and the gradients are read from the chapters, so that what is proved is what is displayed.
"""

import sympy as sp
from equations import checking, indexed, symbols, tree, walking
from equations.definitions import definition
from equations.indexed import free, size, upstream, value
from equations.sums import collapsed

# What the chapters display as the forward pass, by operation.
FORWARD = {
    "cross_entropy": ("m", "s", "c", "S", "R", "p", "q", "L"),
    "batchnorm": (r"\mu", "d", "e", "v", "r", r"\hat x", "y"),
    "linear": ("y",), "tanh": ("y",), "softmax": ("p",), "embedding": ("E",),
}


def line(label: str) -> list[sp.Expr]:
    """The displayed gradient less what the chain rule gives, for any upstream gradients."""
    each, equation = checking.shown(label)
    stem = each.code.split(".")[0]
    users = [letter for letter in FORWARD[stem] if uses(definition(stem, letter), each.letter)]
    difference = indexed.side(equation, sizes_of(stem))
    difference -= sum(sent_back(stem, letter, value(each.letter)[free(equation.left.of.indices)]) for letter in users)
    for letter in users:
        difference = put_in(difference, stem, letter)
    return [difference]


def sizes_of(stem: str) -> dict[str, tuple[str, ...]]:
    return dict(symbols.letters(stem).values())


def uses(equation: tree.Equation, letter: str) -> bool:
    """Whether a forward equation has the letter on its right side."""
    return any(isinstance(node, tree.Entry) and node.letter == letter and node is not equation.left
               for node in walking.nodes(equation))


def sent_back(stem: str, letter: str, entry: sp.Indexed) -> sp.Expr:
    """What the value called `letter` sends back to one entry: over all its own entries, slope times gradient."""
    equation = definition(stem, letter)
    indices = tuple(sp.Symbol(index, integer=True) for index in equation.left.indices)
    slope = sums_collapsed(sp.diff(indexed.side(equation, sizes_of(stem), at=indices), entry))
    found = slope * (upstream(letter)[indices] if indices else 1)  # the gradient of the loss is 1
    for index, over in zip(indices, sizes_of(stem)[letter], strict=True):
        found = collapsed(found, index, size(over))
    return found


def sums_collapsed(expression: sp.Expr) -> sp.Expr:
    """The expression with every sum in it collapsed, from the inside out."""
    def each(found: sp.Sum) -> sp.Expr:
        term = found.function
        for index, _, last in found.limits:
            term = collapsed(term, index, last + 1)
        return term

    return expression.replace(lambda part: isinstance(part, sp.Sum), each)


def put_in(expression: sp.Expr, stem: str, letter: str) -> sp.Expr:
    """The expression with the forward equation of a value in the place of each of its entries."""
    equation, sizes = definition(stem, letter), sizes_of(stem)
    return sums_collapsed(expression.replace(
        lambda part: isinstance(part, sp.Indexed) and part.base == value(letter),
        lambda part: indexed.side(equation, sizes, at=part.indices)))
