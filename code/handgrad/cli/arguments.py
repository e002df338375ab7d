"""What the exercise commands have in common: names, the work folder, the options."""

from pathlib import Path

import click

from handgrad.cli import layout, progress_file
from handgrad.cli import work_folder as folders
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
    help=f"The work folder.  [default: {folders.VARIABLE}, else the one you are in, else the clone's exercises/]",
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
        folder = folders.find(chosen)
    except folders.WorkError as error:
        raise Refused(str(error)) from error
    left = folders.left_behind() if folders.is_of_clone(folder) else []
    if left:
        click.echo(f"Answers are looked for in exercises/; code/exercises still holds {', '.join(left)}.", err=True)
    return folder


def complete_folder(chosen: Path | None) -> Path:
    """The work folder, with the files that the clone's own one lacks.

    Raises: Refused if there is none, or it cannot be written.
    """
    folder = work_folder(chosen)
    try:
        added = layout.complete(folder)
    except folders.WorkError as error:
        raise Refused(str(error)) from error
    if added:
        click.echo(f"Added to {folders.shown(folder)}: {', '.join(added)}.", err=True)
    return folder


def warn(record: progress_file.Record) -> progress_file.Record:
    """Say what stood in the way of the record, if anything did."""
    if record.warning:
        click.echo(record.warning, err=True)
    return record
