"""What `handgrad bench` prints of its measurement, and what it refuses to say."""

import torch
from tabulate import tabulate

from handgrad import __version__
from handgrad.bench import FEWEST, WIDEST, Row


def table(rows: list[Row]) -> str:
    """The rows for reading; a ratio on which the rounds do not agree is left out."""
    head = ("form", "median µs", "lowest", "highest", "ratio", "lowest", "highest")
    cells = [
        (row.name, *(f"{micro:.1f}" for micro in row[1:4]),
         *((f"{ratio:.2f}" for ratio in row[4:7]) if row.steady else ("–", "–", "–")))
        for row in rows
    ]
    return tabulate(cells, head, disable_numparse=True, colalign=("left", *["right"] * 6))


def doubt(rows: list[Row], rounds: int) -> str:
    """Why some ratio is not quoted, or nothing."""
    if rounds < FEWEST:
        return f"{rounds} rounds are too few for a ratio; ask for {FEWEST} or more."
    unsteady = [row.name for row in rows if not row.steady]
    if not unsteady:
        return ""
    return (f"The rounds differ by more than {WIDEST:.0%}, so no ratio is given for: {'; '.join(unsteady)}. "
            "Close what else is running, and measure again.")


def short(rows: list[Row], demand: float | None) -> str:
    """What is missing for the last form to be so many times faster than the first, or nothing."""
    last = rows[-1]
    if demand is None or (last.steady and last.ratio >= demand):
        return ""
    if not last.steady:
        return f"{last.name} cannot be held to {demand:g}: its ratio is not known."
    return (f"{last.name} is {last.ratio:.2f} times faster than autograd, less than the {demand:g} demanded; "
            "on a busy machine, measure again.")


def document(rows: list[Row], rounds: int, steps: int) -> dict:
    """The rows and where they were measured, for a program; a ratio that is not quoted is null."""
    forms = [row._asdict() | {"spread": None if row.spread == float("inf") else row.spread} for row in rows]
    for form, row in zip(forms, rows, strict=True):
        if not row.steady:
            form.update(ratio=None, lowest=None, highest=None)
    return {
        "report": "handgrad bench", "version": 1, "handgrad": __version__, "torch": torch.__version__,
        "kernels": torch.backends.cpu.get_cpu_capability(), "threads": 1, "rounds": rounds, "steps": steps,
        "unit": "microseconds a step", "forms": forms,
    }
