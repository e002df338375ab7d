"""The text that the reader begins with: the imports of the file and the function as it comes.

It is that of `desk.sources`, made from the solutions: the reader's own file may hold anything by now.
"""

from handgrad import mlp, trace
from handgrad.desk import catalogue, sources
from handgrad.exercises.definition import Exercise


def imports(exercise: Exercise) -> str:
    """The imports of the reader's file."""
    return "\n".join(sources.imports(exercise.stem))


def of(exercise: Exercise) -> str:
    """The function as it comes, with its docstring."""
    return sources.stub(catalogue.find(exercise.name))


def bundles(exercise: Exercise) -> dict[str, list[str]]:
    """The bundles that the file imports from the package, and their fields."""
    known = {"Steps": trace.Steps, "Parameters": mlp.Parameters}
    return {name: list(kind._fields) for name, kind in known.items() if f"import {name}" in imports(exercise)}
