"""`handgrad hint`, `solution` and `reset`: help in portions, and nothing that the reader wrote is lost."""

import pytest
from command import run
from desk import answer, function_and_rest, work  # noqa: F401

from handgrad.cli import progress_file
from handgrad.exercises import listing, sources

# `work` is a fixture that is imported, and named as an argument.
# ruff: noqa: F811
ENTRY = listing.find("linear_dW")


def heads(text):
    """The headings of the hints that a text shows, in its order."""
    found = [hint.when for hint in ENTRY.hints if f"{hint.when}\n" in text]
    return sorted(found, key=text.index)


def test_hints_come_one_more_each_time(work):
    everything = [hint.when for hint in ENTRY.hints]
    for number, when in enumerate(everything, 1):
        text = run("hint", ENTRY.name).stdout
        assert heads(text) == [when]
        left = len(everything) - number
        assert text.endswith(f"\n{left} more: the same command again.\n" if left else
                             f"\nThese are all; see handgrad solution {ENTRY.name}.\n")
    assert heads(run("hint", ENTRY.name).stdout) == everything


def test_all_hints_at_once(work):
    assert heads(run("hint", ENTRY.name, "--all").stdout) == [hint.when for hint in ENTRY.hints]
    assert progress_file.load(work).of(ENTRY.name).hints == ()


def test_the_hint_for_what_was_seen_comes_first(work):
    last = ENTRY.hints[-1]
    progress_file.update(work, ENTRY.name, lambda old: old._replace(seen=f"{ENTRY.name}: {last.when}!"))
    assert heads(run("hint", ENTRY.name).stdout) == [last.when]
    assert heads(run("hint", ENTRY.name).stdout) == [ENTRY.hints[0].when]


def test_a_check_decides_which_hint_comes_first(work):
    entry = listing.find("softmax_backward")
    place = next(n for n, hint in enumerate(entry.hints) if hint.when.startswith("RuntimeError: The size of tensor"))
    assert place > 0
    answer(work, entry.name, "return probs * (dprobs - (dprobs * probs).sum(1))")
    run("check", entry.name, status=1)
    assert entry.hints[place].when in run("hint", entry.name).stdout


def test_a_solution_opens_after_a_pass(work):
    result = run("solution", "linear_dx", status=1)
    assert result.stdout == ""
    assert result.stderr == ("Error: linear_dx has not passed yet; `handgrad solution linear_dx --show-me` shows a "
                             "solution anyway\n")
    answer(work, "linear_dx")
    run("check", "linear_dx")
    assert run("solution", "linear_dx").stdout == sources.solution(listing.find("linear_dx"))


def test_a_solution_for_who_asks_anyway(work):
    assert run("solution", "linear_dx", "--show-me").stdout == sources.solution(listing.find("linear_dx"))
    assert progress_file.load(work).of("linear_dx").state == "new"


@pytest.mark.parametrize("command", ["hint", "solution", "reset"])
def test_a_name_is_needed_and_known(command, work):
    assert "Missing argument 'NAME'" in run(command, status=2).stderr
    assert "did you mean linear_d" in run(command, "linear_dv", status=2).stderr


def test_reset_puts_one_function_back_and_keeps_the_rest(work):
    answer(work, "linear_dx")
    file = answer(work, "linear_dW")
    before, (_, rest) = file.read_text(), function_and_rest(file, "linear_dW")
    run("check", "linear_dW")
    text = run("reset", "linear_dW").stdout
    assert text == f"Put back in linear.py: linear_dW.\nWhat the file held before is in {work}/linear.py.bak1.\n"
    assert function_and_rest(file, "linear_dW") == (sources.stub(ENTRY), rest)
    assert (work / "linear.py.bak1").read_text() == before
    assert progress_file.load(work).of("linear_dW").state == "tried"
    run("check", "linear_dW", status=1)
    run("check", "linear_dx")


def test_reset_of_what_is_as_it_came(work):
    before = (work / "linear.py").read_text()
    assert run("reset", "linear_dx").stdout == "Nothing to do: linear.py holds linear_dx as it came.\n"
    assert (work / "linear.py").read_text() == before and not list(work.glob("*.bak*"))


def test_copies_never_replace_each_other(work):
    for number in (1, 2, 3):
        answer(work, "linear_dx", f"return {number}")
        run("reset", "linear_dx")
        assert f"return {number}\n" in (work / f"linear.py.bak{number}").read_text()
    assert "return 1\n" in (work / "linear.py.bak1").read_text()


def test_reset_of_a_whole_file(work):
    (work / "tanh.py").write_text("my own thoughts (")
    assert "Put back in tanh.py: tanh_backward, " in run("reset", "tanh.py").stdout
    assert (work / "tanh.py").read_text() == sources.stubs("tanh")
    assert (work / "tanh.py.bak1").read_text() == "my own thoughts ("


@pytest.mark.parametrize("word", ["tanh.py", "tanh_backward"])
@pytest.mark.parametrize("left", [None, "", "\n \n"])
def test_reset_of_a_file_that_is_gone_or_empty(word, left, work):
    (work / "tanh.py").unlink()
    if left is not None:
        (work / "tanh.py").write_text(left)
    run("reset", word)
    assert (work / "tanh.py").read_text() == sources.stubs("tanh")
    assert len(list(work.glob("*.bak*"))) == (left is not None)


def test_reset_of_a_function_that_is_gone(work):
    mine, rest = function_and_rest(work / "linear.py", "linear_dx")
    (work / "linear.py").write_text(rest.rstrip() + "\n")
    run("reset", "linear_dx")
    text = (work / "linear.py").read_text()
    assert text.endswith("\n\n\n" + mine) and text.startswith(rest.rstrip())


@pytest.mark.parametrize("mine", ["return dy @ (", "return dy @ W.T\n  oops", "x = '''", "return \x00"])
def test_reset_of_a_function_that_is_no_python(mine, work):
    text = sources.read(work / "linear.py")
    stub = sources.function(text, "linear_dx")
    (work / "linear.py").write_text(text.replace(stub, stub.replace("raise NotImplementedError", mine)))
    result = run("reset", "linear_dx")
    assert (work / "linear.py").read_text() == text and result.stderr == ""


def test_reset_says_when_the_rest_is_no_python(work):
    answer(work, "linear_dx")
    with (work / "linear.py").open("a") as file:
        file.write("\n\ndef mine(:\n    pass\n")
    result = run("reset", "linear_dx")
    assert result.stderr == "The rest has a syntax error: `handgrad reset linear.py` puts back the whole file.\n"
    assert "\n\ndef mine(:\n    pass\n" in (work / "linear.py").read_text()


def test_reset_of_a_file_that_is_no_text(work):
    answer(work, "linear_dx")
    held = (work / "linear.py").read_bytes() + b"# caf\xe9\n"
    (work / "linear.py").write_bytes(held)
    run("reset", "linear_dx")
    assert (work / "linear.py").read_bytes().endswith(b"# caf\xe9\n")
    assert (work / "linear.py.bak1").read_bytes() == held


def test_of_two_functions_with_one_name_the_last_is_put_back(work):
    file = answer(work, "linear_dx", "return 1")
    first = sources.function(file.read_text(), "linear_dx")
    file.write_text(file.read_text() + "\n\n" + first.replace("return 1", "return 2"))
    run("reset", "linear_dx")
    assert "return 1" in file.read_text() and "return 2" not in file.read_text()


def test_a_decorator_goes_with_its_function(work):
    file = answer(work, "linear_dx")
    file.write_text(file.read_text().replace("def linear_dx", "@torch.no_grad()\ndef linear_dx"))
    run("reset", "linear_dx")
    assert file.read_text() == sources.stubs("linear")


def test_reset_where_nothing_can_be_written(work, monkeypatch):
    answer(work, "linear_dx")
    before = (work / "linear.py").read_text()

    def full(path, text):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(sources, "write", full)
        result = run("reset", "linear_dx", status=1)
    assert "linear.py cannot be put back (No space left on device); nothing was lost" in result.stderr
    assert (work / "linear.py").read_text() == before == (work / "linear.py.bak1").read_text()
    (work / "tanh.py").unlink()
    (work / "tanh.py").mkdir()
    assert "tanh.py cannot be put back (Is a directory)" in run("reset", "tanh.py", status=1).stderr
