"""Batch normalisation: bad inputs, both corrections against torch, float32 against the truth."""

import math

import pytest
import torch
import torch.nn.functional as F
from cases import EPS, by_autograd, draw_batchnorm
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.check.comparison import compare
from handgrad.ops import batchnorm

U = 2.0**-24
X, GAMMA, BETA = draw_batchnorm(torch.Generator().manual_seed(0), torch.float64)
DY = torch.randn(X.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
B, H = X.shape
both = pytest.mark.parametrize("correction", [0, 1])
BAD = {
    "x (H,)": ((X[0], GAMMA, BETA), ValueError, r"x must have two axes, not the shape \(5,\)"),
    "x integers": ((X.long(), GAMMA, BETA), TypeError, "x must be .* floating-point .* not torch.int64"),
    "gamma (1, H)": ((X, GAMMA[None], BETA), ValueError, r"gamma has shape \(1, 5\), expected \(5,\)"),
    "beta (B,)": ((X, GAMMA, X[:, 0]), ValueError, r"beta has shape \(7,\), expected \(5,\)"),
    "beta a number": ((X, GAMMA, 0.0), TypeError, "beta must be a tensor, not float"),
    "mixed dtypes": ((X, GAMMA.float(), BETA), TypeError, "found x torch.float64, gamma torch.float32"),
    "a batch of one": ((X[:1], GAMMA, BETA), ValueError, "needs a batch of at least 2 rows, not 1"),
    "no rows": ((X[:0], GAMMA, BETA), ValueError, "needs a batch of at least 2 rows, not 0"),
    "correction 2": ((X, GAMMA, BETA, EPS, 2), ValueError, "correction must be 0 or 1, not 2"),
    "correction −1": ((X, GAMMA, BETA, EPS, -1), ValueError, "correction must be 0 or 1, not -1"),
    "correction None": ((X, GAMMA, BETA, EPS, None), ValueError, "correction must be 0 or 1, not None"),
}


@pytest.mark.parametrize("forward", [batchnorm.forward, batchnorm.forward_steps])
@pytest.mark.parametrize("inputs, error, says", BAD.values(), ids=BAD)
def test_a_bad_input_is_refused_by_name(forward, inputs, error, says):
    with pytest.raises(error, match=says):
        forward(*inputs)


@pytest.mark.parametrize("dy", [DY[:1], DY[0], DY[:, :1], DY.T, DY.sum()])
def test_an_upstream_that_would_broadcast_is_refused(dy):
    with pytest.raises(ValueError, match=r"dy has shape .*, expected \(7, 5\)"):
        batchnorm.backward(dy, batchnorm.forward(X, GAMMA, BETA)[1])


@both
def test_nan_stays_in_its_column_and_is_not_lost_there(correction):
    x, dy = X.clone(), DY.clone()
    x[3, 2], dy[1, 4] = math.nan, math.inf
    y, saved = batchnorm.forward(x, GAMMA, BETA, EPS, correction)
    dx, dgamma, dbeta = batchnorm.backward(dy, saved)
    assert y[:, 2].isnan().all() and dx[:, 2].isnan().all() and dgamma[2].isnan()
    assert not dx[:, 4].isfinite().any() and dbeta[4] == math.inf
    assert dx[:, [0, 1, 3]].isfinite().all()


@both
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
def test_torch_with_its_running_variance(correction, dtype, capsys):
    """F.batch_norm divides by B where it normalises and by B − 1 in the running variance."""
    x, gamma, beta, dy = (v.to(dtype) for v in (X, GAMMA, BETA, DY))
    mean, var = torch.zeros(H, dtype=dtype), torch.ones(H, dtype=dtype)
    y = F.batch_norm(x, mean, var, gamma, beta, training=True, momentum=1.0, eps=EPS)
    steps = batchnorm.forward_steps(x, gamma, beta, EPS, correction)
    compare({"mean": steps.mean[0]}, {"mean": mean}, {"mean": x.abs().max()})
    biased = var * (B - 1) / B
    compare({"var": steps.var[0]}, {"var": var if correction else biased}, {"var": (x**2).max()})
    assert torch.allclose(steps.y, y, rtol=0, atol=1e-6) == (correction == 0)
    if correction == 0:
        reference = lambda x, gamma, beta: F.batch_norm(x, None, None, gamma, beta, True, eps=EPS)  # noqa: E731
        gradients = by_autograd(reference, (x, gamma, beta), dy)
        got = batchnorm.backward(dy, batchnorm.forward(x, gamma, beta, EPS, 0)[1])
        compare(dict(enumerate(got)), dict(enumerate(gradients)), {1: (dy * steps.xhat).abs().sum(0)})


def bound(x, gamma, dy, eps, correction):
    """The unit by which rounding counts in dx, per column: γ·rstd·(max dy + max xhat · Σ dy·xhat/(B−1)) · κ.

    κ = 1 + mean/std, of absolute values: the digits that subtracting the mean costs.
    """
    steps = batchnorm.forward_steps(x, gamma, torch.zeros_like(gamma), eps, correction)
    along = (dy * steps.xhat).abs().sum(0) / (len(x) - 1)
    b = gamma.abs() * steps.rstd * (dy.abs().amax(0) + steps.xhat.abs().amax(0) * along)
    return b * (1 + steps.mean.abs() * steps.rstd)


def errors(x, gamma, dy, correction, backward=batchnorm.backward):
    """The worst error of float32 in dx, over u·b·κ, and in dbeta, over u·Σ|dy|."""
    beta = torch.zeros_like(gamma)
    got = backward(dy, batchnorm.forward(x, gamma, beta, EPS, correction)[1])
    x, gamma, beta, dy = (v.double() for v in (x, gamma, beta, dy))
    truth = batchnorm.backward(dy, batchnorm.forward(x, gamma, beta, EPS, correction)[1])
    dx = ((got[0] - truth[0]).abs() / bound(x, gamma, dy, EPS, correction)).max().item() / U
    return dx, ((got[2] - truth[2]).abs() / dy.abs().sum(0)).max().item() / U


@settings(max_examples=100, deadline=None)
@given(
    seed=st.integers(0, 2**31), correction=st.sampled_from([0, 1]),
    B=st.integers(2, 64), H=st.integers(1, 12), exponent=st.integers(-4, 3), 
    offset=st.sampled_from([0.0, 1.0, 10.0, 100.0]), size=st.sampled_from([1e-3, 1.0, 1e3]),
)
def test_float32_is_within_the_bound_of_the_truth(seed, B, H, correction, exponent, offset, size):
    generator = torch.Generator().manual_seed(seed)
    x = (torch.randn(B, H, generator=generator) + offset) * 10.0**exponent
    gamma, dy = torch.randn(H, generator=generator) - 2, torch.randn(B, H, generator=generator) * size
    dx, dbeta = errors(x, gamma, dy, correction)
    assert dx <= 8 and dbeta <= 4


@both
def test_at_the_books_sizes_half_the_bound_is_enough(correction):
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        x, dy = torch.randn(2, 32, 64, generator=generator)
        assert errors(x, torch.randn(64, generator=generator), dy, correction)[0] <= 4


def test_a_sum_of_many_rows_is_within_its_bound():
    dy = torch.randn(4096, 3, generator=torch.Generator().manual_seed(0))
    assert errors(dy.roll(1, 0) + 5, torch.ones(3), dy, 1)[1] <= 4


def test_the_bound_catches_one_wrong_digit_in_six():
    def careless(dy, saved):
        return batchnorm.backward(dy, saved._replace(rstd=saved.rstd * (1 + 2e-6)))

    assert errors(*(v.float() for v in (X, GAMMA, DY)), 1, careless)[0] > 8


@both
def test_a_constant_column_has_the_gradients_of_torch(correction):
    """Its variance is 0, and eps alone keeps the division finite."""
    x = X.clone()
    x[:, 1] = 3.0
    y, saved = batchnorm.forward(x, GAMMA, BETA, EPS, correction)
    assert (y[:, 1] == BETA[1]).all()
    dx, dgamma, _ = batchnorm.backward(DY, saved)
    expected = GAMMA[1] * EPS**-0.5 * (DY[:, 1] - DY[:, 1].mean())
    torch.testing.assert_close(dx[:, 1], expected)
    assert dgamma[1] == 0


def test_by_default_eps_is_torchs_and_the_correction_the_notebooks():
    """Columns so narrow that eps counts; F.batch_norm's own default is the reference."""
    x, ratio = X * 1e-3, (B - 1) / B
    biased = batchnorm.forward(x, GAMMA, BETA, correction=0)[0]
    torch.testing.assert_close(biased, F.batch_norm(x, None, None, GAMMA, BETA, True))
    for y in (batchnorm.forward(x, GAMMA, BETA)[0], batchnorm.forward_steps(x, GAMMA, BETA).y):
        expected = F.batch_norm(x, None, None, GAMMA * ratio**0.5, BETA, True, eps=1e-5 * ratio)
        torch.testing.assert_close(y, expected)


@both
def test_layouts_and_an_expanded_upstream(correction, capsys):
    wide = torch.zeros(H, 2 * B, dtype=torch.float64)
    wide[:, ::2] = X.T
    gains = torch.stack([GAMMA, BETA], 1)
    others = (
        (wide[:, ::2].T, gains[:, 0], gains[:, 1], DY),
        (X, GAMMA, BETA, DY[:1].expand(B, H)),
        (X, GAMMA[:1].expand(H), BETA, DY.T.contiguous().T),
    )
    for x, gamma, beta, dy in others:
        kept = [v.clone() for v in (x, gamma, beta, dy)]
        got = batchnorm.backward(dy, batchnorm.forward(x, gamma, beta, EPS, correction)[1])
        expected = batchnorm.backward(kept[3], batchnorm.forward(*kept[:3], EPS, correction)[1])
        sizes = {0: bound(*(kept[i] for i in (0, 1, 3)), EPS, correction), 1: kept[3].abs().sum(0) * 3}
        compare(dict(enumerate(got)), dict(enumerate(expected)), sizes)
        assert all(torch.equal(now, before) for now, before in zip((x, gamma, beta, dy), kept, strict=True))


@both
def test_dx_is_blind_to_a_shift_and_to_a_scale_of_the_column(correction):
    """The columns of dx add to 0; along xhat what is left is ε's share."""
    _, saved = batchnorm.forward(X, GAMMA, BETA, 0.0, correction)
    dx = batchnorm.backward(DY, saved)[0]
    assert dx.sum(0).abs().max() < 1e-14
    assert (dx * saved.xhat).sum(0).abs().max() < 1e-13
