"""The wheel carries the package, the names and what the reader edits, and finds them once installed."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from handgrad import names

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
        work = files(ROOT / "code" / kind)
        expected |= {f"handgrad/_work/{kind}/{name}": content for name, content in work.items()}
    expected["handgrad/_data/names.txt"] = (ROOT / "data" / "names.txt").read_bytes()
    found = files(unpacked)
    assert {name: found[name] for name in found if ".dist-info/" not in name} == expected


def test_the_package_of_the_wheel_finds_what_it_carries(unpacked, tmp_path):
    program = (
        "import handgrad; from handgrad import names; from handgrad.exercises import files;"
        "print(handgrad.__file__, len(names.read()), files.folder('exercises'), sep='\\n')"
    )
    environ = {k: v for k, v in os.environ.items() if not k.startswith("HANDGRAD")}
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True,
        env=environ | {"PYTHONPATH": str(unpacked)},
    )
    assert result.stdout.splitlines() == [
        str(unpacked / "handgrad" / "__init__.py"), str(len(names.read(ROOT / "data" / "names.txt"))),
        str(unpacked / "handgrad" / "_work" / "exercises"),
    ]
