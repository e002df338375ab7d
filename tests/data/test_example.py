"""The minibatch and the parameters of the book, fresh on every call and the same on every call."""

import random

import edition
import pytest
import torch

from handgrad.data import example, names
from handgrad.models.mlp import trace
from handgrad.studies.original_notebook import notebook_lines


def windows(context, targets):
    return {(*row, target) for row, target in zip(context.tolist(), targets.tolist(), strict=True)}


def test_shapes_and_dtypes():
    for dtype in (torch.float32, torch.float64):
        params, context, targets = example.load(dtype)
        shapes = {name: tuple(value.shape) for name, value in params._asdict().items()}
        assert shapes == {
            "table": (27, 10), "W1": (30, 64), "b1": (64,), "gamma": (64,), "beta": (64,),
            "W2": (64, 27), "b2": (27,),
        }
        assert {value.dtype for value in params} == {dtype}
        assert (tuple(context.shape), tuple(targets.shape)) == ((32, 3), (32,))
        assert context.dtype == targets.dtype == torch.int64


def test_one_network_in_both_precisions_and_on_every_call():
    first, again, double = example.load(), example.load(), example.load(torch.float64)
    for one, same, wide in zip(first.params, again.params, double.params, strict=True):
        assert torch.equal(one, same)
        assert one is not same
        # Drawn alike; scaled in each precision, so that the last digit may differ.
        torch.testing.assert_close(wide.float(), one, rtol=2**-22, atol=0)
    assert torch.equal(first.context, double.context)
    assert torch.equal(first.targets, double.targets)


def test_the_minibatch_comes_from_the_training_names():
    _, context, targets = example.load()
    train = names.load().train
    assert windows(context, targets) <= windows(train.context, train.targets)


def test_the_minibatch_is_drawn_as_in_the_notebook():
    _, context, targets = example.load()
    _, drawn = notebook_lines.draw(names.load())
    assert torch.equal(context, drawn.context)
    assert torch.equal(targets, drawn.targets)


def test_parameters_hide_nothing():
    gamma, beta = example.load().params[3:5]
    assert (gamma - 1).abs().max() > 0.1
    assert beta.abs().max() > 0.1
    assert all((value != 0).all() for value in example.load().params)


def test_steps_are_the_trace_of_that_minibatch():
    for dtype in (torch.float32, torch.float64):
        expected = trace.forward_steps(*example.load(dtype))
        for got, wanted in zip(example.steps(dtype), expected, strict=True):
            assert torch.equal(got, wanted)


def test_global_random_state_is_left_alone():
    before = random.getstate(), torch.random.get_rng_state()
    example.load()
    assert random.getstate() == before[0]
    assert torch.equal(torch.random.get_rng_state(), before[1])


@edition.needed
def test_with_the_notebooks_file_it_is_the_notebooks_minibatch(monkeypatch):
    monkeypatch.setenv(names.VARIABLE, str(edition.PATH))
    _, context, targets = example.load()
    kept = notebook_lines.windows()
    assert torch.equal(context, kept.context)
    assert torch.equal(targets, kept.targets)
    assert f"{example.steps().loss.item():.4f}" == "3.3322"


def test_readers_names_with_more_letters(tmp_path, monkeypatch):
    file = tmp_path / "mine.txt"
    file.write_text("\n".join(f"é{letter}ñ" for letter in "abcdefghijkl"), encoding="utf-8")
    monkeypatch.setenv(names.VARIABLE, str(file))
    params, context, targets = example.load()
    V = len(names.load().vocabulary)
    assert V == 15
    assert params.table.shape == (V, 10)
    assert params.W2.shape == (64, V)
    assert max(context.max(), targets.max()) < V


def test_bad_names_are_named(tmp_path, monkeypatch):
    monkeypatch.setenv(names.VARIABLE, str(tmp_path / "missing.txt"))
    with pytest.raises(names.NamesError, match="missing.txt"):
        example.load()
