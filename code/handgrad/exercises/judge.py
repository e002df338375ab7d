"""Judging one answer: run the reader's function beside the solution, on several draws, and compare."""

import inspect
import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch

from handgrad.check.comparison import tree
from handgrad.exercises import answer_checks, draws, failures, generic_mistakes, value_checks
from handgrad.exercises.definition import Exercise
from handgrad.exercises.sandbox import files
from handgrad.exercises.verdict import RIGHT, WRONG, Verdict

ROUNDS = 3


class Round(NamedTuple):
    """One draw: what the function is given, in which dtype, what it should return, and whether a size of it is 1."""

    inputs: tuple
    dtype: torch.dtype
    expected: tuple
    narrow: bool


def rounds(exercise: Exercise) -> list[Round]:
    """The draws of one check: ROUNDS in the first dtype, one in each of the others, one with a size of 1.

    All have other shapes. The last comes last, since there several mistakes may give the same.
    """
    first, *others = exercise.dtypes
    dtypes = [*[first] * ROUNDS, *others]
    found = [drawn(exercise, seed, dtype, ()) for seed, dtype in enumerate(dtypes)]
    return [*found, drawn(exercise, len(dtypes), first, exercise.narrow)] if exercise.narrow else found


def drawn(exercise: Exercise, seed: int, dtype: torch.dtype, ones: tuple[int, ...]) -> Round:
    """One draw."""
    with draws.narrow(ones):
        inputs = exercise.draw(torch.Generator().manual_seed(seed))
    inputs = tree(inputs, lambda t: t.to(dtype) if t.dtype == torch.float64 else t)
    expected = answer_checks.as_tuple(exercise, solution_of(exercise)(*answer_checks.copied(inputs)))
    return Round(inputs, dtype, expected, bool(ones))


def judge(exercise: Exercise, answer: Callable, prepared: list[Round] | None = None) -> Verdict:
    """What is to be said of an answer, found in this process: the first draw that fails decides.

    prepared: the draws, where they were made before the reader's file was run.
    """
    verdict = Verdict(exercise.name, WRONG, section=exercise.page)
    solution = solution_of(exercise)
    problem = answer_checks.wrong_signature(exercise, answer, solution)
    if problem:
        return verdict._replace(sentence=problem)
    seconds = 0.0
    for each in prepared or rounds(exercise):
        given, start = answer_checks.copied(each.inputs), time.perf_counter()
        try:
            # Without autograd, also where the answer switches it on: every gradient is to be found by hand.
            # torch.func keeps no graph and still answers; whoever calls it knows what they do.
            with torch.inference_mode():
                value = answer(*given)
        except Exception as error:
            return failures.verdict(exercise, error, file_of(answer))
        seconds += time.perf_counter() - start
        problem = answer_checks.changed(exercise, solution, given, each.inputs)
        problem = problem or answer_checks.wrong_values(exercise, value)
        rows, sentence, picture = ((), problem, "") if problem else compared(exercise, each, value)
        verdict = verdict._replace(rows=tuple(rows), seconds=seconds)
        if sentence:
            return verdict._replace(sentence=sentence + only_in(exercise, each), picture=picture)
    return verdict._replace(status=RIGHT, sentence="It agrees.")


def compared(exercise: Exercise, each: Round, value) -> tuple[list, str, str]:
    """The rows of the table, a sentence and a picture, both empty where everything agrees."""
    got = answer_checks.as_tuple(exercise, value)
    sizes = exercise.sizes(*each.inputs) if exercise.sizes else {}
    triples = list(zip(exercise.gives, got, each.expected, strict=True))
    rows = [value_checks.row(name, g, e, sizes.get(name), each.dtype) for name, g, e in triples]
    wrong = [triple for triple, row in zip(triples, rows, strict=True) if not row.agrees]
    if not wrong:
        return rows, "", ""
    swapped = value_checks.swapped(exercise.gives, got, each.expected, sizes)
    if swapped:
        return rows, swapped, ""
    name, g, e = wrong[0]
    mistakes = exercise.mistakes(*each.inputs) if exercise.mistakes and not each.narrow else {}
    named_axes, size = axes(exercise, each.inputs), sizes.get(name)
    sentence, picture = value_checks.explained(name, g, e, named_axes, mistakes, size, each.dtype)
    common = generic_mistakes.mistakes(exercise, solution_of(exercise), each, name)
    sentence = generic_mistakes.named(sentence, g, e, common)
    whose = f"{name}: " if len(got) > 1 and not sentence.startswith(name) else ""
    return rows, whose + sentence, picture


def only_in(exercise: Exercise, each: Round) -> str:
    """A sentence where the draws in another dtype, or with other sizes, have agreed."""
    if each.narrow:
        return f" This is where {ones(exercise, each.inputs)} is 1; at other sizes it agrees."
    first, this = (str(dtype).removeprefix("torch.") for dtype in (exercise.dtypes[0], each.dtype))
    return "" if first == this else f" This is with inputs in {this}; in {first} it agrees."


def axes(exercise: Exercise, inputs: tuple) -> dict[str, int]:
    """The batch size, by the name that the statement has for it: the first axis of the first tensor with one.

    Where the tensors come in a bundle, whose shapes the statement leaves out, it is B.
    """
    shapes = statement_of(exercise).partition("Shapes:")[2]
    for name, value in zip(inspect.signature(solution_of(exercise)).parameters, inputs, strict=True):
        found = re.search(rf"\b{name}\b[^(;]*\(([A-Za-z])\b", shapes)
        if found and isinstance(value, torch.Tensor):
            return {found[1]: value.shape[0]}
    bundles = [value for value in inputs if not isinstance(value, torch.Tensor)]
    first = next((tensor for tensor in answer_checks.tensors(tuple(bundles)) if tensor.ndim), None)
    return {} if first is None else {"B": first.shape[0]}


def ones(exercise: Exercise, inputs: tuple) -> str:
    """The size that is 1, by the name that the statement has for it."""
    shapes = statement_of(exercise).partition("Shapes:")[2]
    for name, value in zip(inspect.signature(solution_of(exercise)).parameters, inputs, strict=True):
        found = re.search(rf"\b{name}\b[^(;]*\(([^)]*)\)", shapes)
        if found and isinstance(value, torch.Tensor):
            for size, length in zip(found[1].split(","), value.shape, strict=False):
                if length == 1 and size.strip().isalpha():
                    return size.strip()
    return "a size"


def file_of(answer: Callable) -> Path:
    """The file in which a function was written."""
    code = getattr(inspect.unwrap(answer), "__code__", None)
    return Path(code.co_filename if code else "")


@cache
def solutions(path: Path) -> dict:
    """The functions of a file of solutions; it is run once."""
    return vars(files.load(path))


def solution_of(exercise: Exercise) -> Callable:
    """The solution's function."""
    return solutions(files.solutions() / f"{exercise.stem}.py")[exercise.name]


def statement_of(exercise: Exercise) -> str:
    """The statement of the exercise: the docstring of its solution, which the stub repeats."""
    return inspect.getdoc(solution_of(exercise))
