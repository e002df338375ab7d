"""What must hold for every operation of the registry."""

import pytest
import torch
from cases import CASES, COMPOSITE, Sizes, as_tuple, by_autograd, draw
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.check.comparison import autograd, judge

every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
composite = pytest.mark.parametrize("case", COMPOSITE, ids=lambda case: case.id)


def assert_agree(got, expected, sizes=None):
    """Every pair within the rounding bound of `compare`; lists and tuples are named by position."""
    pairs = [dict(enumerate(as_tuple(tuple(side) if isinstance(side, list) else side))) for side in (got, expected)]
    if hasattr(got, "_asdict"):
        pairs = [got, expected]
    problems = [row.problem for row in judge(*pairs, sizes) if not row.agrees]
    assert not problems, problems


@every
def test_forward_equals_torch(case):
    inputs, y, _, _ = draw(case)
    torch.testing.assert_close(y, case.reference(*inputs))


@every
def test_backward_equals_autograd_of_the_torch_reference(case):
    inputs, _, saved, dy = draw(case)
    expected = by_autograd(case.reference, inputs, dy)
    torch.testing.assert_close(as_tuple(case.op.backward(dy, saved)), expected)


@composite
def test_every_step_equals_autograd(case):
    inputs, _, _, dy = draw(case)
    steps = case.forward_steps(*inputs)
    assert_agree(case.op.backward_steps(dy, steps), autograd(case.forward_steps, *inputs, upstream=dy),
                 {"row_max": 1.0} if case.id == "cross_entropy" else {"mean": 10.0})


@composite
def test_fused_equals_steps(case):
    inputs, _, saved, dy = draw(case)
    slow = case.op.backward_steps(dy, case.forward_steps(*inputs))
    wanted = [slow[i] for i, value in enumerate(inputs) if value.is_floating_point()]
    torch.testing.assert_close(as_tuple(case.op.backward(dy, saved)), tuple(wanted))


@every
def test_backward_equals_finite_differences(case):
    class ByHand(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *inputs):
            y, ctx.saved = case.forward(*inputs)
            return y.clone()

        @staticmethod
        def backward(ctx, dy):
            found = iter(as_tuple(case.op.backward(dy, ctx.saved)))
            return tuple(next(found) if needed else None for needed in ctx.needs_input_grad)

    inputs = draw(case)[0]
    leaves = tuple(v.requires_grad_() if v.is_floating_point() else v for v in inputs)
    assert torch.autograd.gradcheck(ByHand.apply, leaves, eps=1e-6, atol=1e-7, rtol=1e-6)


@every
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_gradients_have_shape_and_dtype_of_their_inputs(case, dtype):
    inputs, _, saved, dy = draw(case, dtype=dtype)
    floats = [v for v in inputs if v.is_floating_point()]
    gradients = as_tuple(case.op.backward(dy, saved))
    assert [(g.shape, g.dtype) for g in gradients] == [(v.shape, v.dtype) for v in floats]


@composite
def test_steps_have_the_shape_of_their_values(case):
    inputs, _, _, dy = draw(case)
    steps = case.forward_steps(*inputs)
    for field, gradient, value in zip(steps._fields, case.op.backward_steps(dy, steps), steps, strict=True):
        has_gradient = isinstance(value, torch.Tensor) and value.is_floating_point()
        assert (gradient is not None) == has_gradient, field
        assert not has_gradient or gradient.shape == value.shape, field


@every
def test_nothing_given_is_changed_and_no_global_state_is_touched(case):
    inputs, y, saved, dy = draw(case)
    kept = [v.clone() for v in (*inputs, y, dy)]
    state = torch.get_rng_state()
    case.op.backward(dy, saved)
    if case in COMPOSITE:
        case.op.backward_steps(dy, case.forward_steps(*inputs))
    assert all(torch.equal(a, b) for a, b in zip(kept, (*inputs, y, dy), strict=True))
    assert torch.equal(state, torch.get_rng_state())


@every
def test_an_upstream_of_the_wrong_shape_is_refused_by_name(case):
    _, _, saved, dy = draw(case)
    with pytest.raises(ValueError, match=r"has shape .*, expected"):
        case.op.backward(dy.unsqueeze(0), saved)


@composite
def test_the_steps_refuse_an_upstream_of_another_shape_or_dtype_too(case):
    inputs, _, _, dy = draw(case)
    steps = case.forward_steps(*inputs)
    with pytest.raises(ValueError, match=r"has shape .*, expected"):
        case.op.backward_steps(dy.unsqueeze(0), steps)
    with pytest.raises(TypeError, match="has dtype torch.float32, expected torch.float64"):
        case.op.backward_steps(dy.float(), steps)


@every
def test_an_upstream_of_another_dtype_is_refused(case):
    if case.id == "embedding":
        pytest.skip("a table is not among what its backward is given, so there is no dtype to compare with")
    _, _, saved, dy = draw(case)
    with pytest.raises(TypeError, match="has dtype torch.float32, expected torch.float64"):
        case.op.backward(dy.float(), saved)


@every
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    B=st.integers(2, 33), V=st.integers(2, 30), D=st.integers(1, 12), H=st.integers(1, 12),
    exponent=st.integers(-3, 2),
)
def test_any_shape_and_scale_agrees_with_autograd(case, seed, B, V, D, H, exponent):
    sizes = Sizes(B, 3, V, D, H)
    inputs, _, saved, dy = draw(case, seed, sizes=sizes, scale=10.0**exponent)
    expected = by_autograd(case.reference, inputs, dy)
    got = as_tuple(case.op.backward(dy, saved))
    for g, e in zip(got, expected, strict=True):
        # Batch normalisation of a batch of 2 leaves differences of nearly equal terms:
        # the size that rounding is measured against is that of the terms, not of what is left.
        scale = max(e.abs().max().item(), dy.abs().max().item())
        torch.testing.assert_close(g, e, rtol=1e-7, atol=1e-9 * scale * max(1.0, 10.0**-exponent))
