"""Softmax alone: bad inputs, numbers of any size, the Jacobian, and how far float32 may be from the truth."""

import math

import pytest
import torch
import torch.nn.functional as F
from cases import by_autograd, draw_softmax
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.check.comparison import compare
from handgrad.ops import softmax

U = 2.0**-24
(LOGITS,) = draw_softmax(torch.Generator().manual_seed(0), torch.float64)
DPROBS = torch.randn(LOGITS.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.mark.parametrize("logits, error, says", [
    (LOGITS[0], ValueError, r"logits must have two axes, not the shape \(11,\)"),
    (LOGITS[None], ValueError, r"logits must have two axes, not the shape \(1, 7, 11\)"),
    (LOGITS.long(), TypeError, "logits must be a tensor of floating-point numbers, not torch.int64"),
    (LOGITS + 0j, TypeError, "logits must be a tensor of floating-point numbers, not torch.complex128"),
    (None, TypeError, "logits must be a tensor of floating-point numbers, not NoneType"),
], ids=["(V,)", "(1, B, V)", "int64", "complex", "None"])
def test_a_bad_input_is_refused_by_name(logits, error, says):
    with pytest.raises(error, match=says):
        softmax.forward(logits)


@pytest.mark.parametrize("dprobs", [DPROBS[:1], DPROBS[0], DPROBS[:, :1], DPROBS.T, DPROBS.sum()])
def test_an_upstream_that_would_broadcast_is_refused(dprobs):
    with pytest.raises(ValueError, match=r"dprobs has shape .*, expected \(7, 11\)"):
        softmax.backward(dprobs, LOGITS.softmax(1))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_nan_stays_in_its_row_and_is_not_lost_there(bad):
    logits = LOGITS.clone()
    logits[2, 5] = bad
    probs, saved = softmax.forward(logits)
    dlogits = softmax.backward(DPROBS, saved)
    rest = torch.arange(len(logits)) != 2
    for value in (probs, dlogits):
        assert value[2].isnan().all() and value[rest].isfinite().all()
    upstream = DPROBS.clone()
    upstream[2, 5] = math.nan
    assert softmax.backward(upstream, LOGITS.softmax(1))[2].isnan().all()


@pytest.mark.parametrize("scale", [1.0, 50.0, 200.0, 1e4, 1e30])
def test_logits_of_any_size(scale, capsys):
    logits = LOGITS * scale
    probs, saved = softmax.forward(logits)
    assert probs.isfinite().all()
    compare({"probs": probs}, {"probs": F.softmax(logits, 1)})
    expected = by_autograd(lambda z: F.softmax(z, 1), (logits,), DPROBS)
    # Where a row is settled its gradient is a difference that vanishes: the terms have the size of dprobs.
    sizes = {"logits": DPROBS.abs().max()}
    compare({"logits": softmax.backward(DPROBS, saved)}, {"logits": expected[0]}, sizes)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31), B=st.integers(1, 40), V=st.integers(1, 100),
    scale=st.sampled_from([1e-3, 0.1, 1.0, 3.0, 10.0, 50.0, 200.0]), size=st.sampled_from([1e-6, 1.0, 1e6]),
)
def test_float32_is_within_16_roundoffs_of_the_truth(seed, B, V, scale, size):
    """A probability is off by some roundoffs of 1; the upstream gradient multiplies them, twice."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(B, V, generator=generator) * scale
    dprobs = torch.randn(B, V, generator=generator) * size
    got = softmax.backward(dprobs, softmax.forward(logits)[0])
    truth = softmax.backward(dprobs.double(), softmax.forward(logits.double())[0])
    assert ((got - truth).abs() <= 16 * U * dprobs.abs().amax(1, keepdim=True)).all()


def test_backward_is_the_product_with_the_jacobian():
    probs, saved = softmax.forward(LOGITS)
    jacobian = torch.diag_embed(probs) - probs[:, :, None] * probs[:, None, :]
    expected = torch.einsum("bij,bi->bj", jacobian, DPROBS)
    torch.testing.assert_close(softmax.backward(DPROBS, saved), expected)
    assert torch.linalg.matrix_rank(jacobian).eq(LOGITS.shape[1] - 1).all()


def test_an_upstream_of_ones_gives_zero_whatever_the_logits():
    dlogits = softmax.backward(torch.ones_like(LOGITS), LOGITS.softmax(1))
    assert dlogits.abs().max() < 1e-15


def test_ties_and_other_layouts(capsys):
    tied = torch.zeros_like(LOGITS)
    probs, saved = softmax.forward(tied)
    torch.testing.assert_close(probs, torch.full_like(tied, 1 / 11))
    wide = torch.zeros(LOGITS.shape[1], 2 * LOGITS.shape[0], dtype=torch.float64)
    wide[:, ::2] = LOGITS.T
    expected = softmax.backward(DPROBS, softmax.forward(LOGITS)[0])
    compare({"logits": softmax.backward(DPROBS, softmax.forward(wide[:, ::2].T)[0])}, {"logits": expected})
    row = DPROBS[:1].expand_as(DPROBS)
    compare({"logits": softmax.backward(row, saved)}, {"logits": softmax.backward(row.clone(), saved)})


def test_an_empty_batch_gives_an_empty_gradient():
    probs, saved = softmax.forward(LOGITS[:0])
    assert softmax.backward(DPROBS[:0], saved).shape == probs.shape == (0, 11)
