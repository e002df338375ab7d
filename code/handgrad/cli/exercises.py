"""The exercise commands of `handgrad`: what each takes, and what it says."""

import json
from pathlib import Path

import click

from handgrad.cli import layout, progress_file
from handgrad.cli import work_folder as folders
from handgrad.cli.arguments import (
    INTERRUPTED,
    ONE,
    SOME,
    Refused,
    complete_folder,
    limit_option,
    warn,
    work_option,
)
from handgrad.exercises import listing


def dump(document: dict) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(document, indent=1))


@click.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), required=False)
def init(folder: Path | None) -> None:
    """Lay out a folder in which to do the exercises.

    DIR must be new or empty. In a work folder that is already there, what is missing is added, and what you
    wrote stays as it is. In a clone DIR may be left out: its exercises/ is meant.

    \b
    Example:
        handgrad init my-gradients
        cd my-gradients
        handgrad watch
    """
    if folder is None and folders.of_clone() is None:
        raise click.MissingParameter(param_hint="'DIR'", param_type="argument")
    try:
        folder = folder or folders.find_of_clone()
        added = layout.lay_out(folder)
    except folders.WorkError as error:
        raise Refused(str(error)) from error
    shown = folders.shown(folder)
    click.echo(f"Added to {shown}: {', '.join(added)}." if added else f"Nothing was missing in {shown}.")
    click.echo(f"Next:\n    cd {shown}\n    handgrad watch")


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program.")
@work_option
def list_exercises(as_json: bool, work: Path | None) -> None:
    """All exercises, and which of them you have passed.

    The number before a name can stand for the name in the other commands. Without a work folder every
    exercise is new.

    \b
    Example:
        handgrad list
    """
    from handgrad.cli import answer_places, report, terminal

    try:
        record = warn(progress_file.load(folders.find(work)))
    except folders.WorkError as error:
        if work or folders.of_clone():
            raise Refused(str(error)) from error
        record = progress_file.Record({})
    if as_json:
        return dump(report.listing(listing.entries(), record))
    out = terminal.console()
    out.print(terminal.overview(listing.entries(), record))
    out.print(answer_places.progress(listing.entries(), record))


@click.command()
@click.argument("chosen", metavar="[NAME]...", type=SOME, nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for a teacher or a program.")
@limit_option
@work_option
def check(chosen: tuple, as_json: bool, limit: float | None, work: Path | None) -> None:
    """Check your answers.

    NAME is the name of the function that you wrote, its number in `handgrad list`, or a file, for all that is in
    it. Without a name all exercises are checked, in the order of the chapters.

    The exit status is 0 if everything that was checked agrees, 1 if not, and 2 if nothing could be checked.

    \b
    Examples:
        handgrad check dcounts_of_probs
        handgrad check softmax.py
        handgrad check --json > my-report.json
    """
    from handgrad.cli import checks

    folder = complete_folder(work)
    entries = tuple(dict.fromkeys(each for group in chosen for each in group)) or listing.entries()
    try:
        right = checks.run(folder, entries, limit, dump if as_json else None, warn)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        raise SystemExit(INTERRUPTED) from None
    raise SystemExit(0 if right else 1)


@click.command()
@click.argument("start", metavar="[NAME]", type=ONE, required=False)
@limit_option
@work_option
def watch(start, limit: float | None, work: Path | None) -> None:
    """Check whenever you save, and go on after a pass.

    Begins with NAME, or with the first exercise that has not passed, and says where to write; after a pass the
    next one is at hand. When you save another exercise instead, that one is checked. Ctrl-C stops; your progress
    is progress_file.

    \b
    Example:
        handgrad watch
    """
    from handgrad.cli import checks, terminal
    from handgrad.cli import watch as watching

    folder = complete_folder(work)
    watcher = watching.Watch(folder, terminal.console(), lambda each: checks.one(folder, each, limit), start)
    try:
        watcher.run(watching.changes(folder))
    except KeyboardInterrupt:
        click.echo(f"Stopped: {watcher.progress()} `handgrad watch` goes on from there.")
        raise SystemExit(INTERRUPTED) from None
    if not folder.is_dir():
        raise Refused(f"the work folder {folder} is gone; lay one out with `handgrad init DIR`")
