"""Training runs in files: written whole or not at all, and trusted only when undamaged."""

import io
import os
from pathlib import Path
from pickle import UnpicklingError
from types import ModuleType

import torch

from handgrad.models import mlp
from handgrad.support import digest
from handgrad.support.atomic_files import write_atomically
from handgrad.training.runs import RunError, State

# The first line of a file: what it is, and the sha256 of what follows. The number changes with the format.
HEADER = b"handgrad training run 1 sha256 "


class CheckpointError(RunError):
    """A file does not hold a training run, or cannot be read or written; the message says what to do."""


def save(path: str | os.PathLike, state: State) -> None:
    """Write the state to `path`; whoever reads it sees the old file or the new one, never half of one.

    Raises: CheckpointError if the file cannot be written.
    """
    path = Path(path)
    body = packed(state)
    try:
        write_atomically(path, header(body) + body)
    except OSError as error:
        raise CheckpointError(f"{path}: the training run cannot be saved ({reason(error)})") from error


def load(path: str | os.PathLike, model: ModuleType = mlp) -> State:
    """Read the state that `save` wrote, of a run of this model.

    Raises: CheckpointError if the file is missing, damaged, or something else.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path}: the training run cannot be read ({reason(error)})") from error
    first, _, body = raw.partition(b"\n")
    if not first.startswith(HEADER):
        raise CheckpointError(f"{path}: not a training run of this version; name another file, or train anew")
    if first + b"\n" != header(body):
        raise CheckpointError(f"{path}: the training run is damaged; delete the file and train anew")
    try:
        return unpacked(body, model)
    except (UnpicklingError, RuntimeError, LookupError, TypeError, ValueError, EOFError) as error:
        # Whole, and yet no run of this model: of another one, or of another version of the package or of torch.
        raise CheckpointError(f"{path}: not a training run of this version; train anew") from error


def header(body: bytes) -> bytes:
    """The first line of the file, with its end."""
    return HEADER + digest.of_bytes(body).encode() + b"\n"


def reason(error: OSError) -> str:
    """Why the system refused, in its own words."""
    return (error.strerror or type(error).__name__).lower()


def packed(state: State) -> bytes:
    """The state as torch writes it, in plain dictionaries, so that loading runs no code."""
    fields = {name: value for name, value in state._asdict().items() if name != "model"} | {
        "settings": state.settings._asdict(),
        "params": {name: p.cpu() for name, p in state.params._asdict().items()},
        "statistics": state.statistics and {k: v.cpu() for k, v in state.statistics._asdict().items()},
    }
    buffer = io.BytesIO()
    torch.save(fields, buffer)
    return buffer.getvalue()


def unpacked(body: bytes, model: ModuleType) -> State:
    """The state out of what `packed` wrote."""
    fields = torch.load(io.BytesIO(body), map_location="cpu", weights_only=True)
    return State(**fields | {
        "settings": model.Settings(**fields["settings"]),
        "params": model.Parameters(**fields["params"]),
        "statistics": fields["statistics"] and model.Statistics(**fields["statistics"]),
        "model": model,
    })
