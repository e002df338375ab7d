"""The stubs of the clone: tests that need them as they came skip where a reader has answered there."""

import subprocess
from pathlib import Path

import pytest

from handgrad.exercises import sources

FOLDER = sources.CLONE


def untouched(stem: str, folder: Path = FOLDER) -> Path:
    """The file of stubs, which says what the solutions say; the test skips where it holds anything else."""
    file = folder / f"{stem}.py"
    if not as_it_came(file):
        shown = f"{folder.parent.name}/{folder.name}/{file.name}"
        pytest.skip(f"{shown} holds answers; `handgrad reset` or git restores the stub")
    return file


def as_it_came(file: Path) -> bool:
    """Whether the file holds the stubs that the solutions make, and nothing else."""
    # A reader's file may be gone, or hold any bytes.
    return file.is_file() and sources.read(file) == sources.stubs(file.stem)


def changed_since_commit(path: Path) -> bool:
    """Whether git says that a file is not what was committed; no, where there is no git to ask."""
    command = ["git", "-C", str(path.parent), "status", "--porcelain", "--ignored", "--", path.name]
    try:
        found = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return False
    return found.returncode == 0 and bool(found.stdout.strip())
