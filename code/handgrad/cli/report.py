"""What a teacher collects: the results of `handgrad check --json`, without anything of the reader's machine.

The form of the document is `report.schema.json`, beside this file; `version` counts its changes.
"""

from pathlib import Path

from handgrad import __version__
from handgrad.cli import progress_file
from handgrad.cli.progress_file import Record
from handgrad.exercises.entry import Entry
from handgrad.support import digest

VERSION = 1
SCHEMA = Path(__file__).with_name("report.schema.json")


def document(work: Path, results: list[tuple[Entry, object]], record: Record) -> dict:
    """The report on these checks."""
    # Here and not at the top, since it is slow to load. It names its build, such as 2.13.0+cu130; pip's record may not.
    import torch

    return {
        "report": "handgrad check",
        "version": VERSION,
        "handgrad": __version__,
        "torch": torch.__version__,
        "time": progress_file.now(),
        "work": work.resolve().name,
        "checked": len(results),
        "agree": sum(verdict.status == "right" for _, verdict in results),
        "exercises": [one(work, entry, verdict, record) for entry, verdict in results],
    }


def one(work: Path, entry: Entry, verdict, record: Record) -> dict:
    """The report on one exercise."""
    known = record.of(entry.name)
    return {
        "name": entry.name,
        "chapter": entry.chapter,
        "kind": entry.kind,
        "status": verdict.status,
        "sentence": anonymous(verdict.sentence, work),
        "attempts": known.attempts,
        "first_passed": known.first_passed or None,
        "sha256": of_answers(work / f"{entry.stem}.py"),
    }


def anonymous(sentence: str, work: Path) -> str:
    """A sentence without the paths of this machine: the work folder by its name, the home folder as ~."""
    folder = work.resolve()
    for path, instead in ((str(folder), folder.name), (str(work), work.name), (str(Path.home()), "~")):
        # A short path, such as / or ., would be found inside words.
        if len(path) > 2:
            sentence = sentence.replace(path, instead)
    return sentence


def of_answers(file: Path) -> str | None:
    """The sha256 of an answer file, or nothing where there is none."""
    try:
        return digest.of_file(file)
    except OSError:
        return None


def listing(entries, record: Record) -> dict:
    """What `handgrad list --json` prints."""
    fields = ("number", "name", "chapter", "section", "kind", "title", "difficulty", "importance", "minutes")
    return {
        "report": "handgrad list",
        "version": VERSION,
        "handgrad": __version__,
        "exercises": [
            {field: getattr(each, field) for field in fields} | {"state": record.of(each.name).state}
            for each in entries
        ],
    }
