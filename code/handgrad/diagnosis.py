"""What went wrong: try the plausible mistakes on a wrong gradient and name the one that matches."""

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from handgrad.checking import Row, judge_one, mismatch_of_kind, mismatch_of_type, table
from handgrad.rounding import tolerance


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


def agree(got: Tensor, expected: Tensor) -> bool:
    """Whether `compare` would accept the pair."""
    return judge_one("", got, expected, None).agrees


def matches(got: Tensor, wrong: Tensor, expected: Tensor) -> bool:
    """Whether `got` is what the mistake gives, up to the rounding of terms as large as in `expected`.

    A mistake may give zero, and what comes out then is the rounding of terms that cancel.
    """
    if mismatch_of_kind(got, wrong) or not wrong.isfinite().all():
        return False
    size = max((value.abs().max().item() for value in (wrong, expected) if value.numel()), default=0.0)
    return judge_one("", got, wrong, size).agrees and explains(got, wrong, expected)


def explains(got: Tensor, wrong: Tensor, expected: Tensor) -> bool:
    """Whether a mistake leaves at most a hundredth of the difference unexplained.

    Where `got` is off by little more than rounding, half of it may pass for rounding: no mistake is named.
    """
    if got.shape != expected.shape:
        return True
    return bool((got - wrong).abs().max() <= 0.01 * (got - expected).abs().max())


def shape_mistake(got: Tensor, expected: Tensor) -> str:
    """Name the mistake behind a wrong shape."""
    shapes = f"The shape is {tuple(got.shape)}, expected {tuple(expected.shape)}"
    flipped = got.ndim == 2 and got.T.shape == expected.shape
    if flipped and agree(got.T, expected):
        return f"{shapes}: it is transposed."
    if got.numel() == expected.numel() and agree(got.reshape(expected.shape), expected):
        # Only axes of size 1 can be kept or lost without moving a number.
        lost = [n for n in got.shape if n > 1] == [n for n in expected.shape if n > 1]
        return f"{shapes}: the numbers agree, {'an axis was kept or lost' if lost else 'in another shape'}."
    if flipped:
        return f"{shapes}: it is transposed, and the numbers are wrong too."
    for axis in range(got.ndim):
        for keepdim in (True, False):
            summed = got.sum(axis, keepdim=keepdim)
            if agree(summed, expected):
                return f"{shapes}: the sum over axis {axis} is missing."
    for axis in range(expected.ndim):
        for keepdim in (True, False):
            if agree(got, expected.sum(axis, keepdim=keepdim)):
                return f"{shapes}: it was summed over axis {axis}, a sum too many."
    return f"{shapes}."


def value_mistakes(expected: Tensor, sizes: Mapping[str, int]) -> Iterator[tuple[str, Tensor]]:
    """Pairs of a sentence and what that mistake would have given."""
    yield "The sign is wrong.", -expected
    for label, size in sizes.items():
        # With one term there is no division to forget, and B − 1 is zero.
        if size < 2:
            continue
        yield f"Every entry is {label} times too large: the division by {label} is missing.", expected * size
        yield f"Every entry is {label} times too small: a division by {label} too many.", expected / size
        # Bessel: a mean of B terms where B − 1 belongs, or the other way round.
        yield f"Divided by {label} instead of {label} − 1.", expected * (size - 1) / size
        yield f"Divided by {label} − 1 instead of {label}.", expected * size / (size - 1)
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1]:
        yield "It is transposed; the matrix is square, so the shape does not show it.", expected.T
    for axis in range(expected.ndim):
        for shift in (1, -1):
            yield f"Every entry is one place off along axis {axis}.", expected.roll(shift, axis)
        reduced = expected.sum(axis, keepdim=True).expand_as(expected)
        yield f"It was summed over axis {axis} and copied back: a sum too many.", reduced


def factor_mistake(got: Tensor, expected: Tensor) -> str:
    """Name a factor that all entries share, or nothing."""
    # In float64, where the squares of float32 numbers neither overflow nor vanish.
    wide = expected.double()
    norm = (wide * wide).sum().item()
    factor = (got.double() * wide).sum().item() / norm if norm > 0 else 0.0
    wrong = factor * expected
    if factor == 0 or not agree(got, wrong) or not explains(got, wrong, expected):
        return ""
    # A factor that six digits cannot tell from 1 is written as what is left of it.
    digits = f"{factor:.6g}" if abs(factor - 1) > 1e-5 else f"1 {factor - 1:+.1e}"
    return f"Every entry is {digits} times the right one."


def shared_mistake(got: Tensor, expected: Tensor) -> str:
    """Name an error that is the same along a whole axis of a matrix, or nothing."""
    if got.ndim != 2:
        return ""
    for axis, line, across in ((0, "column", "row"), (1, "row", "column")):
        wrong = expected + (got - expected).mean(axis, keepdim=True)
        if got.shape[axis] > 1 and agree(got, wrong) and explains(got, wrong, expected):
            path = f"a path through one number a {line}"
            return f"In each {line} every {across} is off by the same amount: {path}."
    return ""


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
