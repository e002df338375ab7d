"""Right answers that are spelled otherwise than the solution are right."""

import importlib.util
import inspect
from collections import Counter
from pathlib import Path

import pytest

from handgrad.exercises import ALL, runner
from handgrad.exercises.verdict import RIGHT

FOLDER = Path(__file__).parent / "alternatives"
WANTED = 2
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


@pytest.mark.parametrize("stem, name, function", WRITTEN, ids=[f"{stem}.{name}" for stem, name, _ in WRITTEN])
def test_another_right_answer_is_right(stem, name, function, tally):
    exercise = belonging(stem, name)
    assert exercise, f"tests/alternatives/{stem}.py: {name} belongs to no exercise; call it EXERCISE__HOW"
    tally("alternative")
    verdict = runner.judge(exercise, function)
    assert verdict.status == RIGHT, verdict.sentence


@pytest.mark.parametrize("exercise", [e for e in ALL if e.kind == "code"], ids=lambda e: e.name)
def test_there_are_at_least_two_of_each(exercise):
    count = Counter(name.partition("__")[0] for stem, name, _ in WRITTEN if stem == exercise.stem)
    assert count[exercise.name] >= WANTED, f"write {WANTED} in tests/alternatives/{exercise.stem}.py"


def test_a_function_that_belongs_to_no_exercise_is_seen(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(f"from math import sin\ndef helper(): 1\ndef nothing__loops(): 1\ndef {ALL[0].name}(): 1\n")
    assert list(functions(path)) == ["nothing__loops", ALL[0].name]
    name = ALL[0].name
    assert belonging(ALL[0].stem, f"{name}__loops") is ALL[0]
    for stem, other in ((ALL[0].stem, name), (ALL[0].stem, "nothing__loops"), ("other", f"{name}__loops")):
        assert belonging(stem, other) is None
