"""Answers written before modules moved import them under their former names, and the rest of Python does not."""

import sys

import pytest

from handgrad.exercises.registry import find
from handgrad.exercises.sandbox import files, process
from handgrad.exercises.verdict import RIGHT


@pytest.mark.parametrize("line, kind", [
    ("from handgrad.trace import Steps", "Steps"), ("from handgrad.mlp import Parameters", "Parameters"),
    ("from handgrad import trace", "trace.Steps"), ("from handgrad import mlp", "mlp.Parameters"),
])
def test_a_former_name_is_that_of_the_module_now(line, kind, tmp_path):
    path = tmp_path / "mlp.py"
    path.write_text(f"{line}\nkind = {kind}\n")
    found = files.load(path).kind
    assert found.__module__.startswith("handgrad.models.mlp.") and found.__name__ == kind.rpartition(".")[2]
    assert not set(files.MOVED) & set(sys.modules)


@pytest.mark.parametrize("name, now, before", [
    ("mlp_backward", "from handgrad.models.mlp.trace", "from handgrad.trace"),
    ("train_step", "from handgrad.models.mlp.model", "from handgrad.mlp"),
])
def test_an_answer_of_that_time_is_checked(name, now, before, tmp_path):
    exercise = find(name)
    path = tmp_path / f"{exercise.stem}.py"
    text = (files.solutions() / path.name).read_text(encoding="utf-8")
    assert now in text
    path.write_text(text.replace(now, before))
    assert process.check(exercise, path).status == RIGHT
