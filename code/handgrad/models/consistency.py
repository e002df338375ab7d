"""Whether the description of a network holds together: every line is there and reads names that there are."""

import ast
import builtins

from handgrad.models import graph
from handgrad.models.network import Network, Value

TOOLS = {"torch", "F", *dir(builtins)}


class DescriptionError(ValueError):
    """A description of a network does not hold together; the message begins with the value."""


def check_network(network: Network) -> None:
    """Demand of every value the lines that belong to it, of every line names that it may read.

    Raises: DescriptionError naming the first value at fault.
    """
    # All of one kind before any of the next: a line that is missing is not to be told of a value that it would read.
    for check in (check_lines, check_forward, check_backward):
        for value in network.values:
            check(network, value)


def demand(holds: bool, value: Value, sentence: str) -> None:
    """Raise, naming the value, unless it holds."""
    if not holds:
        raise DescriptionError(f"{value.name}: {sentence}")


def check_lines(network: Network, value: Value) -> None:
    """A value has the lines that belong to it, and they are Python; only what operations are given has none."""
    names = [other.name for other in network.values]
    demand(names.count(value.name) == 1, value, "stands in the description twice")
    given = {name for layer in network.layers for name in layer.inputs} - {layer.output for layer in network.layers}
    demand(bool(value.line) or value.name in given, value, "no line makes it, and it is not what an operation is given")
    demand(bool(value.back) == bool(value.chapter), value, "has a chapter or backward lines, but not both")
    for code in (value.line, value.back):
        try:
            ast.parse(code)
        except SyntaxError as error:
            raise DescriptionError(f"{value.name}: {code!r} is no Python") from error


def check_forward(network: Network, value: Value) -> None:
    """A forward line makes its value from values that stand above it; a value that is given is read by some line."""
    if not value.line:
        demand(bool(graph.users(network, value.name)), value, "no line reads it")
        return
    names = list(graph.by_name(network))
    demand(value.name in names_made(value.line), value, f"the line {value.line!r} does not make it")
    unknown = graph.names_read(value.line) - {*names[: names.index(value.name)], *known(network)}
    demand(not unknown, value, f"its line reads {listed(unknown)}, which nothing above makes")


def check_backward(network: Network, value: Value) -> None:
    """Backward lines make the gradient from the gradients of the values that use this one, and of all of them."""
    if not value.back:
        return
    made, read = names_made(value.back), graph.names_read(value.back)
    demand(f"d{value.name}" in made, value, f"its backward lines do not make d{value.name}")
    below = {f"d{other.name}" for other in graph.back(network)} - made
    users = {f"d{name}" for name in graph.users(network, value.name) if graph.by_name(network)[name].back}
    demand(read & below == users, value, f"its backward lines read {listed(read & below)} and not {listed(users)}")
    unknown = read - {*graph.by_name(network), *below, *made, *known(network)}
    demand(not unknown, value, f"its backward lines read {listed(unknown)}, which nothing makes")


def known(network: Network) -> set[str]:
    """What any line may read: sizes, constants, and what Python and torch bring."""
    sizes = {letter for value in network.values for letter in graph.letters(value)}
    return TOOLS | sizes | {name for name, _ in network.constants}


def names_made(code: str) -> set[str]:
    """The names that lines of Python make."""
    nodes = ast.walk(ast.parse(code))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def listed(names: set[str]) -> str:
    """The names in their order, or that there are none."""
    return ", ".join(sorted(names)) or "none"
