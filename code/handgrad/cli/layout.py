"""Laying out a work folder: the files of stubs, made from the solutions, and what to do with them."""

from pathlib import Path

from handgrad.cli import work_folder
from handgrad.exercises import listing, sources

ABOUT = "README.txt"
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


def lay_out(folder: Path) -> list[str]:
    """Make a work folder, or add to one what it lacks, and return what was written.

    Raises: WorkError if the folder holds something else or cannot be written.
    """
    work_folder.refuse_package(folder)
    if not work_folder.is_of_clone(folder):
        refuse_foreign(folder)
    return written(folder, names())


def complete(folder: Path) -> list[str]:
    """Add the files that the clone's work folder lacks, and return their names; any other folder stays as it is.

    A file that the reader gave another name is left to them, and a check says so.
    Raises: WorkError if the folder cannot be written.
    """
    if not work_folder.is_of_clone(folder):
        return []
    missing = [name for name in names() if not (folder / name).exists() and not renamed(folder / name)]
    return written(folder, missing) if missing else []


def written(folder: Path, chosen: list[str]) -> list[str]:
    """Add these files, or what they lack, to a folder, and return what was added.

    Raises: WorkError if the folder cannot be written.
    """
    try:
        (folder / work_folder.MARK).mkdir(parents=True, exist_ok=True)
        added = [add(folder / name) for name in chosen]
    except OSError as error:
        shown = work_folder.shown(folder)
        raise work_folder.WorkError(f"{shown} cannot be written ({error.strerror}); choose another place") from error
    return [text for text in added if text]


def renamed(path: Path) -> bool:
    """Whether another file of the folder holds an exercise of the one that is not there."""
    names = [entry.name for entry in listing.entries() if f"{entry.stem}.py" == path.name]
    return any(sources.beside(path, name) for name in names)


def refuse_foreign(folder: Path) -> None:
    """Leave a folder alone that holds somebody else's files.

    Raises: WorkError.
    """
    if folder.exists() and not folder.is_dir():
        raise work_folder.WorkError(f"{folder} is a file; name a folder")
    inside = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    if inside and work_folder.MARK not in inside:
        shown = ", ".join(inside[:3]) + (" …" if len(inside) > 3 else "")
        raise work_folder.WorkError(f"{folder} is not empty ({shown}); name a new folder, or an empty one")


def names() -> list[str]:
    """The files of a work folder."""
    return [ABOUT, *listing.files()]


def add(path: Path) -> str:
    """Write a file if it is not there, add the functions that it lacks if it is, and say which."""
    if not path.exists():
        # Never over a file that comes into being in between.
        with path.open("x", encoding="utf-8") as file:
            file.write(README if path.name == ABOUT else sources.stubs(path.stem))
        return path.name
    if path.suffix != ".py":
        return ""
    mine = sources.read(path)
    lacking = [each for each in listing.entries() if each.stem == path.stem and not sources.where(mine, each.name)]
    if lacking:
        sources.write(path, sources.with_stubs(mine, lacking))
    return f"{path.name} ({', '.join(each.name for each in lacking)})" if lacking else ""
