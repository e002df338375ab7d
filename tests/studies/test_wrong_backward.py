"""Trainings with a wrong backward pass: right but for the one line, and on the same minibatches."""

from functools import partial

import pytest
import torch

from handgrad.check.mistakes.linear import of_backward as of_linear
from handgrad.data import example, names
from handgrad.models import mlp
from handgrad.models.mlp import trace
from handgrad.ops import linear
from handgrad.studies import wrong_backward
from handgrad.training import evaluation, loop
from handgrad.training.runs import RunError, Settings, trained
from handgrad.training.step import PLAIN

SETTINGS = Settings(steps=20, batch=8, H=12, late_rate=0.1, seed=5, gain_seed=6, dtype="float64")


@pytest.fixture(scope="module")
def data():
    return names.load()


@pytest.fixture(scope="module")
def saved():
    return mlp.forward(*example.load(torch.float64))[1]


ONE = torch.tensor(0.7, dtype=torch.float64)


def test_with_the_right_gradient_it_is_the_training_of_the_package(data):
    state = loop.train(data, SETTINGS, method=PLAIN)
    found = wrong_backward.run(data, SETTINGS)
    assert found.losses.shape == (SETTINGS.steps,)
    assert found.losses.double().mean().item() == state.losses[0]
    assert all(torch.equal(p, q) for p, q in zip(found.params, state.params, strict=True))
    assert found.dev == evaluation.loss(trained(state), data.dev)


@pytest.mark.parametrize("wrong", [
    wrong_backward.without_slope, wrong_backward.with_dflat, partial(wrong_backward.with_moved_W2, rate=0.1),
])
def test_a_wrong_run_starts_where_the_right_one_does_and_leaves_it(data, wrong):
    right, other = wrong_backward.run(data, SETTINGS), wrong_backward.run(data, SETTINGS, wrong)
    assert right.losses[0] == other.losses[0]
    assert (right.losses[1:] != other.losses[1:]).all()
    assert right.dev != other.dev


def test_unsound_settings_are_refused(data):
    with pytest.raises(RunError, match="batch must be a whole number, at least 2"):
        wrong_backward.run(data, SETTINGS._replace(batch=1))


def test_without_slope_is_the_gradient_of_a_network_whose_tanh_has_slope_one(saved):
    params, context, targets = example.load(torch.float64)
    leaves = mlp.Parameters(*(p.clone().requires_grad_() for p in params))
    steps = trace.forward_steps(leaves, context, targets)
    straight = steps.preact + (steps.h - steps.preact).detach()
    loss = torch.nn.functional.cross_entropy(straight @ leaves.W2 + leaves.b2, targets)
    expected = torch.autograd.grad(loss, leaves, ONE)
    got, right = wrong_backward.without_slope(ONE, saved), mlp.backward(ONE, saved)
    for name, ours, theirs in zip(got._fields, got, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-14, msg=lambda text, n=name: f"{n}: {text}")
    same = [name for name in got._fields if torch.equal(getattr(got, name), getattr(right, name))]
    assert same == ["W2", "b2"]


def test_with_dflat_only_the_first_weights_are_wrong(saved):
    got, right = wrong_backward.with_dflat(ONE, saved), mlp.backward(ONE, saved)
    same = [name for name in got._fields if torch.equal(getattr(got, name), getattr(right, name))]
    assert same == [name for name in got._fields if name != "W1"]
    steps = example.steps(torch.float64)
    dpre_bn = trace.backward_steps(ONE, steps).pre_bn
    known = of_linear(dpre_bn, linear.Saved(steps.flat, steps.W1))
    torch.testing.assert_close(got.W1, known["The gradient of x was used where x belongs."], rtol=1e-9, atol=1e-14)


def test_with_moved_W2_what_lies_below_gets_the_gradient_of_the_moved_matrix(saved):
    rate, (params, context, targets) = 0.3, example.load(torch.float64)
    leaves = mlp.Parameters(*(p.clone().requires_grad_() for p in params))
    steps, right = trace.forward_steps(leaves, context, targets), mlp.backward(ONE, saved)
    # The value of h @ W2, the gradient of h as if W2 had moved, and the gradient of W2 as it is.
    moved = params.W2 - rate * right.W2
    logits = steps.h @ moved + steps.h.detach() @ (leaves.W2 - moved) + leaves.b2
    loss = torch.nn.functional.cross_entropy(logits, targets)
    expected, got = torch.autograd.grad(loss, leaves, ONE), wrong_backward.with_moved_W2(ONE, saved, rate)
    for name, ours, theirs in zip(got._fields, got, expected, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-14, msg=lambda text, n=name: f"{n}: {text}")
    same = [name for name in got._fields if torch.equal(getattr(got, name), getattr(right, name))]
    assert same == ["W2", "b2"]
    assert all(map(torch.equal, wrong_backward.with_moved_W2(ONE, saved, 0.0), right))
