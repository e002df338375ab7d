"""The text that the reader begins with: the imports of the file and the function as it comes."""

import ast

from handgrad import mlp, trace
from handgrad.exercises import files
from handgrad.exercises.definition import Exercise


def parsed(exercise: Exercise) -> tuple[str, ast.Module]:
    """The file of the stub, and its tree."""
    source = (files.folder("solutions").parent / "exercises" / f"{exercise.stem}.py").read_text(encoding="utf-8")
    return source, ast.parse(source)


def imports(exercise: Exercise) -> str:
    """The imports of the reader's file."""
    source, tree = parsed(exercise)
    found = [
        ast.get_source_segment(source, node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return "\n".join(found)


def of(exercise: Exercise) -> str:
    """The function as it comes, with its docstring."""
    source, tree = parsed(exercise)
    function = next(node for node in tree.body if getattr(node, "name", "") == exercise.name)
    return ast.get_source_segment(source, function)


def bundles(exercise: Exercise) -> dict[str, list[str]]:
    """The bundles that the file imports from the package, and their fields."""
    known = {"Steps": trace.Steps, "Parameters": mlp.Parameters}
    return {name: list(kind._fields) for name, kind in known.items() if f"import {name}" in imports(exercise)}
