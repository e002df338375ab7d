"""Where an answer differs from what is expected, in characters and in words."""

import torch
from torch import Tensor

from handgrad.check.tolerance import tolerance

# A terminal of 80 columns and its 24 lines hold this beside the table and the sentence.
WIDTH, HEIGHT = 24, 12
AGREES, SOME, WRONG = ".", "+", "#"
LISTED = 4


def picture(got: Tensor, expected: Tensor, size: Tensor | float | None = None) -> str:
    """A sentence on where the wrong entries of a vector or a matrix lie, and a drawing of them.

    Where every entry is wrong there is no picture: it would say nothing more than the table.

    Shapes: got, expected the same, (N,) or (M, N); for any other there is no picture.
    """
    if got.shape != expected.shape or got.ndim not in (1, 2) or got.numel() < 2:
        return ""
    # `not <=` and not `>`: nan is wrong.
    wrong = ~((got - expected).abs() <= tolerance(expected, size))
    if not wrong.any() or wrong.all():
        return ""
    count = f"{int(wrong.sum())} of {wrong.numel()} entries are wrong: {words(wrong)}."
    return "\n".join([count, *drawing(wrong if wrong.ndim == 2 else wrong.unsqueeze(0))])


def words(wrong: Tensor) -> str:
    """Where the wrong entries lie.

    Shapes: wrong (N,) or (M, N), of which at least one is true and one is not.
    """
    if wrong.ndim == 1:
        return f"at {listed('place', wrong)}"
    if wrong.shape[0] == wrong.shape[1]:
        on = torch.eye(len(wrong), dtype=torch.bool)
        if not (wrong & ~on).any() and wrong.sum() > 1:
            return "on the diagonal"
        if torch.equal(wrong, ~on):
            return "everywhere but on the diagonal"
    rows, columns = wrong.any(1), wrong.any(0)
    if rows.sum() == 1 and columns.sum() == 1:
        return f"in row {int(rows.nonzero())}, column {int(columns.nonzero())}"
    if int(rows.sum()) <= min(LISTED, len(rows) - 1) and fills(wrong[rows]):
        return f"all in {listed('row', rows)}"
    if int(columns.sum()) <= min(LISTED, len(columns) - 1) and fills(wrong[:, columns]):
        return f"all in {listed('column', columns)}"
    return "scattered"


def fills(part: Tensor) -> bool:
    """Whether the rows or columns that hold wrong entries say more than that the entries are scattered."""
    return bool(1 in part.shape or part.all())


def listed(what: str, marks: Tensor) -> str:
    """The marked places by number, if they are few: "row 3", "rows 1, 4"."""
    places = marks.nonzero().flatten().tolist()
    if len(places) > LISTED:
        return f"{len(places)} {what}s"
    return f"{what}{'s' if len(places) > 1 else ''} {', '.join(map(str, places))}"


def drawing(wrong: Tensor) -> list[str]:
    """The lines of the drawing, each character standing for one entry or for a block of them.

    Shapes: wrong (M, N).
    """
    tall, wide = (-(-length // most) for length, most in zip(wrong.shape, (HEIGHT, WIDTH), strict=True))
    lines, mixed = [], False
    for row in wrong.split(tall):
        cells = [cell(block) for block in row.split(wide, 1)]
        mixed = mixed or SOME in cells
        lines.append("    " + "".join(cells))
    some = f", {SOME} some are wrong" if mixed else ""
    block = f"; a character is a block of {tall}×{wide}" if tall * wide > 1 else ""
    return [f"{AGREES} agrees, {WRONG} wrong{some}{block}", *lines]


def cell(block: Tensor) -> str:
    """The character of a block of entries."""
    if block.all():
        return WRONG
    return SOME if block.any() else AGREES
