"""The definitions of the exercises as they are written: what of them stands there as text and numbers."""

import ast
from pathlib import Path

REGISTRY = Path(__file__).with_name("registry.py")
FIELDS = ("name", "stem", "chapter", "section", "title", "kind", "difficulty", "importance", "minutes")
# What a definition may leave out.
DEFAULTS = {"kind": ast.Constant("code"), "chapter": ast.Constant("")}


class NotLiteral(Exception):
    """A definition is computed, so that it has to be run to be known."""


def read() -> list[dict]:
    """The fields of all exercises, in order.

    Raises: NotLiteral if one is computed.
    """
    return [fields for module in modules() for fields in definitions(module)]


def modules() -> list[Path]:
    """The files of definitions, in the order in which the registry strings them together.

    Raises: NotLiteral if the registry is written in another way.
    """
    for node in ast.parse(REGISTRY.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "ALL":
            try:
                names = [star.value.value.id for star in node.value.elts]
            except AttributeError:
                raise NotLiteral from None
            return [REGISTRY.parent / "chapters" / f"{name}.py" for name in names]
    raise NotLiteral


def definitions(file: Path) -> list[dict]:
    """The fields of every `Exercise(...)` of a file.

    Raises: NotLiteral if one of those fields is computed, or the list is.
    """
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        named = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXERCISES"
        if named and isinstance(node.value, ast.Tuple):
            return [literal(call) for call in node.value.elts]
    raise NotLiteral


def literal(call: ast.expr) -> dict:
    """The fields of one call of `Exercise`."""
    if not (isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Exercise" and not call.args):
        raise NotLiteral
    given = DEFAULTS | {word.arg: word.value for word in call.keywords}
    try:
        fields = {field: ast.literal_eval(given[field]) for field in FIELDS}
        # Of the mutants the first one of a bug is of use here; the others may be computed.
        mutants = given["mutants"].elts[:fields["kind"] == "bug"]
        return fields | {"hints": pieces(given["hints"].elts), "mutants": pieces(mutants)}
    except (ValueError, KeyError, AttributeError):
        raise NotLiteral from None


def pieces(calls: list[ast.expr]) -> list[tuple]:
    """The arguments of these calls."""
    return [tuple(ast.literal_eval(part) for part in call.args) for call in calls]
