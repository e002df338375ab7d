"""The work folder of a clone: laid out when it is first needed, and answers from where they lay before."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from command import run
from desk import answer

from handgrad.cli import layout, work_folder
from handgrad.exercises import listing, sources

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone, which is the current folder, in which no exercise was begun."""
    monkeypatch.delenv(work_folder.VARIABLE, raising=False)
    folder = tmp_path / "clone"
    (folder / "code" / "solutions").mkdir(parents=True)
    monkeypatch.setattr(work_folder, "CLONE", folder)
    monkeypatch.chdir(folder)
    return folder


def refused(*given):
    """The sentence with which the command refuses."""
    result = run(*given, status=2)
    assert result.stdout == "" and result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    return result.stderr


def text_of(folder):
    """Every file of a folder with its text."""
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("given, status", [(["check", "linear_dx"], 1), (["hint", "linear_dx"], 0),
                                           (["reset", "linear_dx"], 0)])
def test_what_needs_the_files_writes_them(given, status, clone):
    result = run(*given, status=status)
    assert result.stderr == f"Added to exercises: README.txt, {', '.join(listing.files())}.\n"
    found = text_of(clone / "exercises")
    assert found.pop("README.txt").startswith("Exercises of the book")
    assert found == {name: sources.stubs(name.removesuffix(".py")) for name in listing.files()}
    assert run(*given, status=status).stderr == ""


def test_init_needs_no_folder_in_a_clone_and_adds_functions_too(clone):
    text = run("init").stdout
    assert text.startswith("Added to exercises: README.txt, ")
    assert text.endswith("    cd exercises\n    handgrad watch\n")
    file = clone / "exercises" / "linear.py"
    gone = sources.function(file.read_text(), "linear_dW")
    file.write_text(file.read_text().replace(gone, ""))
    assert run("check", "linear_dx", status=1).stderr == "", "a file that is there stays as it is"
    assert "Added to exercises: linear.py (linear_dW)." in run("init").stdout


def test_init_takes_a_folder_that_was_copied_without_its_record(clone):
    (clone / "exercises").mkdir()
    (clone / "exercises" / "tanh.py").write_text(sources.solutions("tanh"))
    assert "README.txt" in run("init").stdout
    assert (clone / "exercises" / "tanh.py").read_text() == sources.solutions("tanh")


def test_list_and_a_solution_write_nothing(clone):
    run("list")
    run("solution", "linear_dx", "--show-me")
    run("solution", "linear_dx", status=1)
    assert not (clone / "exercises").exists()


def test_an_answer_is_never_written_over(clone):
    run("init")
    mine = answer(clone / "exercises", "linear_dx").read_text()
    (clone / "exercises" / "tanh.py").unlink()
    assert "It agrees." in run("check", "linear_dx").stdout
    assert (clone / "exercises" / "linear.py").read_text() == mine
    assert (clone / "exercises" / "tanh.py").read_text() == sources.stubs("tanh")


def test_a_file_under_another_name_is_named(clone):
    run("init")
    answer(clone / "exercises", "tanh_backward").rename(clone / "exercises" / "my_tanh.py")
    result = run("check", "tanh_backward", status=1)
    assert result.stderr == "" and not (clone / "exercises" / "tanh.py").exists()
    assert "exercises/tanh.py, and my_tanh.py has tanh_backward: give that file its name back." in result.stdout
    (clone / "exercises" / "my_tanh.py").rename(clone / "exercises" / "tanh.py")
    assert "It agrees." in run("check", "tanh_backward").stdout


def test_a_file_in_the_place_of_the_folder(clone):
    (clone / "exercises").write_text("mine")
    says = "exercises is a file, and your answers belong in a folder of that name: rename the file"
    for given in (["check"], ["watch"], ["list"], ["hint", "1"], ["reset", "1"], ["init"]):
        assert says in refused(*given)
    assert (clone / "exercises").read_text() == "mine"


def test_a_folder_in_which_nothing_is_missing_need_not_be_written(clone, monkeypatch):
    run("init")
    answer(clone / "exercises", "linear_dx")
    monkeypatch.setattr(layout, "written", None)
    assert "It agrees." in run("check", "linear_dx").stdout


def test_init_knows_the_folder_by_its_name_too(clone):
    (clone / "exercises").mkdir()
    (clone / "exercises" / "notes.txt").touch()
    assert "README.txt" in run("init", "exercises").stdout
    assert "is not empty" in refused("init", "code")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_cannot_be_written(clone):
    (clone / "exercises").mkdir()
    (clone / "exercises").chmod(0o500)
    assert "exercises cannot be written (Permission denied); choose another place" in refused("check")
    (clone / "exercises").chmod(0o700)


def test_a_folder_that_cannot_be_written_is_a_sentence_for_root_too(clone, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(layout, "add", refuse)
    assert "exercises cannot be written (Permission denied); choose another place" in refused("check")


def test_answers_where_they_were_looked_for_before_are_not_passed_over(clone, monkeypatch):
    before = clone / "code" / "exercises"
    layout.lay_out(before)
    for name in listing.files():
        if name not in ("tanh.py", "linear.py"):
            (before / name).unlink()
    answer(before, "tanh_backward")
    says = "answers are looked for in exercises/ now, and code/exercises holds linear.py, tanh.py, .handgrad: " \
           f"`mv {before} {clone / 'exercises'}` takes them there"
    for given in (["check"], ["watch"], ["list"], ["hint", "1"], ["init"]):
        assert says in refused(*given)
    monkeypatch.chdir(before)
    assert says in refused("check")
    monkeypatch.chdir(clone)
    before.rename(clone / "exercises")
    assert "It agrees." in run("check", "tanh_backward").stdout


def test_answers_left_behind_beside_the_new_folder_are_told(clone):
    run("init")
    (clone / "code" / "exercises").mkdir()
    (clone / "code" / "exercises" / "tanh.py").write_text("mine")
    result = run("check", "linear_dx", status=1)
    assert result.stderr == "Answers are looked for in exercises/; code/exercises still holds tanh.py.\n"


def test_the_record_that_stays_behind_does_not_make_the_old_place_the_work_folder(clone, monkeypatch):
    run("init")
    (clone / "code" / "exercises" / work_folder.MARK).mkdir(parents=True)
    monkeypatch.chdir(clone / "code" / "exercises")
    assert work_folder.find() == clone / "exercises"


def test_make_clean_leaves_the_answers_alone(clone):
    shutil.copy(ROOT / "Makefile", clone)
    run("init")
    mine = answer(clone / "exercises", "linear_dx").read_text()
    (clone / "_build").mkdir()
    subprocess.run(["make", "clean"], cwd=clone, check=True, capture_output=True)
    assert not (clone / "_build").exists() and (clone / "exercises" / work_folder.MARK).is_dir()
    assert (clone / "exercises" / "linear.py").read_text() == mine


def test_this_clone_has_its_own_folder(tmp_path, monkeypatch):
    monkeypatch.delenv(work_folder.VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert work_folder.find() == work_folder.CLONE / "exercises"
