"""`handgrad list` and `handgrad check`: what they print, for people and for programs, and the exit status."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import torch
from command import run
from desk import answer, work  # noqa: F401
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from rich.console import Console

from handgrad import __version__
from handgrad.check.comparison import Row
from handgrad.cli import answer_places, checks, progress_file, report, terminal
from handgrad.exercises import listing, registry
from handgrad.exercises.sandbox import process
from handgrad.exercises.verdict import Verdict

# `work` is a fixture that is imported, and named as an argument.
# ruff: noqa: F811
SCHEMA = Draft202012Validator(json.loads(report.SCHEMA.read_text()), format_checker=FormatChecker())
READ = f"Read book/{listing.find('linear_dx').page.replace('#', '.html#')}"


def document(*given, status=0):
    """The report of a check, held to its schema."""
    found = json.loads(run("check", "--json", *given, status=status).stdout)
    SCHEMA.validate(found)
    return found


@pytest.fixture(autouse=True)
def no_site(monkeypatch, tmp_path):
    monkeypatch.setattr(answer_places, "SITE", tmp_path / "_build" / "html")


@pytest.fixture
def pretend(monkeypatch):
    """Let the check of an exercise find this."""
    def let(**fields):
        def check(exercise, path, limit=process.LIMIT):
            return Verdict(**{"name": exercise.name, "status": "wrong", "sentence": "It does not."} | fields)
        monkeypatch.setattr(process, "check", check)
    return let


def test_list_shows_every_exercise_and_its_state(work):
    answer(work, "linear_dx")
    answer(work, "linear_dW", "return None")
    run("check", "linear_dx", "linear_dW", status=1)
    rows = {line.split()[1]: line.split() for line in run("list").stdout.splitlines()[2:-1]}
    assert list(rows) == [exercise.name for exercise in registry.ALL]
    assert rows["linear_dx"][-1] == "passed" and rows["linear_dW"][-1] == "tried"
    assert rows["tied_table"][-1] == "new" and rows["tied_table"][2:5] == ["embedding", "go", "further"]
    assert run("list").stdout.endswith(f"\n1 of {len(registry.ALL)} passed.\n")


def test_list_for_a_program(work):
    answer(work, "linear_dx")
    run("check", "linear_dx")
    found = json.loads(run("list", "--json").stdout)["exercises"]
    assert [each["name"] for each in found] == [exercise.name for exercise in registry.ALL]
    assert [each["number"] for each in found] == list(range(1, len(found) + 1))
    assert [each["name"] for each in found if each["state"] == "passed"] == ["linear_dx"]


def test_a_right_answer(work):
    answer(work, "linear_dx")
    text = run("check", "linear_dx").stdout
    assert re.search(r"^name +exact +approximate +maxdiff$", text, re.MULTILINE)
    assert re.search(r"^dx +True +True +0\.0e\+00 *$", text, re.MULTILINE)
    following = listing.find(str(listing.find("linear_dx").number + 1))
    assert f"It agrees.\n\nNext: {following.number} {following.name} ({following.title}), in linear.py, line" in text
    assert "handgrad hint" not in text


def test_a_wrong_answer(work):
    answer(work, "linear_dx", 'print("shape", dy.shape)\n    return -dy @ W.T')
    text = run("check", str(listing.find("linear_dx").number), status=1).stdout
    assert re.search(r"^dx +False +False +\d\.\de[+-]\d\d *$", text, re.MULTILINE)
    assert "The sign is wrong" in text
    assert "Your code printed:\nshape torch.Size([" in text
    assert ". agrees, # wrong" not in text, "every entry is wrong"
    assert f"{READ}, or ask for a hint: handgrad hint linear_dx\n" in text


def test_where_a_wrong_answer_is_wrong(work):
    answer(work, "linear_dW", "dW = x.T @ dy\n    dW[0] = 0\n    return dW, dy.sum(0)")
    text = run("check", "linear_dW", status=1).stdout
    assert text.count("10 of 30 entries are wrong") == 1, "the sentence says it"
    assert "\n. agrees, # wrong\n    ##########\n    ....." in text


def test_a_shape_is_told_once(work):
    answer(work, "linear_dW", "return x.T @ dy, dy")
    assert run("check", "linear_dW", status=1).stdout.count("expected (10,)") == 1


def test_the_list_fits_a_terminal_of_80_columns():
    table = terminal.overview(listing.entries(), progress_file.Record({}))
    narrow = Console(file=io.StringIO(), width=80)
    narrow.print(table)
    lines = narrow.file.getvalue().splitlines()
    assert len(lines) == len(listing.entries()) + 2 and "…" not in narrow.file.getvalue()


def test_no_line_of_the_help_is_wider_than_80_columns():
    for words in ((), ("check",), ("watch",), ("hint",), ("reset",), ("init",), ("list",), ("solution",)):
        assert all(len(line) <= 80 for line in run(*words, "--help").stdout.splitlines())


def test_a_stub(work):
    text = run("check", "linear_dx", status=1).stdout
    assert text == "linear_dx\nlinear_dx is still to be written, in work/linear.py.\n\n"


def test_the_stub_of_a_bug_is_not_told_what_is_wrong(work):
    bug = next(entry for entry in listing.entries() if entry.kind == "bug")
    says = f"{bug.name} is as it came: one line of it is wrong, in work/{bug.stem}.py."
    assert run("check", bug.name, status=1).stdout == f"{bug.name}\n{says}\n\n"
    (one,) = document(bug.name, status=1)["exercises"]
    assert (one["status"], one["attempts"], one["sentence"]) == ("unwritten", 0, says)
    answer(work, bug.name, None)
    assert "It agrees." in run("check", bug.name).stdout


def test_a_shape_that_differs_is_shown_under_the_table(work, pretend):
    row = Row("dx", (3,), False, False, float("nan"), float("nan"), "dx: has shape (3,), expected (3, 1)", "")
    pretend(rows=(row,), sentence="One axis is missing.")
    text = run("check", "linear_dx", status=1).stdout
    assert re.search(r"^dx +False +False +nan *$", text, re.MULTILINE)
    assert "\ndx: has shape (3,), expected (3, 1)\nOne axis is missing.\n" in text
    pretend(rows=(row,), sentence=f"{row.problem}: one axis is missing.")
    assert run("check", "linear_dx", status=1).stdout.count("has shape") == 1


def test_what_is_not_written_yet_is_said_once(work):
    answer(work, "mlp_backward", "return (dprobs_is_not_yet := None,) * 26")
    lines = run("check", "mlp_backward", status=1).stdout.splitlines()
    assert [line.strip() for line in lines if "is None" in line] == [
        f"Each of {', '.join(registry.find('mlp_backward').gives[1:])} is None, not a tensor",
        "dlogprobs is None, not a tensor.",
    ]


def test_the_reader_sees_their_own_lines(work):
    answer(work, "linear_dx", "return dy @ V")
    text = run("check", "linear_dx", status=1).stdout
    assert "NameError: name 'V' is not defined" in text
    assert 'File "linear.py", line ' in text and "    return dy @ V\n" in text
    assert "handgrad/exercises" not in text and str(work) not in text


def test_check_everything_and_a_file(work):
    for entry in listing.entries():
        if entry.stem == "tanh":
            answer(work, entry.name)
    of_file = [entry.name for entry in listing.entries() if entry.stem == "tanh"]
    text = run("check", "tanh.py").stdout
    assert text.endswith(f"\n{len(of_file)} of {len(of_file)} agree.\n") and text.count("It agrees.") == len(of_file)
    assert f"{len(of_file) + 1} of" not in run("check", "tanh.py", of_file[0], "linear_dx", status=1).stdout
    known = [exercise.name for exercise in registry.ALL]
    assert run("check", status=1).stdout.endswith(f"\n{len(of_file)} of {len(known)} agree.\n")
    assert [each["name"] for each in document(status=1)["exercises"]] == known


def test_the_time_limit_is_handed_on(work, monkeypatch):
    seen = []
    monkeypatch.setattr(process, "check", lambda exercise, path, limit=process.LIMIT: (
        seen.append((path, limit)), Verdict(exercise.name, "right", sentence="It agrees."))[1])
    run("check", "linear_dx", "--limit", 2.5)
    run("check", "linear_dx")
    assert seen == [(work / "linear.py", 2.5), (work / "linear.py", process.LIMIT)]
    assert f"[default: {process.LIMIT:g}]" in run("check", "--help").stdout
    assert "Invalid value for '--limit': 0.0" in run("check", "--limit", 0, status=2).stderr


@pytest.mark.parametrize("word, says", [
    ("linear_dv", "there is no exercise 'linear_dv'; did you mean linear_d"), ("99999", "numbered from 1 to"),
    ("tahn.py", "there is no file of exercises tahn.py; there are "), ("check", "there is no exercise 'check'"),
])
def test_an_unknown_name(word, says, work):
    assert says in run("check", "linear_dx", word, status=2).stderr


def test_ctrl_c_ends_a_check(work, monkeypatch):
    def interrupted(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "check", interrupted)
    assert run("check", status=130).stderr == "Stopped.\n"


# Python warns of a fork with more threads than one, whose locks the child would have without who opens them.
FORKS = """
import atexit, os
from handgrad.cli.command import main
threads = []
os.register_at_fork(after_in_parent=lambda: threads.append(len(os.listdir("/proc/self/task"))))
atexit.register(lambda: print("threads", *threads))
main(["check", "linear_dx", "tanh_backward"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the process that checks is not forked")
def test_a_check_is_divided_from_a_process_of_one_thread(work):
    done = subprocess.run([sys.executable, "-c", FORKS], cwd=work, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "threads 1 1", done.stdout + done.stderr


# For programs

def test_the_report_says_what_a_teacher_wants(work):
    answer(work, "linear_dx")
    answer(work, "tanh_backward", "return dy")
    run("check", "linear_dx", "tanh_backward", status=1)
    found = document("linear_dx", "tanh_backward", "linear_dW", status=1)
    assert (found["handgrad"], found["torch"]) == (__version__, torch.__version__)
    assert (found["work"], found["checked"], found["agree"]) == ("work", 3, 1)
    assert abs((datetime.now().astimezone() - datetime.fromisoformat(found["time"])).total_seconds()) < 60
    one, two, three = found["exercises"]
    assert (one["name"], one["chapter"], one["kind"], one["status"]) == ("linear_dx", "linear", "code", "right")
    assert one["sentence"] == "It agrees." and one["first_passed"] and one["attempts"] == 1
    assert (two["status"], two["first_passed"], two["attempts"]) == ("wrong", None, 1)
    assert (three["status"], three["first_passed"], three["attempts"]) == ("unwritten", None, 0)
    assert one["sha256"] == three["sha256"] != two["sha256"]
    assert one["sha256"] == hashlib.sha256((work / "linear.py").read_bytes()).hexdigest()


def test_nothing_but_the_document_is_on_standard_output(work):
    (work / ".handgrad" / progress_file.NAME).write_text("{")
    answer(work, "linear_dx", 'print("noise")\n    raise ValueError("no")')
    result = run("check", "--json", "linear_dx", status=1)
    assert json.loads(result.stdout)["exercises"][0]["status"] == "failed"
    assert "was damaged" in result.stderr


def test_the_report_holds_no_path_of_the_machine(work, monkeypatch):
    monkeypatch.setenv("HOME", str(work.parent / "home"))
    answer(work, "linear_dx", f'raise OSError("{work}/linear.py and {work.parent}/home/secret")')
    answer(work, "tanh_backward")
    (work / "tanh.py").unlink()
    text = run("check", "--json", "linear_dx", "tanh_backward", status=1).stdout
    assert str(work.parent) not in text
    sentences = [each["sentence"] for each in json.loads(text)["exercises"]]
    assert "work/linear.py and ~/secret" in sentences[0] and "work/tanh.py" in sentences[1]
    assert json.loads(text)["exercises"][1]["sha256"] is None


@pytest.mark.parametrize("status", ["right", "wrong", "unwritten", "failed", "stopped", "crashed"])
def test_every_status_fits_the_schema(status, work, pretend):
    pretend(status=status)
    document("linear_dx", status=0 if status == "right" else 1)


def test_the_schema_refuses_another_document(work):
    found = document("linear_dx", status=1)
    for change in ({"version": 2}, {"work": "/home/me"}, {"time": "now"}, {"exercises": [{}]}, {"torch": None}):
        with pytest.raises(ValidationError):
            SCHEMA.validate(found | change)
    del found["torch"]
    with pytest.raises(ValidationError):
        SCHEMA.validate(found)
    Draft202012Validator.check_schema(SCHEMA.schema)


# On a terminal and elsewhere

def test_no_colour_and_no_control_characters_where_no_terminal_is(work):
    answer(work, "linear_dx", 'print("\\x1b[31mred\\x07\\r\\x9b1m")\n    return dy')
    for given in (["list"], ["check", "linear_dx"], ["solution", "linear_dx", "--show-me"], ["hint", "linear_dx"]):
        text = run(*given, status=given[0] == "check").stdout
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text), given


def test_a_long_sentence_is_one_line_where_no_terminal_is(work, pretend):
    pretend(sentence="A long sentence. " * 20)
    assert "A long sentence. " * 20 in run("check", "linear_dx", status=1).stdout


def test_an_output_that_knows_few_signs_gets_question_marks(work):
    answer(work, "linear_dx", 'print("\\u2202L")\n    return dy @ W.T')
    result = subprocess.run(
        [sys.executable, "-m", "handgrad", "check", "linear_dx"], cwd=work, capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    assert (result.returncode, result.stderr) == (0, b"") and b"\n?L\n" in result.stdout


def test_the_page_of_a_built_site_is_named_as_it_lies(work, monkeypatch, tmp_path):
    page = tmp_path / "_build" / "html" / "book" / "linear.html"
    page.parent.mkdir(parents=True)
    page.touch()
    assert answer_places.page("linear#there") == "../_build/html/book/linear.html#there"
    assert answer_places.page("tanh#there") == "book/tanh.html#there"
    assert answer_places.page("tanh") == "book/tanh.html"


@pytest.mark.parametrize("text, left", [
    ("a\tb\nc", "a\tb\nc"), ("\x1b[1;31mred\x1b[0m", "red"), ("a\r\nb\rc", "a\nbc"), ("\x1b]0;title\x07x", "]0;titlex"),
    ("\ud800é–", "é–"),
])
def test_what_steers_a_terminal_is_taken_out(text, left):
    assert terminal.clean(text) == left


def test_after_the_last_one_comes_the_first_that_is_left():
    entries = listing.entries()
    passed = progress_file.Record({each.name: progress_file.Progress(status="right") for each in entries[1:]})
    assert answer_places.to_do(entries, passed, entries[-1]) is entries[0]
    passed.entries[entries[0].name] = progress_file.Progress(status="right")
    assert answer_places.to_do(entries, passed) is None


def test_a_verdict_is_kept_with_the_text_it_speaks_of(work):
    verdict, kept = checks.one(work, listing.find("linear_dx"))
    assert verdict.status == "unwritten" and kept.of("linear_dx").answer
    assert answer_places.text_of(Path("nowhere"), listing.find("linear_dx")) == ""
    assert answer_places.line_of(Path("nowhere"), listing.find("linear_dx")) == 1
