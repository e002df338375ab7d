"""The record of what was tried: kept, set aside when damaged, never in the way of a check."""

import os
import subprocess
import sys

import pytest
from command import run
from desk import answer, work  # noqa: F401

from handgrad.cli import progress_file, work_folder
from handgrad.support import folders

# `work` is a fixture that is imported, and named as an argument.
# ruff: noqa: F811


def file(folder):
    return folder / work_folder.MARK / progress_file.NAME


def entry(folder, name="linear_dx"):
    return progress_file.load(folder).of(name)


def test_attempts_are_different_answers(work):
    run("check", "linear_dx", status=1)
    assert entry(work)._replace(answer="") == progress_file.Progress(status="unwritten")
    answer(work, "linear_dx", "return dy @ W")
    run("check", "linear_dx", status=1)
    run("check", "linear_dx", status=1)
    wrong = entry(work)
    assert (wrong.attempts, wrong.state, wrong.first_passed) == (1, "tried", "")
    (work / "linear.py").write_text((work / "linear.py").read_text().replace("dy @ W", "dy @ W.T"))
    run("check", "linear_dx")
    right = entry(work)
    assert (right.attempts, right.state) == (2, "passed")
    assert right.first_passed.endswith("Z")


def test_the_first_pass_stays_when_the_answer_is_spoiled(work, monkeypatch):
    answer(work, "linear_dx")
    monkeypatch.setattr(progress_file, "now", lambda: "2001-01-01T00:00:00Z")
    run("check", "linear_dx")
    (work / "linear.py").write_text((work / "linear.py").read_text().replace("@", "*"))
    monkeypatch.setattr(progress_file, "now", lambda: "2002-02-02T00:00:00Z")
    run("check", "linear_dx", status=1)
    assert entry(work).first_passed == "2001-01-01T00:00:00Z"
    assert entry(work).state == "tried"
    run("solution", "linear_dx")


@pytest.mark.parametrize("damage", [
    "", "{", "[]", "null", "3", '{"format": 1}', '{"format": 2, "exercises": {}}', '{"exercises": {}}',
    '{"format": 1, "exercises": []}', '{"format": 1, "exercises": {"linear_dx": {"attempts": "many", "hints": []}}}',
    '{"format": 1, "exercises": {"linear_dx": {"tries": 3, "hints": []}}}', '{"format": 1, "exercises": {"a": 1}}',
    "\x00\x01", "[" * 100_000,
])
def test_a_damaged_record_is_set_aside(damage, work):
    answer(work, "linear_dx")
    file(work).write_text(damage)
    result = run("check", "linear_dx")
    assert "It agrees." in result.stdout
    (aside,) = (work / work_folder.MARK).glob("damaged-*.json")
    assert result.stderr == f"The record of your progress was damaged; it is now {work_folder.MARK}/{aside.name}, " \
                            "and a new one begins.\n"
    assert aside.read_text() == damage
    assert entry(work).state == "passed"


def test_of_many_damaged_records_the_newest_are_kept(work):
    said = []
    for number in range(5):
        file(work).write_text(f"damage {number}")
        said.append(run("list").stderr)
    kept = sorted((work / work_folder.MARK).glob("damaged-*.json"))
    assert [path.read_text() for path in kept] == ["damage 2", "damage 3", "damage 4"]
    more = " Of such files the newest 3 are kept, and older ones were deleted.\n"
    assert [line.endswith(more) for line in said] == [False] * 3 + [True] * 2


def test_bytes_that_are_no_text_are_damage(work):
    file(work).write_bytes(b"\xff\xfe")
    assert "was damaged" in run("list").stderr


def test_a_record_that_cannot_be_read_or_written(work):
    answer(work, "linear_dx")
    # A folder in its place: unreadable and unwritable for everybody, root too.
    file(work).mkdir()
    (file(work) / "something").touch()
    result = run("check", "linear_dx", "tanh_backward", status=1)
    assert "It agrees." in result.stdout and "1 of 2 agree." in result.stdout
    assert "Your progress could not be kept (Is a directory); the check itself is not affected." in result.stderr
    assert result.stderr.count("could not be kept") == 1


def test_a_mark_that_is_a_file(work):
    (work / work_folder.MARK / "lock").unlink(missing_ok=True)
    for path in (work / work_folder.MARK).iterdir():
        path.unlink()
    (work / work_folder.MARK).rmdir()
    (work / work_folder.MARK).touch()
    answer(work, "linear_dx")
    result = run("check", "linear_dx", "--work", work)
    assert "It agrees." in result.stdout and "could not be kept" in result.stderr


def test_a_lock_that_stays_is_not_waited_for_without_end(work, monkeypatch):
    answer(work, "linear_dx")
    monkeypatch.setattr(progress_file, "WAIT", 0.05)
    program = f"""
from filelock import FileLock
with FileLock({str(work / work_folder.MARK / 'lock')!r}):
    print("held", flush=True); input()
"""
    holder = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    result = run("check", "linear_dx")
    holder.communicate(b"\n")
    assert "another command is writing it" in result.stderr and "It agrees." in result.stdout
    assert entry(work).state == "new"


def test_many_processes_at_once_lose_nothing(work):
    program = """
import sys
from pathlib import Path
from handgrad.cli import progress_file
for _ in range(20):
    progress_file.update(Path("."), "linear_dx", lambda old: old._replace(attempts=old.attempts + 1))
    progress_file.update(Path("."), sys.argv[1], lambda old: old._replace(status="right"))
"""
    names = ["a", "b", "c", "d"]
    running = [subprocess.Popen([sys.executable, "-c", program, name], stderr=subprocess.PIPE) for name in names]
    assert [process.communicate()[1] for process in running] == [b""] * 4
    kept = progress_file.load(work)
    assert kept.of("linear_dx").attempts == 80 and not kept.warning
    assert all(kept.of(name).state == "passed" for name in names)
    assert {path.name for path in (work / work_folder.MARK).iterdir()} == {"lock", progress_file.NAME}


def test_a_write_that_fails_leaves_the_old_record_whole(work, monkeypatch):
    progress_file.update(work, "linear_dx", lambda old: old._replace(attempts=7))
    before = file(work).read_text()

    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = progress_file.update(work, "linear_dx", lambda old: old._replace(attempts=8))
    assert "could not be kept (No space left on device)" in result.warning
    assert file(work).read_text() == before
    assert {path.name for path in (work / work_folder.MARK).iterdir()} == {"lock", progress_file.NAME}


def test_a_clone_ignores_the_answers_the_record_and_the_copies():
    root = folders.CLONE
    names = ("softmax.py", f"{work_folder.MARK}/{progress_file.NAME}", "softmax.py.bak1")
    paths = [f"exercises/{name}" for name in names]
    result = subprocess.run(["git", "check-ignore", *paths], cwd=root, capture_output=True, text=True)
    if result.returncode == 128:
        pytest.skip("this copy is not a clone")
    assert result.stdout.split() == paths
