"""The worked value of each exercise, which torch computes: all at once, and kept until something has changed.

Without them a page with an exercise could not be made before torch is loaded, which takes longer than the page.
"""

import inspect
import json
from pathlib import Path

from book_exercises.in_page import state
from book_site.kept import kept


def example(app, name: str) -> str:
    """The worked value of one exercise."""
    if not hasattr(app, "exercise_examples"):
        key = f"examples {state(Path(app.srcdir))}".encode()
        app.exercise_examples = json.loads(kept(Path(app.outdir), key, lambda: json.dumps(computed()).encode()))
    return app.exercise_examples[name]


def computed() -> dict[str, str]:
    """All worked values, by the solutions."""
    from handgrad.exercises import registry

    return {exercise.name: worked(exercise) for exercise in registry.ALL}


def worked(exercise) -> str:
    """The inputs by name, the call, and what the solution returns."""
    from handgrad.exercises import judge

    given = exercise.worked()
    if isinstance(given, str):
        return given
    function = judge.solution_of(exercise)
    names = list(inspect.signature(function).parameters)
    inputs = [shown(f"{name} = ", value) for name, value in zip(names, given, strict=True)]
    call, value = f"{exercise.name}({', '.join(names)})", function(*given)
    if len(exercise.gives) == 1:
        return "\n".join([*inputs, call, shown("# ", value)])
    results = [shown(f"# {name} = ", one) for name, one in zip(exercise.gives, value, strict=True)]
    return "\n".join([*inputs, f"{', '.join(exercise.gives)} = {call}", *results])


def shown(before: str, value) -> str:
    """A value as Python prints it, further lines aligned with the first."""
    first, *rest = f"{before}{value!r}".splitlines()
    margin = ("#" if before.startswith("#") else "").ljust(len(before))
    return "\n".join([first, *(f"{margin}{line}" for line in rest)])
