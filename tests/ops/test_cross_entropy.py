"""Cross-entropy: bad inputs by name, numbers of any size, ties, and how far float32 may be from the truth."""

import math

import pytest
import torch
import torch.nn.functional as F
from cases import by_autograd, draw_cross_entropy
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.check.comparison import autograd, compare
from handgrad.ops import cross_entropy

U = 2.0**-24
LOGITS, TARGETS = draw_cross_entropy(torch.Generator().manual_seed(0), torch.float32)
B, V = LOGITS.shape


def changed(tensor, index, value):
    """A copy with one entry replaced."""
    copy = tensor.clone()
    copy[index] = value
    return copy


BAD = {
    "no rows": ((LOGITS[:0], TARGETS[:0]), ValueError, "logits has no rows"),
    "no matrix": ((LOGITS[0], TARGETS), ValueError, r"logits must have two axes, not the shape \(11,\)"),
    "integers": ((LOGITS.long(), TARGETS), TypeError, "logits .* floating-point numbers, not torch.int64"),
    "a list": ((LOGITS.tolist(), TARGETS), TypeError, "logits must be a tensor .* not list"),
    "a column": ((LOGITS, TARGETS[:, None]), ValueError, r"targets has shape \(7, 1\), expected \(7,\)"),
    "one too many": ((LOGITS[1:], TARGETS), ValueError, r"targets has shape \(7,\), expected \(6,\)"),
    "probabilities": ((LOGITS, LOGITS.softmax(1)), ValueError, r"targets has shape \(7, 11\)"),
    "no tensor": ((LOGITS, TARGETS.tolist()), TypeError, "targets must be a tensor, not list"),
    "fractions": ((LOGITS, TARGETS.float()), TypeError, "targets must hold integers, .*not torch.float32"),
    "bytes": ((LOGITS, TARGETS.byte()), TypeError, "targets must hold .* int64 or int32, not torch.uint8"),
    "V": ((LOGITS, changed(TARGETS, 2, V)), IndexError, r"targets\[2\] is 11, outside the range 0 to 10"),
    "−1": ((LOGITS, changed(TARGETS, 5, -1)), IndexError, r"targets\[5\] is -1, outside the range 0 to 10"),
}


@pytest.mark.parametrize("forward", [cross_entropy.forward, cross_entropy.forward_steps])
@pytest.mark.parametrize("inputs, error, says", BAD.values(), ids=BAD)
def test_a_bad_input_is_refused_by_name(forward, inputs, error, says):
    with pytest.raises(error, match=says):
        forward(*inputs)


@pytest.mark.parametrize("dloss", [torch.ones(1), torch.ones(B), 1.0], ids=["(1,)", "(B,)", "float"])
def test_an_upstream_that_is_no_scalar_tensor_is_refused(dloss):
    _, saved = cross_entropy.forward(LOGITS, TARGETS)
    with pytest.raises((ValueError, TypeError), match="^dloss (has shape|must be a tensor)"):
        cross_entropy.backward(dloss, saved)


def fused(logits, targets, dloss=None):
    """Loss and dlogits."""
    loss, saved = cross_entropy.forward(logits, targets)
    return loss, cross_entropy.backward(torch.ones_like(loss) if dloss is None else dloss, saved)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("column", ["target", "another"])
def test_nan_or_infinity_reaches_the_loss_and_its_own_row_only(bad, column):
    at = (3, int(TARGETS[3]) if column == "target" else int(TARGETS[3] + 1) % V)
    logits = changed(LOGITS, at, bad)
    loss, dlogits = fused(logits, TARGETS)
    assert loss.isnan()
    assert cross_entropy.forward_steps(logits, TARGETS).loss.isnan()
    assert dlogits[3].isnan().all()
    assert dlogits[torch.arange(B) != 3].isfinite().all()


def test_a_target_that_is_excluded_costs_infinitely_much_and_another_class_nothing():
    at = (torch.arange(B), TARGETS)
    assert fused(changed(LOGITS, at, -math.inf), TARGETS)[0] == math.inf
    others = (torch.arange(B), (TARGETS + 1) % V)
    loss, dlogits = fused(changed(LOGITS, others, -math.inf), TARGETS)
    assert loss.isfinite() and (dlogits[others] == 0).all() and dlogits.isfinite().all()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31), B=st.integers(1, 64), V=st.integers(1, 100),
    shift=st.sampled_from([0, 3, 1000]), scale=st.sampled_from([1e-3, 0.1, 1.0, 3.0, 10.0, 50.0, 200.0]),
)
def test_float32_is_within_16_roundoffs_of_the_truth(seed, B, V, shift, scale):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(B, V, generator=generator) * scale + shift
    targets = torch.randint(0, V, (B,), generator=generator)
    (loss, got), (true_loss, truth) = fused(logits, targets), fused(logits.double(), targets)
    assert (got - truth).abs().max().item() <= 16 * U / B
    # Of the loss itself: each term is a logarithm of its own size, or of 1, and B of them are added.
    assert (loss - true_loss).abs().item() <= 16 * U * max(1.0, true_loss.item())


def test_the_bound_catches_a_form_that_adds_the_maximum_back():
    logits = LOGITS + 1000
    _, truth = fused(logits.double(), TARGETS)
    probs = (logits - logits.logsumexp(1, keepdim=True)).exp()
    careless = cross_entropy.backward(torch.ones(()), cross_entropy.Saved(probs, TARGETS))
    assert (careless - truth).abs().max().item() > 16 * U / B


def test_float32_is_within_32_roundoffs_for_a_large_vocabulary():
    generator = torch.Generator().manual_seed(0)
    for scale in (0.1, 1.0, 50.0):
        logits, targets = torch.randn(8, 32000, generator=generator) * scale, torch.arange(8) * 4000
        error = fused(logits, targets)[1] - fused(logits.double(), targets)[1]
        assert error.abs().max().item() <= 32 * U / 8


@pytest.mark.parametrize("scale", [50.0, 200.0])
def test_the_fused_form_survives_logits_that_the_steps_do_not(scale):
    logits = LOGITS * scale
    steps = cross_entropy.forward_steps(logits, TARGETS)
    assert steps.loss == math.inf
    assert cross_entropy.backward_steps(torch.ones(()), steps).logits.isnan().any()
    loss, got = fused(logits, TARGETS)
    truth, expected = fused(logits.double(), TARGETS)
    torch.testing.assert_close(loss, F.cross_entropy(logits, TARGETS))
    torch.testing.assert_close(loss.double(), truth, rtol=1e-6, atol=0)
    assert (got - expected).abs().max().item() <= 16 * U / B


@pytest.mark.parametrize("logits", [
    torch.zeros(B, V, dtype=torch.float64),
    LOGITS.double().round(),
    changed(LOGITS.double(), (slice(None), slice(0, 3)), 7.0),
], ids=["all equal", "rounded", "three at the top"])
def test_a_tie_for_the_maximum_changes_nothing(logits, capsys):
    assert (logits == logits.amax(1, keepdim=True)).sum() > B
    loss, dlogits = fused(logits, TARGETS)
    torch.testing.assert_close(loss, F.cross_entropy(logits, TARGETS))
    expected = by_autograd(F.cross_entropy, (logits, TARGETS), torch.ones_like(loss))
    torch.testing.assert_close((dlogits,), expected)
    # The steps send the gradient of the maximum to the first of the largest, as autograd of max does.
    steps = cross_entropy.forward_steps(logits, TARGETS)
    got = cross_entropy.backward_steps(torch.ones_like(loss), steps)
    compare(got, autograd(cross_entropy.forward_steps, logits, TARGETS), {"row_max": 1 / B})


def test_other_strides_and_int32_targets_give_the_same(capsys):
    wide = torch.zeros(V, 2 * B)
    wide[:, ::2] = LOGITS.T
    pairs = torch.stack([TARGETS, TARGETS], 1)
    row = LOGITS[:1].expand(B, V)
    others = (
        (wide[:, ::2].T, TARGETS, LOGITS), (LOGITS, TARGETS.int(), LOGITS), (LOGITS, pairs[:, 0], LOGITS),
        (row, TARGETS, row.clone()),
    )
    for logits, targets, plain in others:
        got, expected = (dict(zip(("loss", "logits"), fused(*v), strict=True))
                         for v in ((logits, targets), (plain, TARGETS)))
        compare(got, expected, {"logits": 1 / B})


def test_rows_add_to_zero_and_a_shift_of_a_row_changes_nothing():
    logits = LOGITS.double()
    loss, dlogits = fused(logits, TARGETS)
    assert dlogits.sum(1).abs().max() < 1e-16
    shifted = logits + torch.arange(B, dtype=torch.float64)[:, None]
    torch.testing.assert_close(fused(shifted, TARGETS), (loss, dlogits))


def test_a_batch_of_one_and_a_single_class():
    loss, dlogits = fused(LOGITS[:1, :1], torch.zeros(1, dtype=torch.int64))
    assert loss == 0 and torch.equal(dlogits, torch.zeros(1, 1))
