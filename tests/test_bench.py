"""The measurement of a step: forms that do the same, and arithmetic that adds up."""

import contextlib
import json

import pytest
import torch
from command import run

from handgrad import bench, bench_report, names
from handgrad.bench import FORMS, Form
from handgrad.training_step import PLAIN


def test_the_forms_that_are_compared_do_the_same():
    data = names.load()
    state = bench.begin(data, bench.Settings())
    ends = []
    for form in FORMS:
        work, _ = bench.run(form, form.method.start(state.params, 32), data.train, 5)
        ends.append(form.method.finish(work))
    for params in ends[1:]:
        for p, q in zip(ends[0], params, strict=True):
            torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-5)
    assert not torch.equal(ends[0].W2, state.params.W2)


def test_each_form_takes_its_turn_and_the_first_round_is_not_counted(monkeypatch):
    turns = []

    def pretend(form, work, split, steps):
        turns.append(FORMS.index(form))
        return work, 1.0

    monkeypatch.setattr(bench, "run", pretend)
    data = names.load()
    seconds = bench.measure(data.train, data.vocabulary, rounds=2, steps=4)
    assert turns == [3, 0, 1, 2, 0, 1, 2, 3, 1, 2, 3, 0]
    assert seconds == [[0.25, 0.25]] * 4


def test_the_ratios_are_taken_round_by_round():
    # In the second round the machine was three times slower, for all alike.
    rows = bench.summary([[4e-4, 12e-4], [8e-4, 24e-4], [2e-4, 6e-4], [1e-4, 3e-4]])
    assert [row.ratio for row in rows] == pytest.approx([1, 0.5, 2, 4])
    assert rows[3].median == pytest.approx(200) and rows[3].slowest == pytest.approx(300)
    assert all(row.spread == float("inf") and not row.steady for row in rows), "two rounds say nothing"


STEADY = [[4e-4] * 5, [8e-4] * 5, [2e-4] * 5, [1e-4] * 5]
# The last form takes one, two or four parts of the first one's time.
UNSTEADY = [[4e-4] * 5, [8e-4] * 5, [2e-4] * 5, [1e-4, 2e-4, 4e-4, 1e-4, 4e-4]]


def measured(seconds, monkeypatch, *given, status=0):
    """The command, with these seconds in the place of a measurement."""
    monkeypatch.setattr(bench, "measure", lambda *args: seconds)
    return run("bench", "--rounds", len(seconds[0]), "--steps", 1, *given, status=status)


def test_ratios_are_quoted_where_the_rounds_agree(monkeypatch):
    result = measured(STEADY, monkeypatch)
    last = result.stdout.splitlines()[-1]
    assert last.split() == ["inplace_step", "100.0", "100.0", "100.0", "4.00", "4.00", "4.00"]
    assert result.stderr == ""
    document = json.loads(measured(STEADY, monkeypatch, "--json").stdout)
    assert [form["ratio"] for form in document["forms"]] == pytest.approx([1, 0.5, 2, 4])
    assert document["rounds"] == 5 and document["torch"] == torch.__version__


def test_no_ratio_is_quoted_where_they_do_not(monkeypatch):
    result = measured(UNSTEADY, monkeypatch)
    assert result.stdout.splitlines()[-1].split()[-3:] == ["–", "–", "–"]
    assert "no ratio is given for: inplace_step" in result.stderr
    document = json.loads(measured(UNSTEADY, monkeypatch, "--json").stdout)
    assert [form["ratio"] is None for form in document["forms"]] == [False, False, False, True]
    assert "cannot be held to 2" in measured(UNSTEADY, monkeypatch, "--demand", 2, status=1).stderr
    assert document["forms"][-1]["spread"] > bench.WIDEST


def test_too_few_rounds_give_no_ratio(monkeypatch):
    few = [times[:4] for times in STEADY]
    assert "4 rounds are too few for a ratio; ask for 5 or more" in measured(few, monkeypatch).stderr
    document = json.loads(measured(few, monkeypatch, "--json").stdout)
    assert all(form["ratio"] is None and form["spread"] is None for form in document["forms"])


def test_a_demand_is_met_or_fails(monkeypatch):
    assert measured(STEADY, monkeypatch, "--demand", 3.9).stderr == ""
    missed = measured(STEADY, monkeypatch, "--demand", 4.1, status=1).stderr
    assert "4.00 times faster than autograd, less than the 4.1 demanded" in missed


def test_the_command_measures(monkeypatch):
    threads = torch.get_num_threads()
    document = json.loads(run("bench", "--rounds", 1, "--steps", 2, "--json").stdout)
    assert [form["name"] for form in document["forms"]] == [form.name for form in FORMS]
    assert all(form["median"] > 0 for form in document["forms"])
    assert torch.get_num_threads() == threads
    rows = bench.summary(STEADY)
    assert [row.split()[0] for row in bench_report.table(rows).splitlines()[-2:]] == ["plain_step", "inplace_step"]


@pytest.mark.parametrize("given", [("--rounds", 0), ("--steps", "x"), ("--demand", "much"), ("--demand", -1)])
def test_numbers_that_are_none_are_refused(given):
    assert f"Invalid value for '{given[0]}'" in run("bench", *given, status=2).stderr


def test_a_run_is_timed_in_the_mode_of_its_form():
    modes = []

    @contextlib.contextmanager
    def watched():
        modes.append("on")
        yield
        modes.append("off")

    data = names.load()
    state = bench.begin(data, bench.Settings())
    _, spent = bench.run(Form("plain", PLAIN, watched), state.params, data.train, 1)
    assert modes == ["on", "off"] and spent > 0
