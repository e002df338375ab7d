"""The wheel carries the package, the names and what the reader edits, and finds them once installed."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from handgrad.data import names
from handgrad.exercises import sources

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Where the packages of an environment lie into which the wheel, built from this folder, was installed.

    It has the libraries of the environment that runs the tests, and not the editable package: a .pth file names
    their folder, and Python reads no .pth file in a folder named so.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    (site,) = (folder / "env").glob("lib/python*/site-packages")
    (site / "outer.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    install = ["--python", str(python(site)), "install", "--no-deps", "--no-index", "--no-compile", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True, capture_output=True)
    return site


def python(site):
    """The Python of the environment."""
    return site.parents[2] / "bin" / "python"


def test_the_wheel_carries_the_package_the_names_and_the_work(site):
    def files(folder):
        return {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
    expected = {f"handgrad/{name}": content for name, content in files(ROOT / "code" / "handgrad").items()}
    solutions = files(ROOT / "code" / "solutions")
    expected |= {f"handgrad/_solutions/{name}": content for name, content in solutions.items()}
    expected["handgrad/_data/names.txt"] = (ROOT / "data" / "names.txt").read_bytes()
    found = files(site)
    assert {name: found[name] for name in found if name.startswith("handgrad/")} == expected


def run(program, folder, *given):
    """Run a program of the environment, away from the clone."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("HANDGRAD", "PYTHON"))}
    return subprocess.run([program, *map(str, given)], cwd=folder, capture_output=True, text=True, env=environ)


def handgrad(site, folder, *given, status=0):
    """What the command says that came with the wheel."""
    result = run(python(site).with_name("handgrad"), folder, *given)
    assert result.returncode == status, result.stderr
    return result.stdout + result.stderr


def test_the_package_of_the_wheel_finds_what_it_carries(site, tmp_path):
    program = (
        "import handgrad; from handgrad.data import names; from handgrad.exercises.sandbox import files;"
        "print(handgrad.__file__, len(names.read()), files.solutions(), sep='\\n')"
    )
    result = run(python(site), tmp_path, "-c", program)
    assert result.stdout.splitlines() == [
        str(site / "handgrad" / "__init__.py"), str(len(names.read(ROOT / "data" / "names.txt"))),
        str(site / "handgrad" / "_solutions"),
    ]


def test_the_exercises_are_done_in_a_folder_laid_out_from_the_wheel(site, tmp_path):
    assert "lay one out with `handgrad init DIR`" in handgrad(site, tmp_path, "check", "linear_dx", status=2)
    assert "README.txt" in handgrad(site, tmp_path, "init", "mine")
    work = tmp_path / "mine"
    for path in (ROOT / "code" / "solutions").glob("*.py"):
        assert (work / path.name).read_text(encoding="utf-8") == sources.stubs(path.stem)
    assert "is still to be written, in mine/linear.py" in handgrad(site, work, "check", "linear_dx", status=1)
    solution = handgrad(site, work, "solution", "linear_dx", "--show-me")
    text = (work / "linear.py").read_text()
    stub = text[text.index("def linear_dx"):text.index("def linear_dW")]
    (work / "linear.py").write_text(text.replace(stub, solution + "\n\n"))
    assert "It agrees." in handgrad(site, work, "check", "linear_dx")
    assert "1 of" in handgrad(site, work, "list")
    assert "linear_dx" in handgrad(site, work, "reset", "linear_dx")
    assert (work / "linear.py").read_text() == text


def test_nothing_is_written_into_the_package(site, tmp_path):
    inside = site / "handgrad" / "_solutions"
    assert "belongs to the installed package" in handgrad(site, tmp_path, "check", "--work", inside, status=2)
    assert "belongs to the installed package" in handgrad(site, inside, "init", "mine", status=2)
    assert "there is no work folder here" in handgrad(site, inside, "check", status=2)
