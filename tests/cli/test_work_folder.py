"""The work folder: laid out, found, never somebody else's and never inside the package."""

import os

import pytest
from command import run
from desk import answer, work  # noqa: F401

from handgrad.cli import layout, work_folder
from handgrad.exercises import listing, sources
from handgrad.exercises.sandbox import files

# `work` is a fixture that is imported, and named as an argument.
# ruff: noqa: F811


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A folder outside of any work folder, with a package that is no clone."""
    monkeypatch.delenv(work_folder.VARIABLE, raising=False)
    monkeypatch.setattr(work_folder, "CLONE", tmp_path / "no clone")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(*given, status=2, **environment):
    """The sentence with which the command refuses."""
    result = run(*given, status=status, **environment)
    assert result.stdout == "" and result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    return result.stderr


def test_init_lays_out_a_folder_that_says_what_to_do(nowhere):
    text = run("init", "mine").stdout
    assert f"README.txt, {', '.join(listing.files())}" in text
    assert "    cd mine\n    handgrad watch\n" in text
    assert {path.name for path in (nowhere / "mine").iterdir()} == {work_folder.MARK, "README.txt", *listing.files()}
    said = (nowhere / "mine" / "README.txt").read_text()
    assert all(f"handgrad {command}" in said for command in ("watch", "check NAME", "hint NAME", "reset NAME"))
    for entry in listing.entries():
        assert sources.stub(entry) in (nowhere / "mine" / f"{entry.stem}.py").read_text()


def test_init_takes_an_empty_folder_and_makes_those_above(nowhere):
    (nowhere / "empty").mkdir()
    run("init", "empty")
    run("init", "a/b/c")
    assert (nowhere / "a" / "b" / "c" / "README.txt").exists()


def test_init_adds_what_is_missing_and_keeps_the_rest(work):
    mine = answer(work, "softmax_backward").read_text()
    (work / "tanh.py").unlink()
    text = (work / "linear.py").read_text()
    gone = sources.function(text, "linear_dW")
    (work / "linear.py").write_text(text.replace(gone, ""))
    assert "Added to .: linear.py (linear_dW), tanh.py." in run("init", ".").stdout
    assert (work / "softmax.py").read_text() == mine
    assert sources.function((work / "linear.py").read_text(), "linear_dW") == gone
    assert "Nothing was missing in ." in run("init", ".").stdout


def test_init_leaves_foreign_folders_alone(nowhere):
    (nowhere / "mine").mkdir()
    (nowhere / "mine" / "thesis.tex").touch()
    assert "mine is not empty (thesis.tex); name a new folder, or an empty one" in refused("init", "mine")
    assert "thesis.tex is a file; name a folder" in refused("init", "mine/thesis.tex")
    assert [path.name for path in (nowhere / "mine").iterdir()] == ["thesis.tex"]
    assert "Missing argument 'DIR'" in run("init", status=2).stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_init_where_nothing_can_be_written(nowhere):
    nowhere.chmod(0o500)
    assert "cannot be written (Permission denied); choose another place" in refused("init", "mine")
    nowhere.chmod(0o700)


def test_init_where_nothing_can_be_made(nowhere):
    (nowhere / "file").touch()
    assert "cannot be written (Not a directory); choose another place" in refused("init", "file/mine")


def test_no_work_folder_is_a_sentence(nowhere):
    for command in (["check"], ["watch"], ["hint", "1"], ["solution", "1"], ["reset", "1"]):
        assert "there is no work folder here: lay one out with `handgrad init DIR`" in refused(*command)
    assert "new" in run("list").stdout
    assert "def " in run("solution", "1", "--show-me").stdout


def test_a_folder_is_found_from_below(work, monkeypatch):
    (work / "notes" / "deep").mkdir(parents=True)
    monkeypatch.chdir(work / "notes" / "deep")
    assert work_folder.find() == work


def test_the_option_comes_before_the_variable_and_that_before_the_folder(work, tmp_path, monkeypatch):
    for name in ("named", "chosen"):
        layout.lay_out(tmp_path / name)
    monkeypatch.setenv(work_folder.VARIABLE, str(tmp_path / "named"))
    assert work_folder.find() == tmp_path / "named"
    assert work_folder.find(tmp_path / "chosen") == tmp_path / "chosen"
    answer(tmp_path / "chosen", "linear_dx")
    run("check", "linear_dx", "--work", tmp_path / "chosen")
    run("check", "linear_dx", status=1)


def test_a_chosen_folder_must_be_one(nowhere):
    (nowhere / "file").touch()
    assert "the work folder none does not exist; lay one out with `handgrad init DIR`" in refused(
        "check", "--work", "none")
    assert "the work folder file is a file" in refused("list", "--work", "file")
    assert "the work folder none does not exist" in refused("check", **{work_folder.VARIABLE: "none"})


def test_nothing_is_written_into_the_installed_package(nowhere, monkeypatch):
    installed = nowhere / "site-packages" / "handgrad"
    (installed / "_solutions").mkdir(parents=True)
    monkeypatch.setattr(work_folder, "PACKAGE", installed)
    monkeypatch.setattr(files, "INSTALLED", installed / "_solutions")
    inside = installed / "_solutions"
    assert "belongs to the installed package" in refused("check", "--work", inside)
    assert "belongs to the installed package" in refused("check", **{work_folder.VARIABLE: str(inside)})
    assert "belongs to the installed package" in refused("init", installed / "mine")
