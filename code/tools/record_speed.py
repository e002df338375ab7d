"""Write down what the chapter `speed` shows: where each rung of the ladder leads, and what a step on it costs.

    python code/tools/record_speed.py           all parts of data/speed.json
    python code/tools/record_speed.py runs      200,000 steps on each rung, from the same start: about half an hour
    python code/tools/record_speed.py benches   `handgrad bench` at two sizes, twice each: some minutes
    python code/tools/record_speed.py blocks    the native step by the rows in its blocks: a minute
    python code/tools/record_speed.py pages     steps and the memory that they take anew: a minute

Close what else is running before the last three: no ratio of a bench is recorded where its rounds differ too much.
The file is written after each run, and a run that it holds is not made again; delete the file to make all anew.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import torch
from record_large import blocks, pages

from handgrad.data import names
from handgrad.speed import machine, rungs, stored_bench
from handgrad.speed.rungs import Rung
from handgrad.speed.rungs.building import NativeError
from handgrad.speed.stored_bench import PARTS, SIZES
from handgrad.training import evaluation, loop, stored_run
from handgrad.training.runs import Settings, trained

TWICE, TRIES = 2, 3


def train_on(rung: Rung, settings: Settings) -> dict[str, object]:
    """Train on a rung: the losses at the end, and the mean of each block of steps."""
    data = names.load(stored_run.DATA / "names.txt")
    state = loop.train(data, settings, method=rung.method)
    found = evaluation.losses(trained(state), data)
    print(rung.name, settings.dtype, found, file=sys.stderr)
    return {"losses": found, "means": list(state.losses)}


def runs(record: dict, steps: int) -> Iterator[dict]:
    """The record after each run that it lacks: one of every rung, and one of eager autograd in float64."""
    settings = Settings(steps=steps)
    kept = record.get("runs", {})
    done = kept.get("rungs", {}) if kept.get("settings") == settings._asdict() else {}
    wanted = {stored_bench.EXACT: (rungs.BASE, settings._replace(dtype="float64"))}
    wanted |= {rung.name: (rung, settings) for rung in rungs.RUNGS if not rung.missing("cpu")}
    for name, what in wanted.items():
        if name not in done:
            done = done | {name: train_on(*what)}
            order = {key: done[key] for key in wanted if key in done}
            yield record | {"runs": {"settings": settings._asdict(), "made_with": machine.environment(),
                                     "block": loop.BLOCK, "rungs": order}}


def benches(record: dict, rounds: int) -> Iterator[dict]:
    """The record with what `handgrad bench` reports at each size, each time in a process of its own."""
    found = {size: [bench(*shape, rounds) for _ in range(TWICE)] for size, shape in SIZES.items()}
    yield record | {"benches": found}


def bench(batch: int, hidden: int, rounds: int) -> dict:
    """One report of `handgrad bench`; one that quotes no ratio at all is measured again, as the command advises.

    Raises: CalledProcessError if it fails.
    """
    command = [sys.executable, "-m", "handgrad", "bench", "--json", "--batch", str(batch), "--hidden", str(hidden),
               "--rounds", str(rounds)]
    for _ in range(TRIES):
        print(*command[3:], file=sys.stderr)
        report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        # The first rung is the one that all are held against.
        if any(row["faster"]["median"] is not None for row in report["rungs"][1:]):
            break
    return report


def main(arguments: list[str] | None = None) -> None:
    """Record what the command line asks for."""
    parser = argparse.ArgumentParser(description="Record the ladder for the chapter `speed`.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all if none is named")
    parser.add_argument("--steps", type=int, default=Settings().steps, help="steps of a run (%(default)s)")
    parser.add_argument("--rounds", type=int, default=41, help="rounds of a bench (%(default)s)")
    parser.add_argument("--out", type=Path, help="where the record goes instead of data/speed.json")
    chosen = parser.parse_args(arguments)
    if set(chosen.parts) - set(PARTS):
        parser.error(f"the parts are {', '.join(PARTS)}, not {' '.join(chosen.parts)}")
    torch.set_num_threads(1)
    path = chosen.out or stored_run.DATA / stored_bench.FILE
    try:
        record = stored_bench.parts(path) if path.exists() else {}
        makers = {"runs": partial(runs, steps=chosen.steps), "benches": partial(benches, rounds=chosen.rounds),
                  "blocks": partial(blocks, rounds=chosen.rounds), "pages": partial(pages, rounds=chosen.rounds)}
        for part in chosen.parts or PARTS:
            for longer in makers[part](record):
                path.write_text(stored_bench.text(longer), encoding="utf-8")
            record = stored_bench.parts(path)
    except (names.NamesError, NativeError, OSError, ValueError, subprocess.CalledProcessError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
