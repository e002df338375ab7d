"""The stored training run: what was measured along 200,000 steps, and the network that came out.

`code/tools/record_training.py` makes the files, in data/. A record says from which names, with which settings
and versions it was made, and carries a sha256 of all it says; the network's file is named by its own.
"""

import json
from pathlib import Path
from typing import NamedTuple

import torch

from handgrad.data.names import Data
from handgrad.support import digest
from handgrad.support.folders import CLONE
from handgrad.training import checkpoint
from handgrad.training.evaluation import Trained
from handgrad.training.runs import Settings, State, fingerprint, trained

DATA = CLONE / "data"
RECORD, NETWORK = "training.json", "training.handgrad"
MAKER = "python code/tools/record_training.py"
# What the notebook printed after the same exercise, rounded.
PRINTED = {"train": 2.0705, "dev": 2.1099}


class Record(NamedTuple):
    """What `record_training.py` wrote down.

    names: file, number and sha256 of the names, and the fingerprint that runs makes of them;
    made_with: version of torch, its kernels, and the threads; settings: those of the run;
    means, stds: of the losses of the minibatches, a number for each block of `block` steps;
    evaluated: step, and the loss on train and dev at that step, with calibrated statistics;
    losses: at the end, on train, dev and test; running: the same, with running statistics, by momentum;
    other_gains: the same, of runs that differ in gain_seed alone, by that seed;
    samples: names drawn from the network with `sample_seed`; network: the sha256 of its file, or nothing.
    """

    names: dict[str, object]
    made_with: dict[str, object]
    settings: dict[str, object]
    block: int
    means: list[float]
    stds: list[float]
    evaluated: list[dict[str, float]]
    losses: dict[str, float]
    running: dict[str, dict[str, float]]
    other_gains: dict[str, dict[str, float]]
    sample_seed: int
    samples: list[str]
    network: str


def names_of(file: Path, data: Data) -> dict[str, object]:
    """Where the names of a training come from, for its record."""
    return {"file": file.name, "count": len(data.words), "sha256": digest.of_file(file),
            "fingerprint": fingerprint(data)}


def made_with(**more: object) -> dict[str, object]:
    """What a training was made with, for its record."""
    return {"torch": torch.__version__, "threads": 1, **more, "kernels": torch.backends.cpu.get_cpu_capability()}


class RecordError(ValueError):
    """A stored run cannot be read or used; the message says what to do."""


def load(file: str = RECORD) -> Record:
    """Read a record out of data/.

    Raises: RecordError if the file is missing, damaged, or changed by hand.
    """
    fields = parsed(DATA / file)
    stored = fields.pop("sha256", None)
    if set(fields) != set(Record._fields) or stored != digest.of_json(fields):
        raise RecordError(f"data/{file} is not as it was recorded; fetch it again, or run {MAKER}")
    return Record(**fields)


def parsed(path: Path, maker: str = MAKER) -> dict:
    """The JSON of a file that the script `maker` has made.

    Raises: RecordError.
    """
    try:
        fields = json.loads(path.read_bytes())
    except OSError as error:
        raise RecordError(
            f"data/{path.name} cannot be read; it is in the book's repository, not in an installed package"
        ) from error
    except ValueError as error:
        raise RecordError(f"data/{path.name} is no JSON; fetch it again, or run {maker}") from error
    return fields if isinstance(fields, dict) else {}


def text(record: Record) -> str:
    """The file of a record: one field a line, and its digest."""
    fields = record._asdict()
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in
             [*fields.items(), ("sha256", digest.of_json(fields))]]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def state(record: Record, path: Path | None = None) -> State:
    """The last state of the recorded run.

    Raises: RecordError if the file is not the one that the record names; as checkpoint.load.
    """
    path = path or DATA / NETWORK
    found = checkpoint.load(path)
    if digest.of_file(path) != record.network:
        raise RecordError(f"{path.name} is not the network of this record; run {MAKER}")
    return found


def network(record: Record, path: Path | None = None) -> Trained:
    """The network of the recorded run, trained and calibrated.

    Raises: as state.
    """
    return trained(state(record, path))


def settings(record: Record) -> Settings:
    """The settings of the recorded run."""
    return Settings(**record.settings)
