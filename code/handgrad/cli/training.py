"""What `handgrad train` and `handgrad sample` do."""

import os
from pathlib import Path

import click
import torch
from rich.console import Console

from handgrad.cli.exercises import INTERRUPTED
from handgrad.data import names
from handgrad.models.method import Method
from handgrad.speed import rungs
from handgrad.training import checkpoint, evaluation, generate, loop, progress
from handgrad.training.runs import Settings, State, begin, require_same_run, trained


def train(names_file: Path | None, out: Path, resume: bool, chosen: dict, rung: str | None = None) -> None:
    """Train, save, and print the losses.

    rung: the name of the way to take a step; None takes the fastest that needs no compiler.
    Raises: as names.load, checkpoint.load and training.train; ClickException if `out` cannot be used.
    """
    require_place(out, resume)
    method = method_of(rung)
    data = names.load(names_file)
    state = start(data, out, resume, chosen)
    # The setting is the whole program's, and this is the program. For small matrices one thread is fastest.
    torch.set_num_threads(1)
    try:
        with progress.shown(state.settings, state.step, Console(stderr=True)) as tell:
            state = loop.train(data, state.settings, state, tell, lambda s: checkpoint.save(out, s), method)
    except KeyboardInterrupt:
        if not out.exists():
            raise
        click.echo(f"Stopped after step {checkpoint.load(out).step:,}. Go on with:\n"
                   f"    handgrad train --resume --out {out}", err=True)
        raise SystemExit(INTERRUPTED) from None
    for name, loss in evaluation.losses(trained(state), data).items():
        click.echo(f"{name:5} loss {loss:.4f}")
    click.echo(f"The network is in {out}; `handgrad sample --model {out}` makes up names with it.")


def method_of(rung: str | None) -> Method | None:
    """The way of a rung to take a step, or None for training's own choice.

    Raises: BadParameter if there is no such rung, or it cannot be used here.
    """
    try:
        return rungs.find(rung).method if rung else None
    except rungs.RungError as error:
        raise click.BadParameter(str(error), param_hint="--rung") from error


def require_place(out: Path, resume: bool) -> None:
    """Refuse to train for minutes towards a file that cannot be written, or is somebody's work.

    Raises: ClickException.
    """
    if out.is_dir():
        raise click.ClickException(f"{out} is a folder; name a file in it")
    if not out.absolute().parent.is_dir():
        raise click.ClickException(f"{out}: its folder does not exist; make it first")
    if not os.access(out.absolute().parent, os.W_OK):
        raise click.ClickException(f"{out}: its folder cannot be written; choose another place with --out")
    if out.exists() and not resume:
        raise click.ClickException(f"{out} exists; go on with it by --resume, or choose another with --out")


def start(data: names.Data, out: Path, resume: bool, chosen: dict) -> State:
    """The state to go on from: that of the file when resuming, a fresh one otherwise.

    Raises: as checkpoint.load; ClickException if the saved run was made with other settings or names.
    """
    if not resume:
        return begin(data, Settings(**chosen))
    state = checkpoint.load(out)
    try:
        require_same_run(state, data, state.settings._replace(**chosen))
    except ValueError as error:
        raise click.ClickException(f"{out}: {error}") from error
    return state


def sample(file: Path, count: int, seed: int) -> list[str]:
    """Names out of the network in a file.

    Raises: as checkpoint.load; ClickException if its training is not finished.
    """
    try:
        network = trained(checkpoint.load(file))
    except checkpoint.CheckpointError:
        raise
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}, with `handgrad train --resume --out {file}`") from error
    return generate.names(network, count, torch.Generator().manual_seed(seed))
