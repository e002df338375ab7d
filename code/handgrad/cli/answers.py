"""The commands for a reader who is stuck: a hint, the solution, the stub put back."""

from pathlib import Path

import click

from handgrad.cli import answer_places, progress_file
from handgrad.cli.arguments import ONE, SOME, complete_folder, warn, work_folder, work_option
from handgrad.exercises import sources


@click.command()
@click.argument("entry", metavar="NAME", type=ONE)
@click.option("--all", "every", is_flag=True, help="Show all hints at once.")
@work_option
def hint(entry, every: bool, work: Path | None) -> None:
    """Show a hint, one more each time.

    Hints are headed by the error that they help with. Those for what your last check said come first.

    \b
    Example:
        handgrad hint dcounts_of_probs
    """
    from handgrad.cli import terminal
    from handgrad.exercises import hints

    folder = complete_folder(work)
    known = warn(progress_file.load(folder)).of(entry.name)
    order = [entry.hints.index(each) for each in hints.in_order(entry.hints, known.seen)]
    new = [number for number in order if number not in known.hints][:1]
    shown = (*known.hints, *new)
    out = terminal.console()
    # With nothing new left, all come once more.
    for number in order if every else new or shown:
        terminal.hint(out, entry.hints[number])
    if new and not every:
        warn(progress_file.update(folder, entry.name, lambda old: old._replace(hints=shown)))
    left = 0 if every else len(entry.hints) - len(shown)
    more = f"{left} more: the same command again." if left else f"These are all; see handgrad solution {entry.name}."
    out.print(more)


@click.command()
@click.argument("entry", metavar="NAME", type=ONE)
@click.option("--show-me", is_flag=True, help="Show it although yours has not passed.")
@work_option
def solution(entry, show_me: bool, work: Path | None) -> None:
    """Show a solution, once yours has passed.

    Yours may be as good: what counts is that it agrees.

    \b
    Example:
        handgrad solution dcounts_of_probs --show-me
    """
    from handgrad.cli import terminal

    # Who asks for it anyway needs no work folder.
    if not show_me and not warn(progress_file.load(work_folder(work))).of(entry.name).first_passed:
        raise click.ClickException(
            f"{entry.name} has not passed yet; `handgrad solution {entry.name} --show-me` shows a solution anyway"
        )
    terminal.code(terminal.console(), sources.solution(entry))


@click.command()
@click.argument("entries", metavar="NAME", type=SOME)
@work_option
def reset(entries: tuple, work: Path | None) -> None:
    """Put an exercise back as it came, and keep what you wrote.

    NAME is a function, its number, or a file, for all of the file; of a function the rest of its file stays.
    What the file held before is kept in a copy beside it, whose name is printed.

    \b
    Examples:
        handgrad reset dcounts_of_probs
        handgrad reset softmax.py
    """
    folder = complete_folder(work)
    file, names = answer_places.file_of(folder, entries[0]), ", ".join(entry.name for entry in entries)
    try:
        before = sources.read(file) if file.exists() else ""
        after = sources.put_back(before, entries)
        if before == after:
            return click.echo(f"Nothing to do: {file.name} holds {names} as it came.")
        copy = sources.keep(file) if file.exists() else None
        sources.write(file, after)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be put back ({error.strerror}); nothing was lost") from error
    for entry in entries:
        record = progress_file.update(folder, entry.name, lambda old: old._replace(status="unwritten"))
    warn(record)
    click.echo(f"Put back in {file.name}: {names}.")
    if copy:
        click.echo(f"What the file held before is in {copy}.")
    if not sources.is_python(after):
        click.echo(f"The rest has a syntax error: `handgrad reset {file.name}` puts back the whole file.", err=True)
