"""What is wrong with an answer before its numbers are looked at: a sentence each, or nothing."""

import copy
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from handgrad.exercises.definition import Exercise


def wrong_signature(exercise: Exercise, answer: Any, solution: Callable) -> str:
    """Whether the answer can be called as the exercise says."""
    if not callable(answer):
        return f"{exercise.name} is {type(answer).__name__}, not a function: something else was given its name."
    wanted = list(inspect.signature(solution).parameters)
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return ""
    names = list(signature.parameters)
    head = f"{exercise.name} takes ({', '.join(names)}), expected ({', '.join(wanted)})"
    if names != wanted and sorted(names) == sorted(wanted):
        return f"{head}: the inputs come in this order."
    try:
        signature.bind(*wanted)
    except TypeError:
        return f"{head}: leave the first line of the function as it came."
    return ""


def wrong_values(exercise: Exercise, value: Any) -> str:
    """Whether the answer returned as many values as it should, as a tuple where there are several."""
    name, gives = exercise.name, exercise.gives
    if inspect.isgenerator(value):
        return f"{name} returned a generator: it needs `return` where it says `yield`."
    if inspect.iscoroutine(value):
        value.close()
        return f"{name} returned a coroutine: it needs `def` where it says `async def`."
    if value is None:
        return f"{name} returned None: the `return` with {' and '.join(gives)} is missing."
    if len(gives) == 1:
        return wrong_single(exercise, value)
    if isinstance(value, list):
        return f"{name} returned a list, expected a tuple: return {', '.join(gives)}."
    if not isinstance(value, tuple):
        return f"{name} returned one value, expected {len(gives)}: return {', '.join(gives)}."
    if len(value) != len(gives):
        return f"{name} returned {len(value)} values, expected {len(gives)}: return {', '.join(gives)}."
    return ""


def wrong_single(exercise: Exercise, value: Any) -> str:
    """Whether a lone value came inside a tuple."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        comma = ": is there a comma behind the `return`?" if len(value) == 1 else f": return {exercise.gives[0]}."
        return f"{exercise.name} returned {len(value)} values in a tuple, expected one value{comma}"
    return ""


def as_tuple(exercise: Exercise, value: Any) -> tuple:
    """What a function returned, as a tuple of values."""
    return tuple(value) if len(exercise.gives) > 1 else (value,)


def changed(exercise: Exercise, solution: Callable, given: tuple, inputs: tuple) -> str:
    """Whether the answer changed what it was given."""
    for name, mine, before in zip(inspect.signature(solution).parameters, given, inputs, strict=False):
        if not same(mine, before):
            return (f"{exercise.name} changed its input {name}; others still need it. "
                    f"Compute a new tensor instead, or begin with {name}.clone().")
    return ""


def copied(inputs: tuple) -> tuple:
    """The same inputs in memory of their own; a generator stands where the other stands."""
    return copy.deepcopy(inputs)


def same(left: Any, right: Any) -> bool:
    """Whether two inputs hold equal values; a generator may be used."""
    if isinstance(left, Tensor):
        return isinstance(right, Tensor) and left.dtype == right.dtype and torch.equal(left, right)
    if isinstance(left, torch.Generator):
        return True
    if isinstance(left, tuple | list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return left == right


def tensors(value: Any) -> Iterator[Tensor]:
    """The tensors inside nested tuples and lists, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from tensors(part)
