"""The chapter *Bit for bit*: what was measured and kept is what this processor gives; every spelling is right."""

import json
import math
import re
from functools import partial

import kernels
import measure_exactness
import pytest
import torch
from chapters import ROOT

from handgrad.check.comparison import autograd
from handgrad.data import names
from handgrad.figures import exactness as figures
from handgrad.models.mlp import trace
from handgrad.ops import cross_entropy
from handgrad.studies.bit_for_bit import bounds, exactness, spelled_lines, spellings
from handgrad.studies.bit_for_bit.spelled_lines import LINES, Spelling
from handgrad.studies.bit_for_bit.spellings import ORDER
from handgrad.support import digest

STORED = exactness.stored()
every_line = pytest.mark.parametrize("line", LINES.values(), ids=LINES)


@pytest.fixture(scope="module", params=exactness.LEVELS)
def fresh(request):
    """What one set of kernels gives here and now, and what was kept of it."""
    kernels.require(request.param)
    if torch.__version__.split("+")[0] != STORED["torch"].split("+")[0]:
        pytest.skip(f"measured with torch {STORED['torch']}, this is {torch.__version__}")
    found = measure_exactness.level(request.param)
    assert found["kernels"] == request.param
    return found, STORED["levels"][request.param]


# What was kept

def test_which_gradients_are_exact_is_what_was_kept(fresh):
    found, kept = fresh
    for name, line in LINES.items():
        if line.by_torch:
            assert found["exact"][name] == kept["exact"][name], name


def test_a_matrix_product_in_the_embedding_spoils_the_table_at_most(fresh):
    """Whether it does hangs on the library of matrix products, and that on the processor."""
    found, _ = fresh
    assert len(ORDER) == 26 and ORDER[-1] == "table"
    assert {found["exact"][name][:-1] for name, line in LINES.items() if not line.by_torch} == {"1" * 25}


def test_dlogits_differ_as_was_kept_or_by_a_few_last_places(fresh):
    found, _ = fresh
    assert 0 < found["dlogits"]["maxdiff"] <= 16 * 2.0**-24 / 32
    # The kernels of two sets differ, or choosing them has no effect and nothing here was measured.
    assert len({level["dlogits"]["maxdiff"] for level in STORED["levels"].values()}) == 2


def test_what_was_kept_says_where_it_comes_from():
    pin = re.search(r"^torch==([\d.]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)[1]
    assert STORED["torch"].split("+")[0] == pin
    assert (ROOT / STORED["made_by"]).is_file()
    assert tuple(STORED["order"]) == ORDER and tuple(STORED["levels"]) == exactness.LEVELS
    assert {level["kernels"] for level in STORED["levels"].values()} == set(exactness.LEVELS)
    assert all(list(level["exact"]) == list(LINES) for level in STORED["levels"].values())
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(names.VARIABLE, raising=False)
        assert STORED["names_sha256"] == digest.of_file(names.locate())


def test_counting():
    measured = {"levels": {level: {"exact": {"a": "110"}, "g": ["x", level]} for level in exactness.LEVELS}}
    measured["levels"]["avx512"] = {"exact": {"a": "001"}, "g": ["x", "avx2"]}
    assert exactness.counts(measured, "a") == [2, 2, 1]
    assert exactness.shared(measured, "g", "default", "avx2") == 1
    assert exactness.shared(measured, "g", "avx2", "avx512") == 2


# The spellings

@every_line
def test_every_spelling_is_right_in_float64(line):
    params, context, targets = spellings.minibatch(33)
    inputs = type(params)(*(p.double() for p in params)), context, targets
    got = spellings.backward(line.spelling, spellings.forward(line.spelling, *inputs))
    truth = autograd(trace.forward_steps, *inputs)
    for name in ORDER:
        torch.testing.assert_close(got[name], getattr(truth, name), rtol=1e-10, atol=1e-15)


def test_the_defaults_are_the_books_lines_bit_for_bit():
    inputs = spellings.minibatch(32)
    values, expected = spellings.forward(Spelling(), *inputs), trace.forward_steps(*inputs)
    assert all(torch.equal(a, b) for a, b in zip(values, expected, strict=True))
    got, gradients = spellings.backward(Spelling(), values), trace.backward_steps(torch.ones(()), expected)
    assert list(got) == list(ORDER)
    assert all(torch.equal(got[name], getattr(gradients, name)) for name in ORDER)


def test_the_notebooks_lines_on_48_rows_break_at_probs():
    found = spellings.exact(spelled_lines.NOTEBOOK, 48)
    assert [name for name in ORDER if not found[name]][0] == "probs"


def test_a_wrong_line_is_not_exact():
    wrong = Spelling(dtanh=lambda dh, h: (1 - h) * dh)
    assert not spellings.exact(wrong)["preact"] and spellings.exact(wrong)["h"]


def test_minibatches_have_the_rows_that_were_asked_for():
    assert [len(spellings.minibatch(B).targets) for B in (32, 33, 256)] == [32, 33, 256]


def test_index_add_repeats_itself_with_two_threads_and_the_threads_are_put_back():
    before = torch.get_num_threads()
    found = exactness.repeats(B=64, runs=2)
    assert found["index_add"] == 1 and set(found["different"]) == set(ORDER)
    assert found["different"]["logprobs"] == 1 and torch.get_num_threads() == before


def test_the_digest_sees_one_bit():
    x = torch.tensor([1.0, 2.0])
    assert exactness.bits(x) == exactness.bits(x.clone().requires_grad_())
    assert exactness.bits(x) != exactness.bits(torch.nextafter(x, x + 1))


# The tool

def test_the_tool_keeps_what_it_measured(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv(names.VARIABLE, raising=False)
    monkeypatch.setattr(measure_exactness, "PLACE", tmp_path / "kept.json")
    monkeypatch.setattr(measure_exactness, "level", lambda name: {"kernels": name})
    monkeypatch.setattr(exactness, "repeats", lambda: {"runs": 1})
    assert measure_exactness.main([]) == 0
    kept = json.loads((tmp_path / "kept.json").read_text())
    assert kept.keys() == STORED.keys() and kept["torch"] == torch.__version__
    assert kept["levels"]["avx2"] == {"kernels": "avx2"} and "Wrote kept.json" in capsys.readouterr().out


def test_the_tool_writes_nothing_where_kernels_are_missing(monkeypatch, tmp_path):
    monkeypatch.delenv(names.VARIABLE, raising=False)
    monkeypatch.setattr(measure_exactness, "PLACE", tmp_path / "kept.json")
    monkeypatch.setattr(measure_exactness, "level", lambda name: {"kernels": "default"})
    with pytest.raises(SystemExit, match="lacks the kernels avx2, avx512"):
        measure_exactness.main([])
    assert not (tmp_path / "kept.json").exists()


@pytest.mark.parametrize("arguments, chosen", [(["--there"], None), ([], "other.txt")])
def test_the_tool_refuses_what_it_does_not_know(monkeypatch, capsys, arguments, chosen):
    monkeypatch.delenv(names.VARIABLE, raising=False)
    if chosen:
        monkeypatch.setenv(names.VARIABLE, chosen)
    assert measure_exactness.main(arguments) == 2
    assert "without arguments" in capsys.readouterr().err


def test_a_process_that_fails_is_told_of(monkeypatch):
    monkeypatch.setattr(measure_exactness.sys, "executable", "false")
    with pytest.raises(RuntimeError, match="measuring with the avx2 kernels failed"):
        measure_exactness.level("avx2")


# The bounds

def test_every_draw_is_within_its_bound():
    found = bounds.measure(60)
    assert [bound.demand for bound in found] == [16, 8, 4, 8]
    for bound in found:
        assert len(bound.errors) == 60 and all(0 <= error <= bound.demand for error in bound.errors), bound.title
        assert max(bound.errors) > bound.demand / 10, "a bound that nothing comes near says nothing"


def test_the_bounds_catch_a_wrong_digit(monkeypatch):
    honest = torch.Tensor.sum
    monkeypatch.setattr(torch.Tensor, "sum", lambda x, *a, **k: honest(x, *a, **k) * (
        1 + 1e-6 if x.dtype == torch.float32 else 1))
    assert bounds.total(0, 10) > 4


def test_the_size_of_the_terms_of_batch_normalisation():
    """One column of two rows, by hand: rstd, xhat and both sums written out."""
    x, gamma = torch.tensor([[3.0], [5.0]], dtype=torch.float64), torch.tensor([-2.0], dtype=torch.float64)
    dy = torch.tensor([[1.0], [-3.0]], dtype=torch.float64)
    rstd = 1 / math.sqrt(2 + bounds.EPS)
    b = 2 * rstd * (3 + rstd * (1 + 3) * rstd)
    assert bounds.terms(x, gamma, dy).item() == pytest.approx(b * (1 + 4 * rstd), rel=1e-12)


def test_lengths_go_from_two_to_the_most():
    assert [bounds.rows(draw, 12) for draw in (0, 11)] == [2, 4096] and bounds.rows(0, 1) == 2


def test_the_closed_form_of_dlogits_is_nearer_and_that_of_batch_normalisation_level():
    near = bounds.nearer(60)
    closed, steps, share = near["dlogits"]
    assert share > 0.95 and steps > 3 * closed
    closed, steps, _ = near["dx of batch norm"]
    assert 0.8 < closed / steps < 1.25
    assert bounds.summary([(1.0, 2.0), (5.0, 4.0)]) == (3.0, 3.0, 0.5)


def test_the_chain_that_is_measured_is_the_one_that_equals_autograd():
    generator = bounds.generator(0)
    logits, targets = torch.randn(32, 27, generator=generator), torch.randint(0, 27, (32,), generator=generator)
    steps = cross_entropy.forward_steps(logits, targets)
    chain = cross_entropy.backward_steps(torch.ones_like(steps.loss), steps).logits
    walk = partial(autograd, cross_entropy.forward_steps)
    assert torch.equal(chain, walk(logits, targets).logits)


# The figures

def test_the_strips_say_in_words_what_they_show():
    alt = figures.strips(STORED).alt
    assert "the notebook's lines: 26, 11, 11" in alt and "(1 / p) * g, B = 33: 1, 1, 1" in alt
    assert f"{len(LINES)} groups" in alt


def test_the_errors_say_in_words_what_they_show():
    alt = figures.errors([bounds.Bound("a sum", 4, [1.0, 2.5])]).alt
    assert "1 rows of 2 dots" in alt and "a sum, at most 2.5 of 4" in alt


def test_kernels_that_the_processor_lacks_are_not_tried(monkeypatch):
    monkeypatch.setattr(kernels.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "DEFAULT")
    kernels.require("default")
    with pytest.raises(pytest.skip.Exception, match="no avx2 kernels, torch runs default"):
        kernels.require("avx2")
    assert measure_exactness.level("avx512") == {"kernels": "default"}
