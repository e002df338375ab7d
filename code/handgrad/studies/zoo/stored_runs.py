"""The stored trainings of the bug zoo; `code/tools/record_bugs.py` makes the file data/bugs.json."""

import json
from pathlib import Path
from typing import NamedTuple

from handgrad.studies.zoo.bugs import BUGS, Bug
from handgrad.studies.zoo.paired import LEVEL, Paired, paired, spread
from handgrad.support import digest
from handgrad.training.stored_run import DATA, RecordError, parsed

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
    """What `record_bugs.py` wrote down: names, made_with and settings as in stored_run.Record, and the runs."""

    names: dict[str, object]
    made_with: dict[str, object]
    settings: dict[str, object]
    block: int
    runs: list[Run]


class Entry(NamedTuple):
    """A bug, or a right training, beside another with the same seeds.

    dev: the mean loss on names set apart, or None if a run failed or there is none;
    paired: the differences of that loss, or None as well if there are fewer than two;
    failed: the steps in which runs failed, in the order of their seeds.
    """

    name: str
    runs: list[Run]
    dev: float | None
    paired: Paired | None
    failed: list[int]

    @property
    def verdict(self) -> str:
        """What the runs allow us to say."""
        if self.failed:
            return "fails"
        return self.paired.verdict if self.paired else "not recorded"


def matched(bug: Bug) -> str:
    """The name of the right training whose learning rate has the factor that the bug puts in its gradient."""
    return f"right, rate × {bug.rescales}"


def load(path: Path | None = None) -> Zoo:
    """Read data/bugs.json, or another record of the zoo.

    Raises: RecordError if the file is missing, damaged, or changed by hand.
    """
    fields = parsed(path or DATA / FILE, MAKER)
    stored = fields.pop("sha256", None)
    if set(fields) != set(Zoo._fields) or stored != digest.of_json(fields):
        raise RecordError(f"data/{FILE} is not as it was recorded; fetch it again, or run {MAKER}")
    return Zoo(**(fields | {"runs": [Run(**run) for run in fields["runs"]]}))


def text(zoo: Zoo) -> str:
    """The file of a zoo: a line for each field and for each run, and the digest."""
    fields = zoo._asdict() | {"runs": [run._asdict() for run in zoo.runs]}
    head = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items() if name != "runs"]
    runs = ",\n".join(f"  {json.dumps(run)}" for run in fields["runs"])
    tail = [f' "runs": [\n{runs}\n ]', f' "sha256": {json.dumps(digest.of_json(fields))}']
    return "{\n" + ",\n".join(head + tail) + "\n}\n"


def of(zoo: Zoo, name: str) -> list[Run]:
    """The runs of one name, in the order of their seeds."""
    return sorted((run for run in zoo.runs if run.name == name), key=lambda run: run.seed)


def entry(zoo: Zoo, name: str, beside: str = RIGHT, level: float = LEVEL) -> Entry:
    """The runs of one name beside those of another with the same seeds.

    level: of the interval, as in paired.
    """
    runs = of(zoo, name)
    failed = [run.failed for run in runs if run.failed is not None]
    if failed or not runs:
        return Entry(name, runs, None, None, failed)
    others = {run.seed: run.dev for run in of(zoo, beside) if run.failed is None}
    dev = [run.dev for run in runs]
    pairs = [(run.dev, others[run.seed]) for run in runs if run.seed in others]
    found = paired(*zip(*pairs, strict=True), level) if len(pairs) > 1 else None
    return Entry(name, runs, sum(dev) / len(dev), found, [])


def entries(zoo: Zoo, level: float = LEVEL) -> list[Entry]:
    """The bugs beside the right training: the failing ones last, the others by their mean difference."""
    found = [entry(zoo, bug.name, level=level) for bug in BUGS]
    return sorted(found, key=lambda one: one.paired.mean if one.paired else float("inf"))


def rights(zoo: Zoo) -> list[float]:
    """The losses on names set apart of the right training, in the order of the seeds."""
    return [run.dev for run in of(zoo, RIGHT)]


def stand_out(zoo: Zoo, name: str) -> float:
    """The share of the runs of a name that failed, or ended above every one of the right runs."""
    runs, worst = of(zoo, name), max(rights(zoo))
    return sum(run.failed is not None or run.dev > worst for run in runs) / max(len(runs), 1)


def due(zoo: Zoo, name: str) -> int:
    """How many runs of a name the rule demands: a few where they decide, and otherwise many."""
    return FEW if plain(zoo, name) else MANY


def plain(zoo: Zoo, name: str) -> bool:
    """Whether the first few seeds decide: every run failed, or the gap is large beside the seeds' spread."""
    runs = of(zoo, name)[:FEW]
    if any(run.failed is not None for run in runs):
        return all(run.failed is not None for run in runs)
    right = {run.seed: run.dev for run in of(zoo, RIGHT)}
    gap = sum(run.dev - right[run.seed] for run in runs) / max(len(runs), 1)
    return abs(gap) > PLAIN_GAP * spread(list(right.values()))


def everyone() -> list[str]:
    """All names in the order of the table: the right ones, then the bugs."""
    return [RIGHT, ROUNDED, *(matched(bug) for bug in BUGS if bug.rescales), *(bug.name for bug in BUGS)]
