"""What is particular to tanh."""

import math

import kernels
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.check.diagnosis import explain
from handgrad.check.mistakes import tanh as mistakes
from handgrad.ops import tanh

U = 2.0**-24


def normal(*shape, seed=0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def slope_at(x):
    """What backward multiplies with: its answer to an upstream gradient of ones."""
    y, saved = tanh.forward(x)
    return tanh.backward(torch.ones_like(y), saved)


@pytest.mark.parametrize("shape", [(), (5,), (1, 5), (5, 3), (3, 5, 1)])
def test_an_upstream_of_another_shape_is_refused_by_name(shape):
    _, saved = tanh.forward(normal(3, 5))
    with pytest.raises(ValueError, match=r"dy has shape .*, expected \(3, 5\)"):
        tanh.backward(torch.ones(shape), saved)


def test_an_upstream_that_is_no_tensor_is_refused_by_name():
    with pytest.raises(TypeError, match="dy must be a tensor, not float"):
        tanh.backward(1.0, tanh.forward(normal(3, 5))[1])


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 100), exponent=st.integers(-6, 3))
def test_float32_is_within_two_roundings_of_the_slope_of_its_output(seed, n, exponent):
    y, saved = tanh.forward(normal(n, seed=seed) * 10.0**exponent)
    dy = normal(n, seed=seed + 1)
    true = (1 - y.double() ** 2) * dy.double()
    # The slope is rounded by at most U with or without a fused multiply-add, the product by U of itself.
    assert ((tanh.backward(dy, saved) - true).abs() <= U * (dy.double().abs() + true.abs())).all()


@settings(max_examples=50, deadline=None)
@given(x=st.floats(-8, 8, width=32))
def test_the_relative_error_grows_as_the_chapter_says(x):
    slope = slope_at(torch.tensor([x])).item()
    true = 4 / (math.exp(x) + math.exp(-x)) ** 2
    # Half an ulp of the output is what the chapter counts; torch's tanh may be off by a whole one.
    assert abs(slope - true) <= 3 * U + U * true
    assert abs(slope - true) / true <= (1 + math.exp(2 * abs(x))) * U


@kernels.every_level
def test_every_bit_is_autograds(level):
    output = kernels.run(level, """
from handgrad.ops import tanh
generator = torch.Generator().manual_seed(3)
for shape in ((32, 64), (33, 7), (1, 1), (2048,)):
    for dtype in (torch.float32, torch.float64):
        x = (3 * torch.randn(*shape, generator=generator, dtype=torch.float64)).to(dtype)
        dy = torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)
        leaf = x.clone().requires_grad_()
        (expected,) = torch.autograd.grad(leaf.tanh(), leaf, dy)
        print(torch.equal(tanh.backward(dy, tanh.forward(x)[1]), expected))
""")
    assert output.split() == ["True"] * 8


@kernels.every_level
def test_the_plain_spelling_differs_only_where_there_is_a_fused_one(level):
    output = kernels.run(level, """
y = torch.randn(2048, generator=torch.Generator().manual_seed(3)).tanh()
fused, plain = torch.addcmul(torch.ones_like(y), y, y, value=-1), 1 - y**2
print(torch.equal(fused, plain), ((fused - plain).abs().max() <= 2.0**-24).item())
""")
    assert output.split() == [str(level == "default"), "True"]


def test_special_values():
    x = torch.tensor([0.0, -0.0, 1e-40, math.inf, -math.inf, 20.0, -20.0])
    assert slope_at(x).tolist() == [1, 1, 1, 0, 0, 0, 0]
    assert slope_at(torch.tensor([math.nan, 0.0])).isnan().tolist() == [True, False]


def test_a_slope_lies_between_zero_and_one():
    slope = slope_at(torch.linspace(-12, 12, 100_001))
    assert slope.min() == 0 and slope.max() == 1


@pytest.mark.parametrize("dtype, digits", [
    (torch.bfloat16, 8), (torch.float16, 11), (torch.float32, 24), (torch.float64, 53),
])
def test_the_slope_is_gone_where_the_chapter_says(dtype, digits):
    end = (digits + 2) / 2 * math.log(2)
    around = torch.tensor([0.98 * end, 1.02 * end], dtype=dtype)
    assert (slope_at(around) == 0).tolist() == [False, True]


def test_no_known_mistake_is_right_and_each_is_named():
    x, dy = normal(4, 6, dtype=torch.float64), normal(4, 6, seed=1, dtype=torch.float64)
    right = tanh.backward(dy, x.tanh())
    for sentence, wrong in mistakes.of_backward(dy, x).items():
        assert not torch.allclose(wrong, right), sentence
        assert explain("x", wrong, right, {"B": 4}, mistakes.of_backward(dy, x)) == sentence
