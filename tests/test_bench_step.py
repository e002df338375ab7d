"""The measurement of a step: forms that do the same, and arithmetic that adds up."""

import contextlib

import bench_step
import pytest
import torch
from bench_step import FORMS, Form

from handgrad import names
from handgrad.training_step import PLAIN


def test_the_forms_that_are_compared_do_the_same():
    data = names.load()
    state = bench_step.begin(data, bench_step.Settings())
    ends = []
    for form in FORMS:
        work, _ = bench_step.run(form, form.method.start(state.params, 32), data.train, 5)
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

    monkeypatch.setattr(bench_step, "run", pretend)
    data = names.load()
    seconds = bench_step.measure(data.train, data.vocabulary, rounds=2, steps=4)
    assert turns == [3, 0, 1, 2, 0, 1, 2, 3, 1, 2, 3, 0]
    assert seconds == [[0.25, 0.25]] * 4


def test_the_ratios_are_taken_round_by_round():
    # In the second round the machine was three times slower, for all alike.
    rows = bench_step.summary([[4e-4, 12e-4], [8e-4, 24e-4], [2e-4, 6e-4], [1e-4, 3e-4]])
    assert [row.ratio for row in rows] == pytest.approx([1, 0.5, 2, 4])
    assert rows[3].median == pytest.approx(200) and rows[3].slowest == pytest.approx(300)
    assert "inplace_step" in bench_step.table(rows)


@pytest.mark.parametrize("ratio, status", [(4.0, 0), (2.0, 1)])
def test_a_demand_that_is_not_met_fails(ratio, status, monkeypatch, capsys):
    monkeypatch.setattr(bench_step, "measure", lambda *args: [[ratio], [1.0], [1.0], [1.0]])
    assert bench_step.main(["--rounds", "1", "--steps", "1", "--demand", "2.9"]) == status
    assert ("2.00 times faster than autograd, less than the 2.9" in capsys.readouterr().err) == bool(status)


@pytest.mark.parametrize("given", [["--rounds", "0"], ["--steps", "x"], ["--demand", "much"]])
def test_numbers_that_are_none_are_refused(given, capsys):
    with pytest.raises(SystemExit):
        bench_step.main(given)
    assert "argument" in capsys.readouterr().err


def test_a_run_is_timed_in_the_mode_of_its_form():
    modes = []

    @contextlib.contextmanager
    def watched():
        modes.append("on")
        yield
        modes.append("off")

    data = names.load()
    state = bench_step.begin(data, bench_step.Settings())
    _, spent = bench_step.run(Form("plain", PLAIN, watched), state.params, data.train, 1)
    assert modes == ["on", "off"] and spent > 0
