"""A small book with every directive, built as the real one is, for the tests of the site's engine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = Path(__file__).parent / "sample"
COPIED = ("_config.yml", "book/_ext", "book/_static", "book/_templates", "code/browser", "code/handgrad",
          "code/solutions", "data")

sys.path.append(str(ROOT / "book" / "_ext"))


class Book:
    """A folder laid out like the project, and its built site."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site, self.output = folder, folder / "_build" / "html", ""

    def build(self, *options: str) -> int:
        """Run `jupyter-book build .`; keep what it printed and return its exit status."""
        # The names file does not exist: the build must not look at it. The site has no address.
        environment = os.environ | {"PYTHONPATH": str(self.folder / "code"), "HANDGRAD_NAMES": "/nowhere",
                                    "SITE_ADDRESS": ""}
        command = [str(Path(sys.executable).parent / "jupyter-book"), "build", ".", *options]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        self.output = done.stdout
        return done.returncode

    def strictly(self) -> int:
        """Build as `make site` does."""
        return self.build("-W", "-n", "--keep-going")

    def change(self, file: str, old: str, new: str) -> None:
        """Replace a piece of text that stands in the file once."""
        path = self.folder / file
        text = path.read_text(encoding="utf8")
        assert text.count(old) == 1, f"{file} holds {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf8")

    def page(self, name: str) -> str:
        return (self.site / "book" / f"{name}.html").read_text(encoding="utf8")


def lay_out(folder: Path) -> Book:
    """Copy the sample, with the project's own settings, extensions, package and data."""
    shutil.copytree(SAMPLE, folder)
    for name in COPIED:
        source, target = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    return Book(folder)


@pytest.fixture(scope="session")
def laid_out(tmp_path_factory):
    """Makes a copy of the sample in a new folder."""
    return lambda name: lay_out(tmp_path_factory.mktemp("book") / name)


@pytest.fixture(scope="module", autouse=True)
def engine_closed():
    """Ends the engine of KaTeX after the tests of a file: who forks later should have no threads but their own."""
    yield
    from katex_math.engine import close

    close()


@pytest.fixture(scope="session")
def built(laid_out) -> Book:
    """The sample, built. Tests leave it as it is."""
    book = laid_out("one")
    status = book.strictly()
    assert status == 0, book.output
    return book
