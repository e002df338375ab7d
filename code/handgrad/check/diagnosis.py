"""What went wrong: try the plausible mistakes on a wrong gradient and name the one that matches."""

from collections.abc import Mapping

import torch
from torch import Tensor

from handgrad.check.comparison import Row, judge_one, mismatch_of_type, table
from handgrad.check.matching import agree, explains, matches
from handgrad.check.mistakes.any_gradient import factor_mistake, shape_mistake, shared_mistake, value_mistakes
from handgrad.check.tolerance import tolerance


def diagnose(
    name: str,
    got: Tensor,
    expected: Tensor,
    sizes: Mapping[str, int] | None = None,
    mistakes: Mapping[str, Tensor] | None = None,
) -> None:
    """Print the row of `compare` for one gradient and a sentence on what is wrong; never raise.

    sizes: lengths by name, such as {"B": 32}, so that a wrong factor gets its name.
    mistakes: by description, what a plausible mistake would have given.
    """
    row = judge_one(name, got, expected, None)
    print(table([row]))
    print(explain(name, got, expected, sizes, mistakes))


def explain(
    name: str,
    got: Tensor,
    expected: Tensor,
    sizes: Mapping[str, int] | None = None,
    mistakes: Mapping[str, Tensor] | None = None,
    size: Tensor | float | None = None,
    prefix: str = "d",
) -> str:
    """One sentence: the first plausible mistake that turns `expected` into `got`, or where they differ.

    size: of the terms that were added, as in `checking.compare`. prefix: what is put before the name.
    """
    row = judge_one(name, got, expected, size, prefix)
    if row.agrees:
        return "It agrees."
    kind = mismatch_of_type(got, expected)
    if kind:
        return f"The gradient {kind}."
    for whose, value in (("", got), (" of what is expected", expected)):
        bad = int((~value.isfinite()).sum())
        if bad:
            return f"{bad} of {value.numel()} entries{whose} are nan or infinite."
    for sentence, wrong in (mistakes or {}).items():
        if matches(got, wrong, expected):
            return sentence
    if got.shape != expected.shape:
        return shape_mistake(got, expected)
    for sentence, wrong in value_mistakes(expected, sizes or {}):
        if agree(got, wrong) and explains(got, wrong, expected):
            return sentence
    return factor_mistake(got, expected) or shared_mistake(got, expected) or where_wrong(row, got, expected, size)


def where_wrong(row: Row, got: Tensor, expected: Tensor, size: Tensor | float | None) -> str:
    """Say where the wrong entries lie, and which is the worst, from the row of the table."""
    wrong = (got - expected).abs() > tolerance(expected, size)
    worst, count = row.problem.rsplit(";", 1)
    empty = int(((got == 0) & (expected != 0)).sum())
    places = f"No known mistake matches:{count}{place(wrong)}"
    if empty:
        places += f", {empty} are zero and should not be"
    return f"{places}. The worst is {worst}."


def place(wrong: Tensor) -> str:
    """The row, the column or the diagonal that holds all wrong entries of a matrix."""
    if wrong.ndim != 2:
        return ""
    if wrong.shape[0] == wrong.shape[1] > 1 and torch.equal(wrong, torch.diag(wrong.diagonal())):
        return ", all on the diagonal"
    rows, columns = wrong.any(1), wrong.any(0)
    for found, across, label in ((rows, columns, "row"), (columns, rows, "column")):
        if found.sum() == 1 < len(found) and across.sum() > 1:
            return f", all in {label} {int(found.nonzero())}"
    return ""
