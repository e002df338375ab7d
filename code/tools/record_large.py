"""What the record `data/speed.json` says of the large size alone: the native step's blocks, and pages of new memory.

record_speed.py calls it.
"""

import mmap
import statistics
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch

from handgrad.data import names
from handgrad.data.names import Split
from handgrad.speed import machine, memory
from handgrad.speed import rungs as ladder
from handgrad.speed.bench import LEAST_STEPS, Turn, measure, ratio, ready, turn
from handgrad.speed.rungs import Rung, native
from handgrad.speed.stored_bench import SIZES
from handgrad.training import stored_run
from handgrad.training.runs import Settings, State

# Rows of a block, up to the whole minibatch.
BLOCKS = (4, 8, 16, 32, 64, 128, 512, SIZES["large"][0])
# Rungs that take memory anew, and rungs that do not.
PAGED = ("eager", "tuned", "clean", "inplace", "native")


def blocks(record: dict, rounds: int) -> Iterator[dict]:
    """The record with what a native step costs by the rows in its blocks, and how often it fits into the last."""
    seconds = measure(block_turns(*SIZES["large"]), rounds, 1)
    *_, whole = seconds.values()
    rows = [{"rows": rows, "median": 1e6 * statistics.median(times), "faster": ratio(whole, times)._asdict()}
            for rows, times in seconds.items()]
    yield record | {"blocks": {"made_with": machine.environment(), "rounds": rounds, "rows": rows}}


def block_turns(batch: int, hidden: int) -> dict[int, Turn]:
    """For each number of rows a function that takes steps with such blocks."""
    state, split = fresh(batch, hidden)
    methods = {rows: native.NATIVE._replace(start=partial(native.start, block=rows)) for rows in BLOCKS}
    return {rows: turn(Rung("native", "", "", method), state, split) for rows, method in methods.items()}


def pages(record: dict, rounds: int) -> Iterator[dict]:
    """The record with what a step cost in each round, in milliseconds, and how many pages it took from the system."""
    counts = {}
    turns = {name: counted(each, counts.setdefault(name, [])) for name, each in paged_turns(*SIZES["large"]).items()}
    seconds = measure(turns, rounds, LEAST_STEPS)
    # The first count is that of the round that warms up.
    rungs = {name: [{"ms": 1e3 * spent, "pages": count / LEAST_STEPS}
                    for spent, count in zip(times, counts[name][1:], strict=True)] for name, times in seconds.items()}
    yield record | {"pages": {"made_with": machine.environment(), "page": mmap.PAGESIZE, "huge_pages": huge_pages(),
                              "rounds": rounds, "steps": LEAST_STEPS, "rungs": rungs}}


def paged_turns(batch: int, hidden: int) -> dict[str, Turn]:
    """For each rung that is compared a function that takes steps on it."""
    state, split = fresh(batch, hidden)
    return {rung.name: turn(rung, state, split) for rung in ladder.RUNGS if rung.name in PAGED}


def counted(take_turn: Turn, counts: list[int]) -> Turn:
    """The same function; each call adds to the list how many pages it took from the system."""
    def take_and_count(steps: int) -> float:
        before = memory.page_faults()
        spent = take_turn(steps)
        counts.append(memory.page_faults() - before)
        return spent
    return take_and_count


def huge_pages() -> str:
    """For which memory the system gives larger pages: "always", "madvise", "never", or "" where it does not say."""
    try:
        text = Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text(encoding="ascii")
    except OSError:
        return ""
    return next((word[1:-1] for word in text.split() if word.startswith("[")), "")


def fresh(batch: int, hidden: int) -> tuple[State, Split]:
    """A network of this size before its first step, and the windows to train it on."""
    return ready(names.load(stored_run.DATA / "names.txt"), Settings(batch=batch, H=hidden), torch.device("cpu"))
