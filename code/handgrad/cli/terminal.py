"""What the commands print: tables and colour on a terminal, plain lines elsewhere."""

import re
import sys
from collections.abc import Iterable
from contextlib import suppress

from rich.box import SIMPLE
from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from handgrad.cli.progress_file import Record
from handgrad.exercises.entry import Entry, Hint
from handgrad.exercises.hints import plain

# Wide enough for every line of ours; a file or a pipe has no edge at which to break.
UNBROKEN = 500
# What a terminal would obey instead of showing; tabs and line ends stay.
CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
KINDS = {"code": "write", "bug": "find the bug", "further": "go further"}
COLOURS = {"passed": "green", "tried": "yellow", "new": ""}


def console() -> Console:
    """The console for standard output."""
    # A terminal without UTF-8 gets a question mark for a sign it lacks, and the command goes on.
    with suppress(AttributeError, ValueError):
        sys.stdout.reconfigure(errors="replace")
    made = Console(highlight=False, markup=False, emoji=False)
    return made if made.is_terminal else Console(highlight=False, markup=False, emoji=False, width=UNBROKEN)


def clean(text: str) -> str:
    """A text of the reader's, or of Python's, without what would steer the terminal."""
    return CONTROL.sub("", text.replace("\r\n", "\n"))


def overview(entries: Iterable[Entry], record: Record) -> Table:
    """The table of `handgrad list`."""
    # Narrow enough for a terminal of 80 columns.
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for head in ("#", "name", "chapter", "kind", "level", "min", "state"):
        table.add_column(head, justify="right" if head in ("#", "min") else "left", no_wrap=head == "name")
    for each in entries:
        state = record.of(each.name).state
        table.add_row(
            str(each.number), each.name, each.chapter, KINDS.get(each.kind, each.kind), f"{each.difficulty} of 5",
            str(each.minutes), Text(state, COLOURS[state]),
        )
    return table


def comparison(verdict) -> Table:
    """The notebook's table: exact, approximate, maxdiff."""
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    for head in ("name", "exact", "approximate", "maxdiff"):
        table.add_column(head)
    for row in verdict.rows:
        marks = (Text(str(mark), "green" if mark else "red" * (not row.agrees)) for mark in (row.exact, row.agrees))
        table.add_row(f"{row.prefix}{row.name}", *marks, f"{row.maxdiff:.1e}")
    return table


def verdict(out: Console, found, read: str) -> None:
    """The result of one check. read: the place in the book, as the reader can open it."""
    out.print(Text(found.name, "bold"))
    if found.output:
        out.print(Text("Your code printed:", "dim"))
        out.print(Text(clean(found.output).rstrip("\n")))
    if found.rows:
        out.print(comparison(found))
    for line in without_number(found):
        out.print(Text(clean(line)))
    good = found.status == "right"
    out.print(Text(clean(found.sentence), "green" if good else "" if found.status == "unwritten" else "red"))
    for extra in filter(None, (found.trace, picture_beside(found))):
        out.print(Text(clean(extra).rstrip("\n")))
    if not good and found.status != "unwritten":
        out.print(Text(f"Read {read}, or ask for a hint: handgrad hint {found.name}", "dim"))


def picture_beside(found) -> str:
    """The picture, without its first line where the sentence says the same."""
    words, _, drawing = found.picture.partition("\n")
    return drawing if words.replace(": ", ", ").rstrip(".") in found.sentence else found.picture


def without_number(found) -> Iterable[str]:
    """What is wrong with values whose shape or type leaves no number to show, beyond the sentence; the same once."""
    alike = {}
    for row in found.rows:
        # The sentence speaks of a shape in words of its own.
        told = row.problem.rpartition("has shape ")[2]
        if row.maxdiff != row.maxdiff and told not in found.sentence:
            name = f"{row.prefix}{row.name}"
            alike.setdefault(row.problem.removeprefix(name), []).append(name)
    for problem, names in alike.items():
        yield f"{names[0]}{problem}" if len(names) == 1 else f"Each of {', '.join(names)}{problem}"


def code(out: Console, text: str) -> None:
    """Python, in colours on a terminal."""
    if out.is_terminal and not out.no_color:
        out.print(Syntax(text, "python", background_color="default", theme="ansi_dark"))
    else:
        out.print(Text(text.rstrip("\n")))


def hint(out: Console, one: Hint) -> None:
    """One hint under the error that it is for."""
    out.print(Text(plain(one.when), "bold"))
    out.print(Text(plain(one.text)))
    out.print()
