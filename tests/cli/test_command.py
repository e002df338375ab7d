"""The command: its help, what the notebook and check commands print, and their exit status."""

import subprocess
import sys

import pytest
from command import run, sentence

from handgrad import __version__
from handgrad.cli import layout
from handgrad.cli.command import main
from handgrad.data import fetch, names


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


@pytest.mark.parametrize("given", [
    ["--help"], ["check", "--help"], ["list"], ["list", "--json"], ["init", "mine"],
    ["solution", "linear_dx", "--show-me"], ["reset", "linear_dx"], ["hint", "linear_dx"],
])
def test_what_needs_no_torch_does_not_wait_for_it(given, tmp_path):
    program = f"import sys; from handgrad.cli.command import main; main({given}, standalone_mode=False); " \
              "sys.exit('torch' in sys.modules)"
    layout.lay_out(tmp_path / "work")
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=tmp_path / "work")
    assert result.returncode == 0, result.stderr


def test_help_teaches_the_first_ten_minutes():
    text = run("--help").stdout
    assert "first ten minutes" in text
    for line in ("handgrad init my-gradients", "cd my-gradients", "handgrad watch", "handgrad hint NAME"):
        assert f"\n      {line}" in text


@pytest.mark.parametrize("command", ["init", "list", "check", "watch", "hint", "solution", "reset", "bench"])
def test_the_help_of_a_command_shows_an_example(command):
    text = run(command, "--help").stdout
    assert f"\n      handgrad {command}" in text.split("Example")[1]


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
