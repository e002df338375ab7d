"""`handgrad watch`: what is checked after which change, editors of every kind, and how it ends."""

import io
import os
import re
import sys
import time

import pexpect
import pytest
from command import run
from desk import answer, work  # noqa: F401
from rich.console import Console

from handgrad.cli import progress_file, watch
from handgrad.exercises import listing, sources
from handgrad.exercises.verdict import Verdict

# `work` is a fixture that is imported, and named as an argument.
# ruff: noqa: F811
TOTAL = len(listing.entries())


class Session(watch.Watch):
    """A watch in this process: which exercises it checked, and what it printed."""

    def __init__(self, work, start="linear_dx"):
        self.checked = []
        super().__init__(work, Console(file=io.StringIO(), record=True, width=200), self.judge,
                         listing.find(start) if start else None)

    def judge(self, entry):
        """Right, wrong or unwritten, by a word in the answer."""
        self.checked.append(entry.name)
        text = sources.answer(self.read()[entry.stem], entry)
        status = "right" if "good" in text else "unwritten" if "NotImplementedError" in text else "wrong"
        verdict = Verdict(entry.name, status, sentence=f"{entry.name} is {status}.")
        return verdict, progress_file.checked(self.work, verdict, text)

    def after_a_change(self):
        """Which exercises are checked when there may be something new."""
        self.checked.clear()
        self.look()
        return self.checked


def test_it_begins_with_the_first_that_has_not_passed(work):
    first, second, *_ = listing.entries()
    progress_file.update(work, first.name, lambda old: old._replace(status="right"))
    session = Session(work, start=None)
    session.run([])
    assert session.checked == [second.name]
    shown = session.out.export_text()
    assert f"1 of {TOTAL} passed." in shown
    lines = sources.read(work / f"{second.stem}.py").splitlines()
    (line,) = (number for number, text in enumerate(lines, 1) if text.startswith(f"def {second.name}("))
    assert f"At hand: 2 {second.name} ({second.title}), in {second.stem}.py, line {line}." in shown


def test_a_save_is_checked_and_a_pass_goes_on(work):
    session = Session(work)
    session.run([])
    answer(work, "linear_dx", "bad")
    assert session.after_a_change() == ["linear_dx"]
    assert session.after_a_change() == [], "the same text again"
    (work / "linear.py").write_text(sources.read(work / "linear.py").replace("bad", "good"))
    assert session.after_a_change() == ["linear_dx", "linear_dW"]
    assert "linear_dx is right." in session.out.export_text()
    assert session.at_hand.name == "linear_dW"


def test_what_is_saved_during_a_check_is_not_lost(work):
    session = Session(work)
    answer(work, "tanh_backward", "bad")
    session.run([None])
    assert session.checked == ["linear_dx", "tanh_backward"]


def test_several_right_answers_in_one_save(work):
    session = Session(work)
    for name in ("linear_dx", "linear_dW"):
        answer(work, name, "good")
    assert session.after_a_change()[:2] == ["linear_dx", "linear_dW"]


def test_another_exercise_is_taken_up_when_it_is_saved(work):
    session = Session(work)
    answer(work, "tanh_backward", "bad")
    assert session.after_a_change() == ["tanh_backward"]
    answer(work, "linear_dW", "bad")
    assert session.after_a_change() == ["linear_dW"]


def test_what_is_no_answer_is_passed_over(work):
    session = Session(work)
    (work / "linear.py").touch()
    (work / "notes.txt").write_text("good")
    (work / "tanh.py").write_text(sources.read(work / "tanh.py") + "\n# a thought\n")
    assert session.after_a_change() == []


def test_a_change_outside_of_the_functions_is_checked_too(work):
    session = Session(work)
    (work / "linear.py").write_text(sources.read(work / "linear.py") + "\n\ndef mine():\n    return 1\n")
    assert session.after_a_change() == ["linear_dx"]


def test_a_file_that_goes_and_comes_back(work):
    session = Session(work)
    (work / "tanh.py").unlink()
    assert session.after_a_change() == [], "it is not at hand"
    text = sources.read(work / "linear.py")
    (work / "linear.py").unlink()
    assert session.after_a_change() == ["linear_dx"]
    assert session.after_a_change() == []
    (work / "linear.py").write_text(text.replace("raise NotImplementedError", "good", 1))
    assert session.after_a_change() == ["linear_dx", "linear_dW"]


def test_an_editor_that_empties_the_file_and_then_writes_is_waited_for(work, monkeypatch):
    session = Session(work)
    text = sources.read(work / "linear.py")
    (work / "linear.py").write_text("")
    monkeypatch.setattr(watch.time, "sleep", lambda seconds: (work / "linear.py").write_text(text + "# saved\n"))
    assert session.after_a_change() == ["linear_dx"]
    assert session.files["linear"].endswith("# saved\n")
    assert session.after_a_change() == []


def test_the_task_is_told_once(work):
    session = Session(work)
    session.run([])
    for number in range(2):
        (work / "linear.py").write_text(sources.read(work / "linear.py") + f"# thought {number}\n")
        session.look()
    shown = session.out.export_text()
    assert shown.count("At hand:") == 1 and shown.count("linear_dx is unwritten.") == 2


def test_a_file_that_is_gone_is_waited_for_and_not_to_be_saved(work):
    session = Session(work)
    (work / "linear.py").unlink()
    session.look()
    shown = session.out.export_text()
    assert "Waiting for linear.py; run the command in another terminal. Ctrl-C stops." in shown
    assert "Save linear_dx" not in shown


def test_the_end(work):
    for entry in listing.entries():
        progress_file.update(work, entry.name, lambda old: old._replace(status="right"))
    answer(work, "linear_dx", "good")
    session = Session(work)
    session.run([None])
    assert session.checked == ["linear_dx"] and session.at_hand is None
    assert f"All {TOTAL} exercises have passed." in session.out.export_text()
    assert "All" in run("watch").stdout


def test_a_pass_goes_round_to_what_was_left_out(work):
    for entry in listing.entries()[1:-1]:
        progress_file.update(work, entry.name, lambda old: old._replace(status="right"))
    last = listing.entries()[-1]
    answer(work, last.name, "good")
    session = Session(work, last.name)
    session.run([])
    assert session.checked == [last.name, listing.entries()[0].name]


# A real one, in a terminal of its own

class Terminal:
    """`handgrad watch linear_dx` as a reader runs it."""

    def __init__(self, work, *given, **environment):
        self.child = pexpect.spawn(
            sys.executable, ["-m", "handgrad", "watch", *given], cwd=str(work), encoding="utf-8", timeout=60,
            dimensions=(40, 400), env={**os.environ, "TERM": "xterm-256color", **environment},
        )

    def sees(self, text):
        """Wait for a text, whatever its colours, and return what came before it."""
        self.child.expect(re.escape(text))
        return self.child.before

    def ends(self):
        """Press Ctrl-C, and return the rest and the exit status."""
        self.child.sendintr()
        rest = self.child.read()
        self.child.close()
        return rest, self.child.exitstatus


def saved(file, body, how):
    """Save a file as editors do."""
    text = sources.read(file)
    stub = sources.function(text, "linear_dx")
    new = text.replace(stub, stub.splitlines()[0] + f"\n    {body}\n")
    if how == "in place":
        file.write_text(new)
    elif how == "by renaming":
        (file.parent / ".linear.py.new").write_text(new)
        os.replace(file.parent / ".linear.py.new", file)
    else:
        file.rename(file.with_name("linear.py~"))
        time.sleep(0.2)
        file.write_text(new)


@pytest.mark.parametrize("how", ["in place", "by renaming", "old one moved away first"])
def test_a_reader_in_a_terminal(how, work):
    terminal = Terminal(work, "linear_dx")
    terminal.sees(f"0 of {TOTAL} passed.")
    terminal.sees("Ctrl-C stops.")
    saved(work / "linear.py", "return -dy @ W.T", how)
    assert "\x1b[" in terminal.sees("The sign is wrong"), "a terminal gets colour"
    terminal.sees("Ctrl-C stops.")
    saved(work / "linear.py", "return dy @ W.T", how)
    terminal.sees("It agrees.")
    terminal.sees(f"1 of {TOTAL} passed.")
    terminal.sees("linear_dW")
    terminal.sees("Ctrl-C stops.")
    rest, status = terminal.ends()
    assert f"Stopped: 1 of {TOTAL} passed. `handgrad watch` goes on from there." in rest
    assert status == 130 and "Traceback" not in rest


def test_a_syntax_error_is_one_sentence_that_says_what_to_do(work):
    terminal = Terminal(work, "linear_dx")
    terminal.sees("Ctrl-C stops.")
    saved(work / "linear.py", "return (dy @ W.T", "in place")
    line = sources.read(work / "linear.py").splitlines().index("    return (dy @ W.T") + 1
    terminal.sees(f"Syntax error in linear.py, line {line}: '(' was never closed. Fix it and save; Ctrl-C quits.")
    assert "Save" not in terminal.sees(f"0 of {TOTAL} passed.")
    saved(work / "linear.py", "return dy @ W.T", "in place")
    terminal.sees("It agrees.")
    assert "Save" not in terminal.ends()[0]


def test_ctrl_c_while_an_answer_runs_without_end(work):
    terminal = Terminal(work, "linear_dx", "--limit", "60")
    terminal.sees("Ctrl-C stops.")
    saved(work / "linear.py", "open('running', 'w').close()\n    while True: pass", "in place")
    while not (work / "running").exists():
        time.sleep(0.05)
    rest, status = terminal.ends()
    assert status == 130 and "Stopped:" in rest and "Traceback" not in rest


def test_a_deleted_file_is_told_and_survived(work):
    terminal = Terminal(work, "linear_dx")
    terminal.sees("Ctrl-C stops.")
    (work / "linear.py").unlink()
    terminal.sees("handgrad reset linear_dx")
    terminal.sees("Waiting for linear.py; run the command in another terminal. Ctrl-C stops.")
    run("reset", "linear_dx")
    terminal.sees("is still to be written, in work/linear.py.")
    saved(work / "linear.py", "return dy @ W.T", "in place")
    terminal.sees("It agrees.")
    assert terminal.ends()[1] == 130


def test_a_deleted_folder_ends_it(work):
    terminal = Terminal(work, "linear_dx")
    terminal.sees("Ctrl-C stops.")
    for path in sorted(work.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    work.rmdir()
    terminal.sees("is gone; lay one out with")
    terminal.child.read()
    terminal.child.close()
    assert terminal.child.exitstatus == 2


def test_no_colour_where_it_is_not_wanted(work):
    terminal = Terminal(work, "linear_dx", NO_COLOR="1")
    assert not re.search("\x1b\\[[0-9;]*3[0-9]m", terminal.sees("Ctrl-C stops."))
    assert terminal.ends()[1] == 130


def test_it_wants_a_work_folder_and_a_name(tmp_path):
    assert "does not exist" in run("watch", "--work", tmp_path / "none", status=2).stderr
    assert "did you mean" in run("watch", "linear_dv", status=2).stderr
