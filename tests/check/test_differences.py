"""Finite differences: each formula has the error that the chapter says it has, and none changes its input."""

import math

import pytest
import torch

from handgrad.check import differences
from handgrad.studies import check_errors

X = torch.tensor([0.3, -1.2, 0.7, 2.0], dtype=torch.float64)
U = torch.tensor([1.0, 0.5, -2.0, 0.25], dtype=torch.float64)


def f(x):
    return (x.sin() * x.exp()).sum()


# The derivative of sin x · eˣ along U, written out.
TRUTH = (((X.sin() + X.cos()) * X.exp()) * U).sum()


def order(way):
    """How the error shrinks with the step, as an exponent: from 10⁻² to 10⁻³, far from rounding."""
    errors = [(way(f, X, U, h) - TRUTH).abs().item() for h in (1e-2, 1e-3)]
    return math.log10(errors[0] / errors[1])


def test_the_error_shrinks_like_h_and_like_h_squared():
    assert order(differences.one_sided) == pytest.approx(1, abs=0.05)
    assert order(differences.central) == pytest.approx(2, abs=0.05)


def test_a_wrong_derivative_is_convicted():
    for way, h in ((differences.one_sided, 1e-7), (differences.central, 1e-5), (differences.complex_step, 1e-30)):
        found = way(f, X, U, h)
        torch.testing.assert_close(found, TRUTH, rtol=1e-5, atol=0)
        assert abs(found / (1.001 * TRUTH) - 1) > 1e-4


def test_the_complex_step_is_right_to_the_last_digits_however_small_it_is():
    for h in (1e-10, 1e-30, 1e-200):
        torch.testing.assert_close(differences.complex_step(f, X, U, h), TRUTH, rtol=1e-15, atol=0)
    torch.testing.assert_close(differences.complex_step(f, X, U), TRUTH, rtol=1e-15, atol=0)


def test_central_differences_are_exact_for_a_parabola_and_one_sided_ones_are_not():
    def parabola(x):
        return (x * x).sum()

    x, u = torch.tensor([3.0, 5.0]), torch.tensor([1.0, 2.0])
    assert differences.central(parabola, x, u, 0.5) == 26
    assert differences.one_sided(parabola, x, u, 0.5) == 26 + 0.5 * 5


def test_the_derivative_of_a_tensor_has_its_shape():
    for way in (differences.one_sided, differences.central, differences.complex_step):
        derivative = way(lambda x: x.view(2, 2) ** 2, X, U, 1e-6)
        torch.testing.assert_close(derivative, (2 * X * U).view(2, 2), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("x", [
    X.clone(), X.view(2, 2), X.view(2, 2).T, X[::2], X[:1].expand(3), X[0], X[:0],
], ids=["(4,)", "(2, 2)", "transposed", "strided", "expanded", "scalar", "empty"])
def test_every_entry_is_autograds_gradient_and_x_stays(x):
    def g(x):
        return (x.sin() * torch.arange(1.0, x.numel() + 1, dtype=x.dtype).view(x.shape)).sum()

    kept = x.clone()
    (expected,) = torch.autograd.grad(g(leaf := x.clone().requires_grad_()), leaf)
    got = differences.every_entry(g, x)
    assert got.shape == x.shape and got.dtype == x.dtype
    torch.testing.assert_close(got, expected, rtol=1e-8, atol=1e-9)
    assert torch.equal(x, kept)


def test_every_entry_finds_dlogits():
    generator = torch.Generator().manual_seed(0)
    logits, targets = torch.randn(3, 5, generator=generator, dtype=torch.float64), torch.tensor([4, 0, 4])
    by_hand = check_errors.gradient(logits, targets)
    found = differences.every_entry(lambda z: check_errors.mean_loss(z, targets), logits)
    torch.testing.assert_close(found, by_hand, rtol=1e-8, atol=1e-9)
    assert (found - by_hand * 1.001).abs().max() > 1e-5


def test_none_changes_its_inputs():
    kept = X.clone(), U.clone()
    for way in (differences.one_sided, differences.central, differences.complex_step):
        way(f, X, U, 1e-3)
    assert torch.equal(X, kept[0]) and torch.equal(U, kept[1])
