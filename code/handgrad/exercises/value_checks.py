"""Comparing one value that an exercise gives: a tensor, a number, or anything that can be equal."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from handgrad.check.comparison import FLOATS, Row, judge_one, mismatch_of_type
from handgrad.check.diagnosis import explain
from handgrad.exercises.answer_checks import same
from handgrad.exercises.picture import picture

DTYPE_HELP = ": give a new tensor the dtype of an input, as in torch.zeros_like(x) or dtype=x.dtype."
Size = Tensor | float | None


def row(name: str, got: Any, expected: Any, size: Size, dtype: torch.dtype) -> Row:
    """The row of the table for one value, strict about type, dtype and shape."""
    kind = wrong_kind(got, expected)
    if kind:
        shape = tuple(getattr(got, "shape", ()))
        return Row(name, shape, False, False, float("nan"), float("nan"), f"{name} {kind}", "")
    if not isinstance(expected, Tensor | bool | int | float):
        equal = same(got, expected)
        return Row(name, (), equal, equal, 0.0 if equal else float("nan"), 0.0 if equal else float("nan"),
                   "" if equal else unequal(name, got, expected), "")
    return judge_one(name, floating(got, dtype), floating(expected, dtype), size, prefix="")


def explained(
    name: str, got: Any, expected: Any, axes: Mapping[str, int], mistakes: Mapping[str, Tensor], size: Size,
    dtype: torch.dtype,
) -> tuple[str, str]:
    """What is wrong with a value: a sentence, and a picture where there are entries to look at."""
    kind = wrong_kind(got, expected)
    if kind:
        return f"{name} {kind}" + (DTYPE_HELP if "has dtype" in kind else "."), ""
    if not isinstance(expected, Tensor | bool | int | float):
        return unequal(name, got, expected), ""
    got, expected = floating(got, dtype), floating(expected, dtype)
    known = {what: floating(wrong, dtype) for what, wrong in mistakes.items()}
    return explain(name, got, expected, axes, known, size, prefix=""), picture(got, expected, size)


def wrong_kind(got: Any, expected: Any) -> str:
    """What is wrong before any number is looked at: the type, the dtype, the device."""
    if isinstance(expected, Tensor):
        if not isinstance(got, Tensor) or expected.dtype in FLOATS or got.dtype != expected.dtype:
            return mismatch_of_type(got, expected)
        return ""
    if type(got) is not type(expected):
        return f"is {type(got).__name__}, expected {type(expected).__name__}"
    return ""


def floating(value: Any, dtype: torch.dtype) -> Any:
    """A value as a tensor of floating-point numbers; integers as float64, where they are exact."""
    if isinstance(value, float):
        return torch.tensor(value, dtype=dtype)
    if isinstance(value, bool | int):
        return torch.tensor(value, dtype=torch.float64)
    if isinstance(value, Tensor) and value.dtype not in FLOATS:
        return value.to(torch.float64)
    return value.detach() if isinstance(value, Tensor) else value


def unequal(name: str, got: Any, expected: Any) -> str:
    """Both values, cut to a line."""
    return f"{name} is {cut(repr(got))}, expected {cut(repr(expected))}."


def cut(text: str, width: int = 60) -> str:
    """A text on one line, and its beginning alone where it is too long."""
    text = " ".join(text.split())
    return text if len(text) <= width else f"{text[:width]}…"


def swapped(names: tuple[str, ...], got: tuple, expected: tuple, sizes: Mapping[str, Size] | None = None) -> str:
    """Whether the right values came in another order.

    sizes: by name, of the terms that were added, as in `checking.compare`.
    """
    if not all(isinstance(value, Tensor) for value in (*got, *expected)):
        return ""
    left = dict(zip(names, expected, strict=True))
    found = []
    for value in got:
        fits = [name for name, right in left.items() if judge_one("", value, right, (sizes or {}).get(name)).agrees]
        if not fits:
            return ""
        found.append(fits[0])
        del left[fits[0]]
    # In the order of the names it is no exchange: a size handed in by the exercise was stricter than the default.
    if found == list(names):
        return ""
    return f"The values are right and their order is not: return {', '.join(names)}."
