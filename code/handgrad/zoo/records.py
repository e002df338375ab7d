"""The stored trainings of the bug zoo; `code/tools/record_bugs.py` makes the file data/bugs.json."""

import json
from pathlib import Path
from typing import NamedTuple

from handgrad.recorded import DATA, RecordError, digest, parsed
from handgrad.zoo.bugs import BUGS, Bug
from handgrad.zoo.paired import Paired, paired, spread

FILE = "bugs.json"
MAKER = "python code/tools/record_bugs.py"
RIGHT, ROUNDED = "right", "right, rounded otherwise"
# Three seeds show a gap that is this many times the spread between seeds; a smaller one gets ten.
FEW, MANY, PLAIN_GAP = 3, 10, 5


class Run(NamedTuple):
    """One training: who, with which seed, what came out.

    factor: of the learning rate; failed: the step in which the loss was no finite number any more, or None,
    and then train and dev are None; curve: mean minibatch losses, and samples: names, of seed 0 alone.
    """

    name: str
    seed: int
    factor: float
    source: str
    train: float | None
    dev: float | None
    failed: int | None
    curve: list[float]
    samples: list[str]


class Zoo(NamedTuple):
    """What `record_bugs.py` wrote down: names, made_with and settings as in recorded.Record, and the runs."""

    names: dict[str, object]
    made_with: dict[str, object]
    settings: dict[str, object]
    block: int
    runs: list[Run]


class Entry(NamedTuple):
    """A bug, or a right training, beside the right one with the same seeds.

    paired: the differences of the loss on names set apart, or None if some run failed;
    failed: the first step and the last step in which a run failed, by seed.
    """

    name: str
    runs: list[Run]
    dev: float | None
    paired: Paired | None
    failed: list[int]


def matched(bug: Bug) -> str:
    """The name of the right training whose learning rate has the factor that the bug puts in its gradient."""
    return f"right, rate × {bug.rescales}"


def load(path: Path | None = None) -> Zoo:
    """Read data/bugs.json, or another record of the zoo.

    Raises: RecordError if the file is missing, damaged, or changed by hand.
    """
    fields = parsed(path or DATA / FILE)
    stored = fields.pop("sha256", None)
    if set(fields) != set(Zoo._fields) or stored != digest(fields):
        raise RecordError(f"data/{FILE} is not as it was recorded; fetch it again, or run {MAKER}")
    return Zoo(**(fields | {"runs": [Run(**run) for run in fields["runs"]]}))


def text(zoo: Zoo) -> str:
    """The file of a zoo: a line for each field and for each run, and the digest."""
    fields = zoo._asdict() | {"runs": [run._asdict() for run in zoo.runs]}
    head = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items() if name != "runs"]
    runs = ",\n".join(f"  {json.dumps(run)}" for run in fields["runs"])
    tail = [f' "runs": [\n{runs}\n ]', f' "sha256": {json.dumps(digest(fields))}']
    return "{\n" + ",\n".join(head + tail) + "\n}\n"


def of(zoo: Zoo, name: str) -> list[Run]:
    """The runs of one name, in the order of their seeds."""
    return sorted((run for run in zoo.runs if run.name == name), key=lambda run: run.seed)


def entry(zoo: Zoo, name: str) -> Entry:
    """The runs of one name beside the right ones."""
    runs = of(zoo, name)
    failed = [run.failed for run in runs if run.failed is not None]
    if failed:
        return Entry(name, runs, None, None, failed)
    right = {run.seed: run.dev for run in of(zoo, RIGHT)}
    dev = [run.dev for run in runs]
    return Entry(name, runs, sum(dev) / len(dev), paired(dev, [right[run.seed] for run in runs]), [])


def plain(zoo: Zoo, name: str) -> bool:
    """Whether the first few seeds decide: every run failed, or the gap is large beside the seeds' spread."""
    runs = of(zoo, name)[:FEW]
    if any(run.failed is not None for run in runs):
        return all(run.failed is not None for run in runs)
    right = [run.dev for run in of(zoo, RIGHT)]
    gap = sum(run.dev - right[run.seed] for run in runs) / len(runs)
    return abs(gap) > PLAIN_GAP * spread(right)


def everyone() -> list[str]:
    """All names in the order of the table: the right ones, then the bugs."""
    return [RIGHT, ROUNDED, *(matched(bug) for bug in BUGS if bug.rescales), *(bug.name for bug in BUGS)]
