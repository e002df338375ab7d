"""Right answers that are spelled otherwise than the solution are right."""

from collections import Counter

import pytest
from answering import WRITTEN, belonging, functions

from handgrad.exercises import ALL, runner
from handgrad.exercises.verdict import RIGHT

WANTED = 2


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
