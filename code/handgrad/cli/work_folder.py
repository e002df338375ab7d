"""The work folder: where the reader writes, how it is found, and how it is laid out."""

import os
from pathlib import Path

from handgrad.exercises import listing, sources

VARIABLE = "HANDGRAD_WORK"
# What makes a folder a work folder; the record of what was tried lies in it.
MARK = ".handgrad"
NONE = (
    "there is no work folder here: lay one out with `handgrad init DIR`, then run the commands inside it "
    f"(or name it with --work or {VARIABLE})"
)


class WorkError(Exception):
    """The work folder cannot be found, used or laid out; the message says what to do."""


def find(chosen: Path | None = None) -> Path:
    """The work folder: the chosen one, else the one that this folder lies in, else that of the clone.

    Raises: WorkError if there is none, or the chosen one is no folder or belongs to the installed package.
    """
    named = chosen or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named:
        return usable(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / MARK).is_dir():
            return usable(folder)
    if sources.CLONE.is_dir():
        return sources.CLONE
    raise WorkError(NONE)


def usable(folder: Path) -> Path:
    """The folder, if answers can lie there.

    Raises: WorkError.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise WorkError(f"the work folder {folder} {what}; lay one out with `handgrad init DIR`")
    refuse_package(folder)
    return folder


def refuse_package(folder: Path) -> None:
    """Keep the reader's work out of the installed package, where the next update would delete it.

    Raises: WorkError.
    """
    if sources.INSTALLED.is_dir() and folder.resolve().is_relative_to(sources.PACKAGE):
        raise WorkError(f"{folder} belongs to the installed package; lay out a folder with `handgrad init DIR`")


def lay_out(folder: Path) -> list[str]:
    """Make a work folder, or add to one what it lacks, and return what was written.

    Raises: WorkError if the folder holds something else or cannot be written.
    """
    refuse_package(folder)
    refuse_foreign(folder)
    try:
        (folder / MARK).mkdir(parents=True, exist_ok=True)
        added = [add(folder / name, text) for name, text in contents().items()]
    except OSError as error:
        raise WorkError(f"{folder} cannot be written ({error.strerror}); choose another place") from error
    return [text for text in added if text]


def refuse_foreign(folder: Path) -> None:
    """Leave a folder alone that holds somebody else's files.

    Raises: WorkError.
    """
    if folder.exists() and not folder.is_dir():
        raise WorkError(f"{folder} is a file; name a folder")
    inside = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    if inside and MARK not in inside:
        shown = ", ".join(inside[:3]) + (" …" if len(inside) > 3 else "")
        raise WorkError(f"{folder} is not empty ({shown}); name a new folder, or an empty one")


def contents() -> dict[str, str]:
    """The files of a work folder, as they are before the reader writes."""
    stems = dict.fromkeys(entry.stem for entry in listing.entries())
    return {"README.txt": README} | {f"{stem}.py": sources.stubs(stem) for stem in stems}


def add(path: Path, text: str) -> str:
    """Write a file if it is not there, add the functions that it lacks if it is, and say which."""
    if not path.exists():
        path.write_text(text, encoding="utf-8")
        return path.name
    if path.suffix != ".py":
        return ""
    mine = sources.read(path)
    lacking = [each for each in listing.entries() if each.stem == path.stem and not sources.where(mine, each.name)]
    if lacking:
        sources.write(path, sources.with_stubs(mine, lacking))
    return f"{path.name} ({', '.join(each.name for each in lacking)})" if lacking else ""


README = """\
Exercises of the book Backprop by Hand

Each file here belongs to a chapter. Every function in it is an exercise: its docstring says what it must
return. Put your lines in the place of `raise NotImplementedError`, save, and check. Gradients are to be
found by hand: a check switches autograd off.

    handgrad watch           checks whenever you save, and goes on to the next
    handgrad list            all exercises, and which ones you have passed
    handgrad check NAME      checks one; NAME is the function's name or its number
    handgrad hint NAME       a hint, one more each time
    handgrad solution NAME   a solution, once yours has passed
    handgrad reset NAME      puts the function back as it came, and keeps what you wrote in a copy

Run the commands in this folder. The folder .handgrad holds the record of what you tried.
"""
