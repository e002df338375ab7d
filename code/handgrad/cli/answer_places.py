"""Where an answer lies in a work folder, where to read about it, and which comes next."""

from pathlib import Path

from handgrad.cli.progress_file import Record
from handgrad.cli.work_folder import shown
from handgrad.exercises import sources
from handgrad.exercises.entry import Entry
from handgrad.support.folders import CLONE

# A built site of the clone, if there is one.
SITE = CLONE / "_build" / "html"


def file_of(work: Path, entry: Entry) -> Path:
    """The file in which the reader answers."""
    return work / f"{entry.stem}.py"


def text_of(work: Path, entry: Entry) -> str:
    """The text of the reader's function, or of the whole file if it is not found there, or nothing."""
    try:
        text = sources.read(file_of(work, entry))
    except OSError:
        return ""
    return sources.answer(text, entry)


def line_of(work: Path, entry: Entry) -> int:
    """The line on which the reader's function begins, from 1, or 1 if it is not found."""
    try:
        place = sources.where(sources.read(file_of(work, entry)), entry.name)
    except OSError:
        place = None
    return place[0] + 1 if place else 1


def page(place: str) -> str:
    """Where CHAPTER#ANCHOR lies in the book: in the site built here, else in any."""
    chapter, mark, anchor = place.partition("#")
    built = SITE / "book" / f"{chapter}.html"
    name = shown(built) if built.is_file() else f"book/{chapter}.html"
    return f"{name}{mark}{anchor}"


def to_do(entries: tuple[Entry, ...], record: Record, after: Entry | None = None) -> Entry | None:
    """The next exercise that has not passed: after the one named, then from the beginning, or None."""
    start = after.number if after else 0
    return next((e for e in (*entries[start:], *entries[:start]) if record.of(e.name).state != "passed"), None)


def progress(entries: tuple[Entry, ...], record: Record) -> str:
    """How many have passed."""
    return f"{sum(record.of(each.name).state == 'passed' for each in entries)} of {len(entries)} passed."
