"""What the file that the reader begins with imports.

It is that of `exercises.sources`, made from the solutions: the reader's own file may hold anything by now.
"""

from handgrad.exercises import sources
from handgrad.exercises.definition import Exercise
from handgrad.models import mlp
from handgrad.models.mlp import trace


def imports(exercise: Exercise) -> str:
    """The imports of the reader's file."""
    return "\n".join(sources.imports(exercise.stem))


def bundles(exercise: Exercise) -> dict[str, list[str]]:
    """The bundles that the file imports from the package, and their fields."""
    known = {"Steps": trace.Steps, "Parameters": mlp.Parameters}
    return {name: list(kind._fields) for name, kind in known.items() if f"import {name}" in imports(exercise)}
