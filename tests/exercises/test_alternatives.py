"""Right answers that are spelled otherwise than the solution are right; those that autograd found are refused."""

import contextlib
from collections import Counter
from pathlib import Path

import autograd_answers
import pytest
import torch
from answering import WRITTEN, belonging, functions

from handgrad.exercises import judge
from handgrad.exercises.registry import ALL, find
from handgrad.exercises.verdict import FAILED, RIGHT, WRONG

WANTED = 2


@pytest.mark.parametrize("stem, name, function", WRITTEN, ids=[f"{stem}.{name}" for stem, name, _ in WRITTEN])
def test_another_right_answer_is_right(stem, name, function, tally):
    exercise = belonging(stem, name)
    assert exercise, f"tests/exercises/alternatives/{stem}.py: {name} belongs to no exercise; call it EXERCISE__HOW"
    tally("alternative")
    verdict = judge.judge(exercise, function)
    assert verdict.status == RIGHT, verdict.sentence


@pytest.mark.parametrize("exercise", [e for e in ALL if e.kind == "code"], ids=lambda e: e.name)
def test_there_are_at_least_two_of_each(exercise):
    count = Counter(name.partition("__")[0] for stem, name, _ in WRITTEN if stem == exercise.stem)
    assert count[exercise.name] >= WANTED, f"write {WANTED} in tests/exercises/alternatives/{exercise.stem}.py"


def test_a_function_that_belongs_to_no_exercise_is_seen(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(f"from math import sin\ndef helper(): 1\ndef nothing__loops(): 1\ndef {ALL[0].name}(): 1\n")
    assert list(functions(path)) == ["nothing__loops", ALL[0].name]
    name = ALL[0].name
    assert belonging(ALL[0].stem, f"{name}__loops") is ALL[0]
    for stem, other in ((ALL[0].stem, name), (ALL[0].stem, "nothing__loops"), ("other", f"{name}__loops")):
        assert belonging(stem, other) is None


# Answers that leave the work to autograd

LEFT_TO_AUTOGRAD = functions(Path(autograd_answers.__file__))
by_autograd = pytest.mark.parametrize("name", LEFT_TO_AUTOGRAD)


@by_autograd
def test_an_answer_of_autograd_is_refused_and_told_why(name, tally):
    tally("autograd")
    exercise = find(name.partition("__")[0])
    verdict = judge.judge(exercise, LEFT_TO_AUTOGRAD[name])
    # `jacobian` makes zeros where there is no graph, all others raise.
    zeros = "jacobian" in name
    assert verdict.status == (WRONG if zeros else FAILED)
    says = "Every entry is zero. Autograd gives that too" if zeros else f"{exercise.name} calls autograd (line "
    assert says in verdict.sentence


@by_autograd
def test_nothing_else_is_wrong_with_it(name, monkeypatch):
    monkeypatch.setattr(torch, "inference_mode", contextlib.nullcontext)
    assert judge.judge(find(name.partition("__")[0]), LEFT_TO_AUTOGRAD[name]).status == RIGHT


def test_to_switch_autograd_on_in_the_answer_does_not_help():
    def switched_on(dy, y):
        with torch.enable_grad():
            x = y.atanh().requires_grad_()
            return torch.autograd.grad(x.tanh(), x, dy)[0]

    assert "calls autograd" in judge.judge(find("tanh_backward"), switched_on).sentence
    torch.set_grad_enabled(True)
