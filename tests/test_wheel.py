"""The wheel carries the package, the names and what the reader edits, and finds them once installed."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from handgrad import names
from handgrad.desk import sources

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The wheel, built from this folder and laid out as pip would."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def test_the_wheel_carries_the_package_the_names_and_the_work(unpacked):
    def files(folder):
        return {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
    expected = {f"handgrad/{name}": content for name, content in files(ROOT / "code" / "handgrad").items()}
    for kind in ("exercises", "solutions"):
        # What a reader leaves there, a record and copies, does not go into the wheel.
        work = {name: text for name, text in files(ROOT / "code" / kind).items() if name.endswith(".py")}
        expected |= {f"handgrad/_work/{kind}/{name}": content for name, content in work.items()}
    expected["handgrad/_data/names.txt"] = (ROOT / "data" / "names.txt").read_bytes()
    found = files(unpacked)
    assert {name: found[name] for name in found if ".dist-info/" not in name} == expected


def run(program, unpacked, folder, *given):
    """Run Python with the package of the wheel, away from the clone."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("HANDGRAD")}
    return subprocess.run(
        [sys.executable, *program, *map(str, given)], cwd=folder, capture_output=True, text=True,
        env=environ | {"PYTHONPATH": str(unpacked)},
    )


def handgrad(unpacked, folder, *given, status=0):
    """What the command of the wheel says."""
    result = run(["-m", "handgrad"], unpacked, folder, *given)
    assert result.returncode == status, result.stderr
    return result.stdout + result.stderr


def test_the_package_of_the_wheel_finds_what_it_carries(unpacked, tmp_path):
    program = (
        "import handgrad; from handgrad import names; from handgrad.exercises import files;"
        "print(handgrad.__file__, len(names.read()), files.folder('exercises'), sep='\\n')"
    )
    result = run(["-c", program], unpacked, tmp_path)
    assert result.stdout.splitlines() == [
        str(unpacked / "handgrad" / "__init__.py"), str(len(names.read(ROOT / "data" / "names.txt"))),
        str(unpacked / "handgrad" / "_work" / "exercises"),
    ]


def test_the_exercises_are_done_in_a_folder_laid_out_from_the_wheel(unpacked, tmp_path):
    assert "lay one out with `handgrad init DIR`" in handgrad(unpacked, tmp_path, "check", "linear_dx", status=2)
    assert "README.txt" in handgrad(unpacked, tmp_path, "init", "mine")
    work = tmp_path / "mine"
    for path in (ROOT / "code" / "solutions").glob("*.py"):
        assert (work / path.name).read_text(encoding="utf-8") == sources.stubs(path.stem)
    assert "is still to be written, in mine/linear.py" in handgrad(unpacked, work, "check", "linear_dx", status=1)
    solution = handgrad(unpacked, work, "solution", "linear_dx", "--show-me")
    text = (work / "linear.py").read_text()
    stub = text[text.index("def linear_dx"):text.index("def linear_dW")]
    (work / "linear.py").write_text(text.replace(stub, solution + "\n\n"))
    assert "It agrees." in handgrad(unpacked, work, "check", "linear_dx")
    assert "1 of" in handgrad(unpacked, work, "list")
    assert "linear_dx" in handgrad(unpacked, work, "reset", "linear_dx")
    assert (work / "linear.py").read_text() == text


def test_nothing_is_written_into_the_package(unpacked, tmp_path):
    inside = unpacked / "handgrad" / "_work" / "exercises"
    assert "belongs to the installed package" in handgrad(unpacked, tmp_path, "check", "--work", inside, status=2)
    assert "belongs to the installed package" in handgrad(unpacked, inside, "init", "mine", status=2)
    assert "there is no work folder here" in handgrad(unpacked, inside, "check", status=2)
