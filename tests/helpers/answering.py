"""Answers to the exercises: their mutants, and the right ones of tests/exercises."""

import importlib.util
import inspect
from pathlib import Path

from handgrad.exercises import judge
from handgrad.exercises.registry import ALL

FOLDER = Path(__file__).parents[1] / "exercises" / "alternatives"
NAMES = {exercise.name for exercise in ALL}


def functions(path):
    """The answers in a file of alternatives, by name; a function that is imported, or has no __ in it, helps."""
    spec = importlib.util.spec_from_file_location(f"alternatives_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    own = {name: value for name, value in vars(module).items()
           if inspect.isfunction(value) and value.__module__ == module.__name__}
    return {name: value for name, value in own.items() if "__" in name or name in NAMES}


def belonging(stem, name):
    """The exercise that a function called NAME__HOW answers, or nothing."""
    answers, _, how = name.partition("__")
    return next((e for e in ALL if e.name == answers and e.stem == stem and how), None)


WRITTEN = [(path.stem, name, function) for path in sorted(FOLDER.glob("*.py"))
           for name, function in functions(path).items()]


def text_of(exercise, mutant):
    """The text of the solution with one piece replaced."""
    source = inspect.getsource(judge.solution_of(exercise))
    assert source.count(mutant.old) == 1, f"{mutant.old!r} stands {source.count(mutant.old)} times"
    return source.replace(mutant.old, mutant.new)


def mutated(exercise, mutant):
    """The solution with one piece of its text replaced."""
    names = dict(judge.solution_of(exercise).__globals__)
    exec(text_of(exercise, mutant), names)
    return names[exercise.name]
