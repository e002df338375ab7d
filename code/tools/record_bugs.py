"""Train with every bug of the zoo, 200,000 steps from several seeds, and write data/bugs.json.

    python code/tools/record_bugs.py                    what the file lacks, two trainings at a time
    options: --jobs 2, trainings at a time; --steps 200000; --names FILE; --out FILE; --eager, without a compiler

A training takes half a minute where a C++ compiler is found, and a minute where none is; all take hours, so
the file is written after each, and a run that stands in it, made by the same code, is not made again.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import torch

from handgrad.data import names
from handgrad.models.mlp.inplace import INPLACE
from handgrad.studies.zoo import step, stored_runs
from handgrad.studies.zoo.bugs import BUGS
from handgrad.studies.zoo.stored_runs import FEW, MANY, Run, Zoo
from handgrad.support import digest
from handgrad.support.atomic_files import write_atomically
from handgrad.training import evaluation, generate, loop, stored_run
from handgrad.training.runs import NonFiniteLoss, Settings, trained
from handgrad.training.stored_run import RecordError

SAMPLE_SEED, SAMPLES = 1, 8
BY_NAME = {bug.name: bug for bug in BUGS}


def main(arguments: list[str] | None = None) -> None:
    """Record what is missing, as the command line says."""
    parser = argparse.ArgumentParser(description="Record the trainings of the bug zoo.")
    parser.add_argument("--jobs", type=int, default=2, help="trainings at a time (%(default)s)")
    parser.add_argument("--steps", type=int, default=Settings().steps, help="steps of each (%(default)s)")
    parser.add_argument("--names", type=Path, default=stored_run.DATA / "names.txt", help="a file of names")
    parser.add_argument("--out", type=Path, default=stored_run.DATA / stored_runs.FILE, help="where the record goes")
    parser.add_argument("--eager", action="store_true", help="do not compile the step")
    chosen = parser.parse_args(arguments)
    if chosen.jobs < 1:
        parser.error("--jobs must be at least 1")
    try:
        record(chosen)
    except (names.NamesError, RecordError, OSError, ValueError) as error:
        parser.error(str(error))


def record(chosen: argparse.Namespace) -> None:
    """Make the runs that are missing: the right ones, a few seeds of each, then more where few do not decide."""
    zoo = begun(chosen)
    rights = [stored_runs.RIGHT, stored_runs.ROUNDED]
    for wanted in (
        lambda: [(name, range(MANY)) for name in rights],
        lambda: [(name, range(FEW)) for name in stored_runs.everyone() if name not in rights],
        lambda: [(name, range(MANY)) for name in stored_runs.everyone() if not stored_runs.plain(zoo, name)],
    ):
        missing = [(name, [s for s in seeds if s not in {run.seed for run in stored_runs.of(zoo, name)}])
                   for name, seeds in wanted()]
        with ProcessPoolExecutor(chosen.jobs) as pool:
            jobs = [pool.submit(train, name, seed, chosen) for name, seeds in missing for seed in seeds]
            for job in as_completed(jobs):
                zoo.runs.append(job.result())
                write(zoo, chosen.out)
                print(zoo.runs[-1]._replace(curve=[], samples=[]), file=sys.stderr, flush=True)


def begun(chosen: argparse.Namespace) -> Zoo:
    """The record so far, less the runs of another code or other settings."""
    zoo = Zoo(
        names=stored_run.names_of(chosen.names, names.load(chosen.names)),
        made_with=stored_run.made_with(compiled=not chosen.eager),
        settings=Settings(steps=chosen.steps)._asdict(), block=loop.BLOCK, runs=[],
    )
    if chosen.out.exists():
        found = stored_runs.load(chosen.out)
        if found._replace(runs=[]) == zoo:
            zoo.runs.extend(run for run in found.runs if run.source == source(run.name))
    return zoo


def source(name: str) -> str:
    """The sha256 of the code that makes the gradients of a name; nothing for a name that is gone."""
    known = name in stored_runs.everyone()
    return digest.of_bytes(step.source(BY_NAME.get(name)).encode()) if known else ""


def factor(name: str, batch: int, V: int) -> float:
    """What multiplies the learning rate in the training of a name."""
    numbers = {"B": float(batch), "1/B": 1 / batch, "B/V": batch / V}
    return next((numbers[bug.rescales] for bug in BUGS if bug.rescales and name == stored_runs.matched(bug)), 1.0)


def train(name: str, seed: int, chosen: argparse.Namespace) -> Run:
    """One training from one seed."""
    torch.set_num_threads(1)
    data = names.load(chosen.names)
    settings = Settings(steps=chosen.steps, seed=seed, gain_seed=seed)
    times = factor(name, settings.batch, len(data.vocabulary))
    rounded = name == stored_runs.ROUNDED
    method = INPLACE if rounded else step.method(BY_NAME.get(name), times, not chosen.eager)
    run = Run(name, seed, times, source(name), None, None, None, [], [])
    try:
        end = loop.train(data, settings, method=method)
    except NonFiniteLoss as error:
        return run._replace(failed=error.step)
    network, generator = trained(end), torch.Generator().manual_seed(SAMPLE_SEED)
    found = {part: evaluation.loss(network, getattr(data, part)) for part in ("train", "dev")}
    if seed == 0:
        drawn = generate.names(network, SAMPLES, generator)
        run = run._replace(curve=[round(mean, 4) for mean in end.losses], samples=drawn)
    return run._replace(**found)


def write(zoo: Zoo, out: Path) -> None:
    """Replace the record."""
    order = {name: place for place, name in enumerate(stored_runs.everyone())}
    runs = sorted(zoo.runs, key=lambda run: (order[run.name], run.seed))
    write_atomically(out, stored_runs.text(zoo._replace(runs=runs)).encode())


if __name__ == "__main__":
    main()
