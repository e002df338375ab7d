"""The work folder: where the reader writes, and how it is found."""

import os
import shlex
from pathlib import Path

from handgrad.exercises import listing
from handgrad.exercises.sandbox import files
from handgrad.support.folders import CLONE, PACKAGE

VARIABLE = "HANDGRAD_WORK"
# What makes a folder a work folder; the record of what was tried lies in it.
MARK = ".handgrad"
NONE = (
    "there is no work folder here: lay one out with `handgrad init DIR`, then run the commands inside it "
    f"(or name it with --work or {VARIABLE})"
)


class WorkError(Exception):
    """The work folder cannot be found, used or laid out; the message says what to do."""


def of_clone() -> Path | None:
    """The work folder of the clone, whether it was laid out or not; nothing in an installed package."""
    return CLONE / "exercises" if (CLONE / "code" / "solutions").is_dir() else None


def is_of_clone(folder: Path) -> bool:
    """Whether a folder is the work folder of the clone."""
    own = of_clone()
    return own is not None and folder.resolve() == own.resolve()


def former() -> Path:
    """Where a clone had the reader's answers before `of_clone`."""
    return CLONE / "code" / "exercises"


def find(chosen: Path | None = None) -> Path:
    """The work folder: the chosen one, else the one that this folder lies in, else that of the clone.

    Raises: WorkError if there is none, or the chosen one is no folder or belongs to the installed package.
    """
    named = chosen or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named:
        return usable(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        # The record stays behind where answers were moved away.
        if (folder / MARK).is_dir() and folder != former():
            return usable(folder)
    return find_of_clone()


def shown(path: Path) -> str:
    """The path as it is shorter: from the current folder, or whole."""
    return min(os.path.relpath(path), str(path), key=len)


def usable(folder: Path) -> Path:
    """The folder, if answers can lie there.

    Raises: WorkError.
    """
    if not folder.is_dir():
        what = "is a file" if folder.exists() else "does not exist"
        raise WorkError(f"the work folder {folder} {what}; lay one out with `handgrad init DIR`")
    refuse_package(folder)
    return folder


def find_of_clone() -> Path:
    """The work folder of the clone, which may have to be laid out.

    Raises: WorkError if there is no clone, a file has its name, or answers wait to be moved into it.
    """
    own = of_clone()
    if own is None:
        raise WorkError(NONE)
    if own.exists() and not own.is_dir():
        raise WorkError(f"{shown(own)} is a file, and your answers belong in a folder of that name: rename the file")
    waiting = [*left_behind(), *([MARK] if (former() / MARK).is_dir() else [])]
    if waiting and not own.exists():
        raise WorkError(f"answers are looked for in exercises/ now, and code/exercises holds {', '.join(waiting)}: "
                        f"`{shlex.join(['mv', str(former()), str(own)])}` takes them there")
    return own


def left_behind() -> list[str]:
    """The files of answers where a clone had them before."""
    return [name for name in listing.files() if (former() / name).is_file()]


def refuse_package(folder: Path) -> None:
    """Keep the reader's work out of the installed package, where the next update would delete it.

    Raises: WorkError.
    """
    if files.INSTALLED.is_dir() and folder.resolve().is_relative_to(PACKAGE):
        raise WorkError(f"{folder} belongs to the installed package; lay out a folder with `handgrad init DIR`")
