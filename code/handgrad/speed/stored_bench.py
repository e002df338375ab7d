"""The stored measurement of the ladder: where each rung led after 200,000 steps, and what a step on it cost.

Also what a step of the native operator cost with more and with fewer rows in its blocks, and what memory taken anew
costs at the large size.

`code/tools/record_speed.py` makes the file, data/speed.json. It carries a sha256 of all it says.
"""

import json
import statistics
from pathlib import Path

from handgrad.support import digest
from handgrad.training.stored_run import DATA, RecordError, parsed

FILE = "speed.json"
PARTS = ("runs", "benches", "blocks", "pages")
MAKER = "python code/tools/record_speed.py"
# Batch and hidden units: the notebook's exercise, and a network large enough for the products to matter most.
SIZES = {"small": (32, 200), "large": (4096, 1024)}
EXACT = "eager, float64"
# How many times further than eager autograd in float32 the losses may be: the luck of the rounding, which that has as
# well, as for the parameters (speed.agreement). A loss is a mean over all parameters and many windows, so that what
# is rounded once too often in one of them hardly shows. The worst was 1.2.
LOSS_BOUND = 4


def load(path: Path | None = None) -> dict:
    """The record, whole.

    Raises: RecordError if the file is missing, damaged, changed by hand, or lacks a part.
    """
    path = path or DATA / FILE
    found = parts(path)
    if set(found) != set(PARTS):
        raise RecordError(f"data/{path.name} lacks a part; run {MAKER}")
    return found


def parts(path: Path) -> dict:
    """The parts that a file holds.

    Raises: RecordError.
    """
    fields = parsed(path, MAKER)
    if fields.pop("sha256", None) != digest.of_json(fields):
        raise RecordError(f"data/{path.name} is not as it was recorded; fetch it again, or run {MAKER}")
    return fields


def text(fields: dict) -> str:
    """The file of a record, with its digest."""
    return json.dumps(fields | {"sha256": digest.of_json(fields)}, indent=1) + "\n"


def rows(record: dict, size: str, repetition: int = 0) -> dict[str, dict]:
    """The rungs and the floor of one bench, by name."""
    return {row["name"]: row for row in record["benches"][size][repetition]["rungs"]}


def distances(record: dict) -> dict[str, dict[str, float]]:
    """How far each rung's run is from eager autograd in float64: by evaluated loss, and by the mean of a block.

    evaluated: the largest difference on train, dev and test; block: the largest of all blocks.
    """
    rungs = record["runs"]["rungs"]
    exact = rungs[EXACT]
    return {
        name: {
            "evaluated": max(abs(run["losses"][part] - exact["losses"][part]) for part in exact["losses"]),
            "block": max(abs(a - b) for a, b in zip(run["means"], exact["means"], strict=True)),
        }
        for name, run in rungs.items() if name != EXACT
    }


def page_cost(rungs: dict[str, list[dict[str, float]]]) -> float:
    """The milliseconds that a page of new memory costs, by the rounds of all rungs: ms and pages of each.

    It is the slope of the parallel lines, one for each rung, that are nearest to the rounds by least squares.
    Raises: ValueError if no rung took more pages in one round than in another.
    """
    together = squares = 0.0
    for rounds in rungs.values():
        pages, spent = ([one[what] for one in rounds] for what in ("pages", "ms"))
        middle, usual = statistics.fmean(pages), statistics.fmean(spent)
        together += sum((x - middle) * (y - usual) for x, y in zip(pages, spent, strict=True))
        squares += sum((x - middle) ** 2 for x in pages)
    if not squares:
        raise ValueError("no rung took more pages in one round than in another, so that a page has no price")
    return together / squares


def without_pages(rounds: list[dict[str, float]], cost: float) -> list[float]:
    """The milliseconds of each round, less what its pages cost."""
    return [one["ms"] - cost * one["pages"] for one in rounds]


def quoted(ratio: dict[str, float | None], digits: int = 2) -> str:
    """The median of a ratio, or a dash where the rounds did not agree well enough to quote one."""
    return "–" if ratio["median"] is None else f"{ratio['median']:.{digits}f}"


def share(ratio: dict[str, float | None]) -> str:
    """The spread of a ratio that is quoted, in percent."""
    return "–" if ratio["median"] is None else f"{ratio['spread']:.0%}"


def cells(record: dict, size: str) -> list[tuple[str, ...]]:
    """For each rung and the floor: microseconds, and its ratios and their spread in both repetitions."""
    first, second = (rows(record, size, repetition) for repetition in (0, 1))
    return [
        (name, f"{row['median']:,.0f}", quoted(row["faster"]), share(row["faster"]), quoted(second[name]["faster"]),
         share(second[name]["faster"]), quoted(row["floors"]))
        for name, row in first.items()
    ]
