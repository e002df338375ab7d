"""The command: its help, what the notebook and check commands print, and their exit status."""

import subprocess
import sys

import pytest
from command import run, sentence

from handgrad import __version__, exercises, fetch, names
from handgrad.cli import main
from handgrad.exercises import files


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch, tmp_path):
    monkeypatch.setattr(fetch, "user_cache_path", lambda app: tmp_path / "cache" / app)


def test_help_names_every_command():
    for result in (run("--help"), run("-h")):
        assert all(f"\n  {command}" in result.stdout for command in main.commands)
    for command in main.commands.values():
        text = run(command.name, "--help").stdout
        assert command.help.splitlines()[0] in text
        assert len(command.help.splitlines()) > 1, "a help text that says more than the first line"
        assert all(option.help for option in command.params if option.param_type_name == "option")


def test_version():
    assert run("--version").stdout.split()[-1] == __version__


def test_unknown_command_and_option():
    assert "No such command 'trian'" in run("trian", status=2).stderr
    assert "No such option '--sedes'" in run("notebook", "--sedes", "3", status=2).stderr


def test_help_does_not_wait_for_torch():
    program = "import sys; from handgrad.cli import main; main(['--help'], standalone_mode=False); " \
              "sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True).returncode == 0


def test_notebook_without_a_file():
    text = run("notebook", "--seeds", 2).stdout
    assert "needs the file" in text
    assert "Over the seeds 0 to 1 the loss" in text


def test_notebook_takes_the_file_it_is_given(tmp_path):
    missing = str(tmp_path / "missing.txt")
    assert missing in sentence("notebook", "--seeds", 2, **{names.VARIABLE: missing})
    text = run("notebook", "--seeds", 2, "--names", names.locate()).stdout
    assert "32178" in text
    assert "is not the notebook's file" in text


def test_notebook_with_a_bad_file(tmp_path):
    (tmp_path / "mine.txt").write_text("emma\nava mia\n")
    assert "line 2, 'ava mia', holds a space" in sentence("notebook", "--names", tmp_path / "mine.txt")


def test_notebook_wants_two_seeds():
    assert "1 is not in the range x>=2" in run("notebook", "--seeds", 1, status=2).stderr


def test_check_says_what_agrees(monkeypatch):
    known = [exercise.name for exercise in exercises.ALL]
    monkeypatch.setenv("HANDGRAD_WORK", str(files.folder("solutions")))
    assert "It agrees." in run("check", known[0]).stdout
    everything = run("check").stdout
    assert f"{len(known)} of {len(known)} agree." in everything
    assert [line[:-1] for line in everything.splitlines() if line.endswith(":")] == known


def test_check_says_what_does_not(tmp_path, monkeypatch):
    known = exercises.ALL[0].name
    monkeypatch.setenv("HANDGRAD_WORK", str(tmp_path))
    stub = f"def {known}(*inputs):\n    raise NotImplementedError\n"
    (tmp_path / f"{exercises.ALL[0].stem}.py").write_text(stub)
    assert f"{known} is still to be written" in run("check", known, status=1).stdout
    assert f"0 of {len(exercises.ALL)} agree." in run("check", status=1).stdout
    unknown = run("check", "dnothing", status=2).stderr
    assert "there is no exercise 'dnothing'; there are " in unknown
    assert known in unknown
