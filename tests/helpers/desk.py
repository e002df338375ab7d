"""A work folder inside a test, and answers to write into it."""

from pathlib import Path

import pytest

from handgrad.cli import layout, work_folder
from handgrad.exercises import listing, sources

CONTROL = "\x1b"


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A work folder, which is the current folder; nothing outside it is found."""
    monkeypatch.delenv(work_folder.VARIABLE, raising=False)
    folder = tmp_path / "work"
    layout.lay_out(folder)
    monkeypatch.chdir(folder)
    return folder


def answer(folder: Path, name: str, body: str | None = None) -> Path:
    """Write an answer into the file of an exercise: the solution, or this in the place of its last line."""
    entry = listing.find(name)
    file = folder / f"{entry.stem}.py"
    text = sources.read(file)
    stub = sources.function(text, name)
    mine = sources.solution(entry) if body is None else stub.replace("raise NotImplementedError", body)
    assert stub and stub != mine
    file.write_text(text.replace(stub, mine))
    return file


def function_and_rest(file: Path, name: str) -> tuple[str, str]:
    """The text of a function of a file, and that of all the rest."""
    text = sources.read(file)
    mine = sources.function(text, name)
    return mine, text.replace(mine, "")
