"""The exercise commands of `handgrad`: what each takes, and what it says."""

import json
from pathlib import Path

import click

from handgrad.cli import progress_file as kept
from handgrad.cli import work_folder as place
from handgrad.exercises import listing

# What a shell reports for a program that Ctrl-C stopped.
INTERRUPTED = 130


class Refused(click.ClickException):
    """Nothing was checked, since what was asked for cannot be done."""

    exit_code = 2


class Name(click.ParamType):
    """The name of an exercise, or its number in `handgrad list`; `files`: or a file, for all of its exercises."""

    name = "name"

    def __init__(self, files: bool = False):
        self.files = files

    def convert(self, value, param, ctx):
        try:
            return listing.find_all(value) if self.files else listing.find(value)
        except listing.UnknownExercise as error:
            self.fail(str(error), param, ctx)

    def shell_complete(self, ctx, param, incomplete):
        words = [each.name for each in listing.entries()] + (listing.files() if self.files else [])
        return [click.shell_completion.CompletionItem(word) for word in words if word.startswith(incomplete)]


ONE, SOME = Name(), Name(files=True)
work_option = click.option(
    "--work", type=click.Path(path_type=Path), metavar="DIR",
    help=f"The work folder.  [default: {place.VARIABLE}, else the one you are in, else the clone's code/exercises]",
)
limit_option = click.option(
    "--limit", metavar="SECONDS", type=click.FloatRange(min=0, min_open=True),
    help="Stop an answer that runs longer.  [default: 10]",
)


def work_folder(chosen: Path | None) -> Path:
    """The work folder.

    Raises: Refused if there is none.
    """
    try:
        return place.find(chosen)
    except place.WorkError as error:
        raise Refused(str(error)) from error


def warn(record: kept.Record) -> kept.Record:
    """Say what stood in the way of the record, if anything did."""
    if record.warning:
        click.echo(record.warning, err=True)
    return record


def dump(document: dict) -> None:
    """Print one JSON document."""
    click.echo(json.dumps(document, indent=1))


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Lay out a folder in which to do the exercises.

    DIR must be new or empty. In a work folder that is already there, what is missing is added, and what you
    wrote stays as it is.

    \b
    Example:
        handgrad init my-gradients
        cd my-gradients
        handgrad watch
    """
    try:
        added = place.lay_out(folder)
    except place.WorkError as error:
        raise Refused(str(error)) from error
    click.echo(f"Added to {folder}: {', '.join(added)}." if added else f"Nothing was missing in {folder}.")
    click.echo(f"Next:\n    cd {folder}\n    handgrad watch")


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
        record = warn(kept.load(place.find(work)))
    except place.WorkError as error:
        if work:
            raise Refused(str(error)) from error
        record = kept.Record({})
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

    folder = work_folder(work)
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
    is kept.

    \b
    Example:
        handgrad watch
    """
    from handgrad.cli import checks, terminal
    from handgrad.cli import watch as watching

    folder = work_folder(work)
    watcher = watching.Watch(folder, terminal.console(), lambda each: checks.one(folder, each, limit), start)
    try:
        watcher.run(watching.changes(folder))
    except KeyboardInterrupt:
        click.echo(f"Stopped: {watcher.progress()} `handgrad watch` goes on from there.")
        raise SystemExit(INTERRUPTED) from None
    if not folder.is_dir():
        raise Refused(f"the work folder {folder} is gone; lay one out with `handgrad init DIR`")
