"""What the reader tried and passed, kept in the work folder, so that it moves with the answers it speaks of."""

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from handgrad.cli.work_folder import MARK
from handgrad.support import digest
from handgrad.support.atomic_files import write_atomically

FORMAT = 1
NAME = "progress.json"
# How long one command waits for another to finish writing; it writes for milliseconds.
WAIT = 5.0
# How many damaged records are kept; each is some kilobytes that nobody may ever look at.
DAMAGED = 3


class Progress(NamedTuple):
    """What is known of one exercise.

    answer: the hash of the text that was checked last. hints: which were shown, by their place in the definition.
    seen: what the last check said, for the choice of a hint.
    """

    attempts: int = 0
    status: str = ""
    first_passed: str = ""
    answer: str = ""
    hints: tuple[int, ...] = ()
    seen: str = ""

    @property
    def state(self) -> str:
        """passed, tried or new."""
        return "passed" if self.status == "right" else "tried" if self.attempts else "new"


class Record(NamedTuple):
    """The progress in each exercise by name, and a sentence if something stood in the way."""

    entries: dict[str, Progress]
    warning: str = ""

    def of(self, name: str) -> Progress:
        """The progress in an exercise, none if it was never checked."""
        return self.entries.get(name, Progress())


def load(work: Path) -> Record:
    """What the folder keeps; a damaged file is set aside and said so."""
    file = work / MARK / NAME
    try:
        return Record(parse(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Record({})
    except OSError as error:
        return Record({}, f"The record of your progress cannot be read ({error.strerror}).")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Record({}, set_aside(file))


def parse(text: str) -> dict[str, Progress]:
    """The progress in each exercise.

    Raises: ValueError, TypeError, KeyError or AttributeError if it is no record of ours.
    """
    document = json.loads(text)
    if document.get("format") != FORMAT:
        raise ValueError("another format")
    found = {}
    for name, fields in document["exercises"].items():
        known = found[name] = Progress(**fields | {"hints": tuple(map(int, fields["hints"]))})
        if any(type(value) is not type(default) for value, default in zip(known, Progress(), strict=True)):
            raise TypeError("a field of another type")
    return found


def set_aside(file: Path) -> str:
    """Rename a damaged record, so that nothing of it is lost, and say so."""
    aside = file.with_name(f"damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.json")
    try:
        file.rename(aside)
    except OSError as error:
        return f"The record of your progress is damaged and cannot be moved away ({error.strerror})."
    said = f"The record of your progress was damaged; it is now {MARK}/{aside.name}, and a new one begins."
    return said + thin_out(file.parent)


def thin_out(folder: Path) -> str:
    """Delete damaged records but for the newest, and say so; their names hold the time, and so their order."""
    old = sorted(folder.glob("damaged-*.json"))[:-DAMAGED]
    for path in old:
        with contextlib.suppress(OSError):
            path.unlink()
    return f" Of such files the newest {DAMAGED} are kept, and older ones were deleted." if old else ""


def update(work: Path, name: str, change) -> Record:
    """Change the progress in one exercise and write the record whole; other commands wait for their turn.

    change: a function from the old progress to the new. Where the folder cannot be written the result holds the
    change, and a sentence.
    """
    # Here and not at the top: --help needs none of it.
    from filelock import FileLock, Timeout

    try:
        (work / MARK).mkdir(exist_ok=True)
        with FileLock(work / MARK / "lock", timeout=WAIT):
            record = load(work)
            record.entries[name] = change(record.of(name))
            write(work / MARK / NAME, record.entries)
            return record
    except Timeout:
        reason = "another command is writing it"
    except OSError as error:
        reason = error.strerror or type(error).__name__
    record = load(work)
    record.entries[name] = change(record.of(name))
    return record._replace(warning=f"Your progress could not be kept ({reason}); the check itself is not affected.")


def write(file: Path, entries: dict[str, Progress]) -> None:
    """Write the record."""
    document = {"format": FORMAT, "exercises": {name: each._asdict() for name, each in sorted(entries.items())}}
    write_atomically(file, json.dumps(document, indent=1).encode())


def checked(work: Path, verdict, text: str) -> Record:
    """Note the result of a check. A text that was checked before is no new attempt, nor is the stub."""
    answer = digest.of_bytes(text.encode("utf-8", "surrogateescape"))

    def change(old: Progress) -> Progress:
        new = verdict.status != "unwritten" and answer != old.answer
        return old._replace(
            attempts=old.attempts + new, status=verdict.status, answer=answer,
            first_passed=old.first_passed or (now() if verdict.status == "right" else ""),
            seen=f"{verdict.sentence}\n{verdict.trace}"[:2000] if verdict.status != "unwritten" else old.seen,
        )

    return update(work, verdict.name, change)


def now() -> str:
    """The time, in UTC, to the second."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
