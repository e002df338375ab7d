"""Who answered in `code/exercises` finds the answers in `exercises` after the lines that the README says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The last commit in which answers lay in code/exercises.
BEFORE = "6b4cb78"
BLOCKS = re.findall(r"^```\n(cp -r code/exercises .*?)```$", (ROOT / "README.md").read_text(encoding="utf8"),
                    re.DOTALL | re.MULTILINE)
# The second and the third import what has moved since.
ANSWERED = ("linear_dx", "mlp_backward", "train_step")
GIT = {f"GIT_{who}_{what}": "reader@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def run(folder, *command, status=0):
    """What a command prints that must end with this status; the package is that of the folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HANDGRAD", "GIT_"))}
    environment |= GIT | {"PYTHONPATH": str(folder / "code"), "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def handgrad(folder, *given, status=0):
    return run(folder, sys.executable, "-m", "handgrad", *given, status=status)


@pytest.fixture(scope="module")
def upstream(tmp_path_factory):
    """The project as a reader pulls it: this commit, with its history."""
    try:
        run(ROOT, "git", "cat-file", "-e", f"{BEFORE}^{{commit}}")
    except (OSError, AssertionError):
        pytest.skip(f"git, or the history back to {BEFORE}, is not here")
    folder = tmp_path_factory.mktemp("upstream") / "book.git"
    run(ROOT, "git", "clone", "--quiet", "--bare", str(ROOT), str(folder))
    head = run(ROOT, "git", "rev-parse", "HEAD").strip()
    run(folder, "git", "update-ref", "refs/heads/main", head)
    run(folder, "git", "symbolic-ref", "HEAD", "refs/heads/main")
    return folder


@pytest.fixture
def reader(upstream, tmp_path):
    """A clone of the commit before, in which three exercises are answered and one of them was checked."""
    folder = tmp_path / "book"
    run(tmp_path, "git", "clone", "--quiet", str(upstream), str(folder))
    run(folder, "git", "reset", "--quiet", "--hard", BEFORE)
    for stem in ("linear", "mlp", "training"):
        solutions = folder / "code" / "solutions" / f"{stem}.py"
        (folder / "code" / "exercises" / solutions.name).write_text(f"# mine\n{solutions.read_text()}")
    assert "It agrees." in handgrad(folder, "check", ANSWERED[0])
    return folder


@pytest.mark.parametrize("how", ["edited", "staged", "committed"])
def test_answers_are_found_where_they_are_looked_for_now(how, reader):
    edited, committed = BLOCKS
    if how != "edited":
        run(reader, "git", "add", "code/exercises")
    if how == "committed":
        run(reader, "git", "commit", "--quiet", "-m", "mine")
        # And one more that is not committed.
        (reader / "code" / "exercises" / "tanh.py").write_text("# mine too\n")
    lines = committed if how == "committed" else edited
    run(reader, "sh", "-e", "-c", lines)
    assert run(reader, "git", "status", "--porcelain") == ""
    assert not list((reader / "code" / "exercises").glob("*.py"))
    assert (reader / "exercises" / "mlp.py").read_text().startswith("# mine\n")
    assert "3 of 3 agree." in handgrad(reader, "check", *ANSWERED)
    states = {each["name"]: each["state"] for each in json.loads(handgrad(reader, "list", "--json"))["exercises"]}
    assert [states[name] for name in ANSWERED] == ["passed"] * 3
    assert json.loads((reader / "exercises" / ".handgrad" / "progress.json").read_text())["exercises"][ANSWERED[0]][
        "attempts"] == 1
    if how == "committed":
        assert (reader / "exercises" / "tanh.py").read_text() == "# mine too\n"


def test_who_pulls_first_loses_nothing_and_is_told(reader):
    before = (reader / "code" / "exercises" / "mlp.py").read_text()
    run(reader, "git", "pull", "--quiet", status=1)
    assert (reader / "code" / "exercises" / "mlp.py").read_text() == before
    # Whoever gets over it all the same, with the answers where they were.
    run(reader, "git", "stash", "--quiet")
    run(reader, "git", "pull", "--quiet")
    (reader / "code" / "exercises" / "mlp.py").write_text(before)
    handgrad(reader, "check", "mlp_backward", status=2)
    (reader / "code" / "exercises").rename(reader / "exercises")
    assert "It agrees." in handgrad(reader, "check", "mlp_backward")
