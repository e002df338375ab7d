"""Checking one exercise: run the reader's function beside the solution and compare."""

import inspect
from collections.abc import Callable

import torch
from torch import Tensor

from handgrad.checking import Row, judge_one, table, tree
from handgrad.diagnosis import explain
from handgrad.exercises import files
from handgrad.exercises.definition import Exercise
from handgrad.exercises.registry import find

ROUNDS = 3


def check(name: str) -> bool:
    """Check the reader's answer to an exercise, print the table and a sentence, say whether it is right.

    Raises: KeyError if there is no such exercise.
    """
    exercise = find(name)
    try:
        answer = getattr(files.load(files.folder("exercises") / f"{exercise.stem}.py"), name)
        rows, sentence = judge(exercise, answer)
    except NotImplementedError:
        rows, sentence = [], f"{name} is still to be written, in exercises/{exercise.stem}.py."
    except Exception as error:
        rows, sentence = [], f"{name} stopped with {type(error).__name__}: {error}"
    if rows:
        print(table(rows))
    print(sentence)
    return sentence == "It agrees."


def judge(exercise: Exercise, answer: Callable) -> tuple[list[Row], str]:
    """The rows of the table for the first draw that fails, or the last one, and one sentence."""
    solution = solution_of(exercise)
    rows, sentence = [], ""
    for seed in range(ROUNDS):
        inputs = exercise.draw(torch.Generator().manual_seed(seed))
        expected = as_tuple(solution(*copy(inputs)))
        mine = copy(inputs)
        got = as_tuple(answer(*mine))
        if not same(mine, inputs):
            return [], f"{exercise.name} changed one of its inputs; compute a new tensor instead."
        if len(got) != len(exercise.gives):
            return [], f"{exercise.name} returned {len(got)} values, expected {', '.join(exercise.gives)}."
        pairs = list(zip(exercise.gives, got, expected, strict=True))
        terms = exercise.sizes(*inputs) if exercise.sizes else {}
        rows = [judge_one(name.removeprefix("d"), g, e, terms.get(name)) for name, g, e in pairs]
        wrong = [pair for pair, row in zip(pairs, rows, strict=True) if not row.agrees]
        if wrong:
            name, got, right = wrong[0]
            mistakes = exercise.mistakes(*inputs) if exercise.mistakes else {}
            return rows, explain(name.removeprefix("d"), got, right, sizes(inputs), mistakes)
        sentence = "It agrees."
    return rows, sentence


def sizes(inputs: tuple) -> dict[str, int]:
    """The batch size, by name: the first axis of the first tensor."""
    first = next(value for value in inputs if isinstance(value, Tensor) and value.ndim)
    return {"B": first.shape[0]}


def copy(inputs: tuple) -> tuple:
    """The same inputs in memory of their own."""
    return tree(inputs, Tensor.clone)


def same(left: tuple, right: tuple) -> bool:
    """Whether two tuples of inputs hold equal values."""
    pairs = zip(left, right, strict=True)
    return all(torch.equal(a, b) if isinstance(a, Tensor) else a == b for a, b in pairs)


def as_tuple(value) -> tuple:
    """What a function returned, as a tuple of values."""
    return value if isinstance(value, tuple) else (value,)


def solution_of(exercise: Exercise) -> Callable:
    """The solution's function."""
    return getattr(files.load(files.folder("solutions") / f"{exercise.stem}.py"), exercise.name)


def statement_of(exercise: Exercise) -> str:
    """The statement of the exercise: the docstring of its solution, which the stub repeats."""
    return inspect.getdoc(solution_of(exercise))


def signature_of(exercise: Exercise) -> str:
    """The first line of the function, as the reader finds it."""
    return f"def {exercise.name}{inspect.signature(solution_of(exercise))}:"
