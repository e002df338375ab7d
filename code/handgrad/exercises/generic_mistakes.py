"""Mistakes that can be made in any exercise, found by running its solution on other inputs."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from handgrad.check.matching import matches
from handgrad.exercises import answer_checks
from handgrad.exercises.definition import Exercise

UNNAMED = re.compile(r"No known mistake matches|The shape is \(.*\), expected \(.*\)\.$")


def named(sentence: str, got: Any, expected: Any, known: dict[str, Tensor]) -> str:
    """The sentence, or the mistake that matches where it names none."""
    if not UNNAMED.match(sentence):
        return sentence
    for mistake, wrong in known.items():
        if matches(got, wrong, expected):
            return f"{sentence} {mistake}" if sentence.startswith("The shape") else mistake
    return sentence


def mistakes(exercise: Exercise, solution: Callable, each: Any, name: str) -> dict[str, Tensor]:
    """What each of them gives for the value called `name` in one draw, by the sentence on it.

    each: a judge.Round.
    """
    inputs, others = each.inputs, dict(zip(exercise.gives, each.expected, strict=True))
    found = {f"This is {other}, not {name}.": value for other, value in others.items() if other != name}
    for place, given in enumerate(inspect.signature(solution).parameters):
        if not isinstance(inputs[place], Tensor):
            continue
        found[f"This is the input {given} as it came."] = inputs[place]
        if is_upstream(exercise, given):
            ones = (*inputs[:place], torch.ones_like(inputs[place]), *inputs[place + 1 :])
            answer = answer_checks.as_tuple(exercise, solution(*answer_checks.copied(ones)))
            found[f"The upstream gradient {given} is taken as ones."] = answer[exercise.gives.index(name)]
    # Where autograd is off, torch.autograd.functional gives zeros and no error.
    if isinstance(others[name], Tensor):
        found["Every entry is zero. Autograd gives that too, since a check switches it off."] = others[name] * 0
    return {sentence: value for sentence, value in found.items() if isinstance(value, Tensor)}


def is_upstream(exercise: Exercise, given: str) -> bool:
    """Whether an input is the gradient of what the forward line gave: it is called d and a name, as the answer is."""
    return given.startswith("d") and exercise.gives[0].startswith("d")
