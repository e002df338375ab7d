"""The sum rule: for every shape that broadcasts it gives autograd's gradient, and it refuses all others."""

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handgrad.support.broadcasting import unbroadcast

sides = st.lists(st.integers(0, 4), max_size=4)


@st.composite
def copied(draw):
    """A shape, and one that it broadcasts to: some axes of 1 are stretched, some axes are put in front."""
    wide = draw(sides)
    narrow = [draw(st.sampled_from([1, n])) for n in wide]
    return tuple(narrow[draw(st.integers(0, len(wide))):]), tuple(wide)


@settings(max_examples=200, deadline=None)
@given(shapes=copied(), seed=st.integers(0, 2**31))
@example(shapes=((), ()), seed=0)
@example(shapes=((), (2, 3)), seed=0)
@example(shapes=((1, 1), (1, 1)), seed=0)
@example(shapes=((2, 1, 3), (4, 2, 1, 3)), seed=0)
@example(shapes=((1,), (0,)), seed=0)
def test_it_is_autograds_gradient_of_a_copy(shapes, seed):
    narrow, wide = shapes
    x = torch.zeros(narrow, dtype=torch.float64, requires_grad=True)
    grad = torch.randn(wide, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    kept = grad.clone()
    (expected,) = torch.autograd.grad(x.expand(wide), x, grad)
    got = unbroadcast(grad, narrow)
    assert got.shape == narrow and got.dtype == grad.dtype
    torch.testing.assert_close(got, expected)
    assert torch.equal(grad, kept)


@settings(max_examples=200, deadline=None)
@given(narrow=sides, wide=sides)
def test_it_refuses_what_torch_does_not_broadcast_and_nothing_else(narrow, wide):
    try:
        torch.empty(narrow).expand(wide)
    except RuntimeError:
        with pytest.raises(ValueError, match="does not broadcast"):
            unbroadcast(torch.empty(wide), tuple(narrow))
    else:
        assert unbroadcast(torch.zeros(wide), tuple(narrow)).shape == tuple(narrow)


@pytest.mark.parametrize("shape, wide", [
    ((3,), (2, 4)), ((2, 3), (3,)), ((3, 2), (2, 3)), ((2,), ()), ((0,), (1,)),
])
def test_the_message_names_both_shapes(shape, wide):
    with pytest.raises(ValueError) as error:
        unbroadcast(torch.zeros(wide), shape)
    assert str(error.value) == f"a value of shape {shape} does not broadcast to {wide}"


def test_every_kind_of_shape_is_taken():
    grad = torch.ones(2, 3)
    for shape in (torch.Size([1, 3]), [1, 3], (1, 3), torch.zeros(1, 3).shape):
        assert torch.equal(unbroadcast(grad, shape), torch.full((1, 3), 2.0))


def test_other_layouts_and_dtypes():
    grad = torch.arange(6.0).view(2, 3)
    for same in (grad.T.contiguous().T, grad.double(), grad.half(), grad[:1].expand(2, 3)):
        torch.testing.assert_close(unbroadcast(same, (3,)), same.sum(0))


def test_two_uses_of_one_value_collect_both():
    """A bias in a sum and a gain in a product: the rule with the chain rule gives autograd's gradients."""
    generator = torch.Generator().manual_seed(0)
    x, dy = torch.randn(2, 4, 3, generator=generator, dtype=torch.float64)
    gain, bias = torch.randn(2, 3, generator=generator, dtype=torch.float64).requires_grad_().unbind()
    expected = torch.autograd.grad(x * gain + bias, (gain, bias), dy)
    torch.testing.assert_close((unbroadcast(dy * x, (3,)), unbroadcast(dy, (3,))), expected)
