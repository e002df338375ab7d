"""What `handgrad bench` prints of its measurement, and what it refuses to say."""

from collections.abc import Sequence

from tabulate import tabulate

from handgrad.speed.bench import FEWEST, WIDEST, Ratio, Row
from handgrad.training.runs import Settings

UNKNOWN = "–"


def heading(where: dict[str, object], settings: Settings, rounds: int, steps: int) -> str:
    """Where and how it was measured."""
    device = "" if where["device"] == "cpu" else f"{where['device']}, "
    threads = "one thread" if where["threads"] == 1 else f"{where['threads']} threads"
    return (f"{device}{where['processor']}, {where['kernels']}, {threads}, torch {where['torch']}\n"
            f"B = {settings.batch}, H = {settings.H}; {rounds} rounds of {steps} steps a rung")


def table(rows: Sequence[Row]) -> str:
    """The rows for reading; a ratio on which the rounds do not agree is left out."""
    head = ("rung", "median µs", "lowest", "highest", "× eager", "lowest", "highest", "spread", "× floor", "kB")
    cells = [
        (row.name, *(f"{micro:.1f}" for micro in row[1:4]), *quoted(row.faster), quoted(row.floors)[0],
         UNKNOWN if row.memory is None else f"{row.memory / 1000:,.0f}")
        for row in rows
    ]
    return tabulate(cells, head, disable_numparse=True, colalign=("left", *["right"] * 9))


def quoted(ratio: Ratio) -> tuple[str, str, str, str]:
    """A ratio, its extremes and its spread in words, or dashes."""
    if not ratio.steady:
        return (UNKNOWN,) * 4
    return *(f"{value:.2f}" for value in ratio[:3]), f"{ratio.spread:.0%}"


def doubt(rows: Sequence[Row], rounds: int) -> str:
    """Why some ratio is not quoted, or nothing."""
    if rounds < FEWEST:
        return f"{rounds} rounds are too few for a ratio; ask for {FEWEST} or more."
    unsteady = [row.name for row in rows if not (row.faster.steady and row.floors.steady)]
    if not unsteady:
        return ""
    return (f"The rounds differ by more than {WIDEST:.0%}, so a ratio is left out for: {', '.join(unsteady)}. "
            "Close what else is running, and measure again.")


def short(rows: Sequence[Row], demands: Sequence[tuple[str, float]]) -> list[str]:
    """What is missing for the rungs to be as many times faster than eager autograd as demanded."""
    found, missed = {row.name: row.faster for row in rows}, []
    for name, demand in demands:
        if name not in found:
            missed.append(f"{name} cannot be held to {demand:g}: it was not measured.")
        elif not found[name].steady:
            missed.append(f"{name} cannot be held to {demand:g}: its ratio is not known.")
        elif found[name].median < demand:
            missed.append(f"{name} is {found[name].median:.2f} times faster than eager autograd, less than the "
                          f"{demand:g} demanded; on a busy machine, measure again.")
    return missed


def document(rows: Sequence[Row], where: dict[str, object], settings: Settings, rounds: int, steps: int,
             absent: dict[str, str]) -> dict:
    """The rows and where they were measured, for a program; a ratio that is not quoted is null."""
    return {
        "report": "handgrad bench", "version": 2, "environment": where, "batch": settings.batch, "hidden": settings.H,
        "rounds": rounds, "steps": steps, "unit": "microseconds a step", "absent": absent,
        "rungs": [row._asdict() | {key: plain(getattr(row, key)) for key in ("faster", "floors")} for row in rows],
    }


def plain(ratio: Ratio) -> dict[str, float | None]:
    """A ratio as a dictionary; of one that is not quoted the spread alone is told, where there is one."""
    if ratio.steady:
        return ratio._asdict()
    return dict.fromkeys(Ratio._fields) | {"spread": None if ratio.spread == float("inf") else ratio.spread}
