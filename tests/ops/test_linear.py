"""What is particular to the linear operation."""

import kernels
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.check.diagnosis import explain
from handgrad.check.mistakes import linear as mistakes
from handgrad.ops import linear

U = 2.0**-24
SIZES = (7, 4, 5)


def draw(B=7, M=4, N=5, seed=0, dtype=torch.float32, scale=1.0):
    """x (B, M), W (M, N), b (N,) and dy (B, N)."""
    generator = torch.Generator().manual_seed(seed)
    shapes = ((B, M), (M, N), (N,), (B, N))
    x, W, b, dy = (torch.randn(*s, generator=generator, dtype=torch.float64).to(dtype) for s in shapes)
    return x * scale, W, b, dy


@pytest.mark.parametrize("change, error, says", [
    ({"x": torch.ones(4)}, ValueError, r"x must have two axes, not the shape \(4,\)"),
    ({"x": torch.ones(7, 4, dtype=torch.int64)}, TypeError, "x must be a tensor of floating-point numbers"),
    ({"x": torch.ones(7, 3)}, ValueError, r"W has shape \(4, 5\), expected \(3, 5\)"),
    ({"W": torch.ones(5, 4)}, ValueError, r"W has shape \(5, 4\), expected \(4, 4\)"),
    ({"W": torch.ones(4)}, ValueError, "W must have two axes"),
    ({"b": torch.ones(1, 5)}, ValueError, r"b has shape \(1, 5\), expected \(5,\)"),
    ({"b": torch.ones(4)}, ValueError, r"b has shape \(4,\), expected \(5,\)"),
    ({"b": None}, TypeError, "b must be a tensor, not NoneType"),
    ({"W": torch.ones(4, 5, dtype=torch.float64)}, TypeError, "all inputs must have one dtype"),
])
def test_what_does_not_fit_is_named(change, error, says):
    x, W, b, _ = draw()
    with pytest.raises(error, match=says):
        linear.forward(**{"x": x, "W": W, "b": b, **change})


def test_an_upstream_that_would_broadcast_is_refused():
    x, W, b, dy = draw()
    _, saved = linear.forward(x, W, b)
    with pytest.raises(ValueError, match=r"dy has shape \(1, 5\), expected \(7, 5\)"):
        linear.backward(dy[:1], saved)


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**31), B=st.integers(1, 64), M=st.integers(1, 80), N=st.integers(1, 40),
    exponent=st.integers(-6, 6),
)
def test_float32_is_within_the_bound_of_error_analysis(seed, B, M, N, exponent):
    x, W, b, dy = draw(B, M, N, seed, scale=10.0**exponent)
    dx, dW, db = linear.backward(dy, linear.forward(x, W, b)[1])
    X, C, D = x.double(), W.double(), dy.double()
    for got, true, terms, roundings in (
        (dx, D @ C.T, D.abs() @ C.abs().T, 8),
        (dW, X.T @ D, X.abs().T @ D.abs(), 8),
        (db, D.sum(0), D.abs().sum(0), 4),
    ):
        assert ((got - true).abs() <= roundings * U * terms).all()


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**31), B=st.integers(1, 20), M=st.integers(1, 20), N=st.integers(1, 20))
def test_the_three_orders_of_adding_agree(seed, B, M, N):
    x, W, b, dy = draw(B, M, N, seed, torch.float64)
    dx, dW, _ = linear.backward(dy, linear.Saved(x, W))
    whole = (dy * (x @ W)).sum()
    size = (dy.abs() @ W.abs().T * x.abs()).sum()
    for other in ((dx * x).sum(), (dW * W).sum()):
        assert (other - whole).abs() <= 1e-14 * size


@kernels.every_level
def test_every_bit_is_autograds(level):
    output = kernels.run(level, """
from handgrad.ops import linear
generator = torch.Generator().manual_seed(3)
for B, M, N in ((32, 30, 64), (32, 64, 27), (33, 7, 5), (1, 3, 2)):
    shapes = ((B, M), (M, N), (N,), (B, N))
    x, W, b, dy = (torch.randn(*shape, generator=generator) for shape in shapes)
    leaves = [value.clone().requires_grad_() for value in (x, W, b)]
    expected = torch.autograd.grad(leaves[0] @ leaves[1] + leaves[2], leaves, dy)
    got = linear.backward(dy, linear.forward(x, W, b)[1])
    print(all(torch.equal(g, e) for g, e in zip(got, expected)))
""")
    assert output.split() == ["True"] * 4


def test_an_empty_batch_and_a_batch_of_one():
    x, W, b, dy = draw()
    dx, dW, db = linear.backward(dy[:0], linear.forward(x[:0], W, b)[1])
    assert dx.shape == (0, 4) and torch.equal(dW, torch.zeros(4, 5)) and torch.equal(db, torch.zeros(5))
    _, dW, db = linear.backward(dy[:1], linear.forward(x[:1], W, b)[1])
    assert torch.equal(dW, torch.outer(x[0], dy[0])) and torch.equal(db, dy[0])


def test_nan_stays_in_its_row_and_reaches_every_weight_of_its_input():
    x, W, b, dy = draw()
    x[2, 1] = torch.nan
    y, saved = linear.forward(x, W, b)
    dx, dW, db = linear.backward(dy, saved)
    assert y.isnan().any(1).nonzero().tolist() == [[2]]
    assert dx.isfinite().all() and db.isfinite().all()
    assert dW.isnan().any(1).nonzero().tolist() == [[1]] and dW[1].isnan().all()


def test_views_give_what_their_copies_give():
    x, W, _, dy = draw()
    views = linear.backward(dy.T.contiguous().T, linear.Saved(x.T.contiguous().T, W.T.contiguous().T))
    for got, expected in zip(views, linear.backward(dy, linear.Saved(x, W)), strict=True):
        torch.testing.assert_close(got, expected)


def test_a_square_matrix_that_is_not_transposed_is_named():
    x, W, _, dy = draw(7, 5, 5)
    known = mistakes.of_backward(dy, linear.Saved(x, W))
    assert "W is not transposed" in explain("x", dy @ W, dy @ W.T, {"B": 7}, known)
    assert "the shape does not show it" in explain("W", dy.T @ x, x.T @ dy, {"B": 7}, known)


@pytest.mark.parametrize("sizes", [SIZES, (7, 5, 5), (5, 5, 5)])
def test_no_known_mistake_is_right(sizes):
    x, W, b, dy = draw(*sizes, dtype=torch.float64)
    for right in linear.backward(dy, linear.Saved(x, W)):
        for sentence, wrong in mistakes.of_backward(dy, linear.Saved(x, W)).items():
            assert wrong.shape != right.shape or not torch.allclose(wrong, right), sentence
