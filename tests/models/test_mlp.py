"""The whole network: every gradient against autograd, the fused backward against the steps."""

import elsewhere
import pytest
import torch
from trajectories import mutant

from handgrad.check.comparison import GradientMismatch, autograd, compare
from handgrad.data.example import load
from handgrad.models import mlp
from handgrad.models.mlp import trace
from handgrad.models.mlp.model import Parameters

DLOSS = 0.7
COUNT = 26
# In the composition alone: the operations have tests, and wrong formulas, of their own.
WRONG = (
    ("linear.Saved(steps.h, steps.W2)", "linear.Saved(steps.preact, steps.W2)", "dW2"),
    ("linear.Saved(steps.h, steps.W2)", "linear.Saved(steps.h, -steps.W2)", "dh"),
    ("tanh.backward(dh, steps.h)", "tanh.backward(dh, steps.preact)", "dpreact"),
    ("tanh.backward(dh, steps.h)", "dh", "dpreact"),
    ("linear.Saved(steps.flat, steps.W1)", "linear.Saved(steps.flat, 2 * steps.W1)", "dflat"),
    ("demb = dflat.view(steps.emb.shape)", "demb = dflat.view(steps.emb.shape).flip(1)", "demb"),
    ("embedding.Saved(steps.context,", "embedding.Saved(steps.context.flip(1),", "dtable"),
)


@pytest.fixture(params=["cpu", *elsewhere.NAMES])
def device(request):
    return elsewhere.device(request.param)


def on(device, dtype):
    """Parameters, context and targets of the book's minibatch."""
    params, context, targets = load(dtype)
    return Parameters(*(p.to(device) for p in params)), context.to(device), targets.to(device)


def by_steps(device, dtype):
    """The gradients of all values, by hand and by autograd, and the sizes of the sums that are zero."""
    inputs = on(device, dtype)
    dloss = torch.tensor(DLOSS, dtype=dtype, device=device)
    got = trace.backward_steps(dloss, trace.forward_steps(*inputs))
    # True gradient 0: what comes out is the rounding of the terms that were added.
    sizes = {"b1": got.pre_bn.abs().sum(0), "row_max": got.shifted.abs().sum(1, keepdim=True)}
    return got, autograd(trace.forward_steps, *inputs, upstream=dloss), sizes


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_every_gradient_is_autograds(device, dtype, capsys):
    got, expected, sizes = by_steps(device, dtype)
    compare(got, expected, sizes)
    # The loss's own gradient is the upstream one; all others are derived.
    assert sum(value is not None for value in got) - 1 == COUNT
    assert got.loss == expected.loss == torch.tensor(DLOSS, dtype=dtype, device=device)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_the_fused_backward_gives_the_gradients_of_the_steps(device, dtype, capsys):
    inputs = on(device, dtype)
    dloss = torch.tensor(DLOSS, dtype=dtype, device=device)
    loss, saved = mlp.forward(*inputs)
    steps = trace.forward_steps(*inputs)
    torch.testing.assert_close(loss, steps.loss)
    by_step = trace.backward_steps(dloss, steps)
    expected = Parameters(*(getattr(by_step, name) for name in Parameters._fields))
    compare(mlp.backward(dloss, saved), expected, {"b1": by_step.pre_bn.abs().sum(0)})


@pytest.mark.parametrize("old, new, caught", WRONG)
def test_a_wrong_composition_is_caught_by_name(old, new, caught, monkeypatch, capsys):
    monkeypatch.setattr(trace, "backward_steps", mutant("models.mlp.trace", "backward_steps", old, new))
    got, expected, sizes = by_steps("cpu", torch.float64)
    with pytest.raises(GradientMismatch, match=rf"(?m)^{caught}\["):
        compare(got, expected, sizes)


def test_the_gradient_scales_with_the_upstream_one():
    _, saved = mlp.forward(*load(torch.float64))
    one, three = (mlp.backward(torch.tensor(x, dtype=torch.float64), saved) for x in (1.0, 3.0))
    for name, p, q in zip(Parameters._fields, one, three, strict=True):
        # b1's is the rounding of a sum of terms of this size.
        torch.testing.assert_close(q, 3 * p, atol=1e-15, rtol=1e-12, msg=lambda text, n=name: f"{n}: {text}")


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_dtype_and_shape_of_a_gradient_are_its_parameters(device, dtype):
    params, context, targets = on(device, dtype)
    loss, saved = mlp.forward(params, context, targets)
    assert loss.shape == () and loss.dtype == dtype and loss.device.type == device.type
    for p, dp in zip(params, mlp.backward(torch.ones_like(loss), saved), strict=True):
        assert (p.shape, p.dtype, p.device) == (dp.shape, dp.dtype, dp.device)


def test_inputs_and_global_random_state_stay_as_they_are():
    params, context, targets = load(torch.float32)
    given = (*params, context, targets)
    kept = [value.clone() for value in given]
    state = torch.get_rng_state()
    loss, saved = mlp.forward(params, context, targets)
    mlp.backward(torch.ones_like(loss), saved)
    steps = trace.forward_steps(params, context, targets)
    trace.backward_steps(torch.ones_like(loss), steps)
    mlp.init(torch.Generator().manual_seed(1))
    assert all(torch.equal(value, before) for value, before in zip(given, kept, strict=True))
    assert torch.equal(torch.get_rng_state(), state)


def test_init_draws_the_same_numbers_in_either_dtype_and_none_is_zero():
    single = mlp.init(torch.Generator().manual_seed(1))
    double = mlp.init(torch.Generator().manual_seed(1), dtype=torch.float64)
    for p, q in zip(single, double, strict=True):
        torch.testing.assert_close(p.double(), q, rtol=1e-6, atol=0)
        assert (p != 0).all()
    assert sum(p.numel() for p in single) == 4137


def test_gain_and_bias_may_come_from_a_generator_of_their_own():
    one = mlp.init(torch.Generator().manual_seed(1), torch.Generator().manual_seed(2))
    other = mlp.init(torch.Generator().manual_seed(1), torch.Generator().manual_seed(3))
    same = [torch.equal(p, q) for p, q in zip(one, other, strict=True)]
    assert same == [name not in ("gamma", "beta") for name in Parameters._fields]
