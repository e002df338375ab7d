"""The known mistakes: each is wrong, no two are the same, and the diagnosis gives each its own sentence."""

import importlib
import itertools
from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from cases import (
    Sizes,
    as_tuple,
    draw_batchnorm,
    draw_cross_entropy,
    draw_embedding,
    draw_linear,
    draw_softmax,
    draw_tanh,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.check.comparison import judge_one
from handgrad.check.diagnosis import explain
from handgrad.ops import batchnorm, catalogue, cross_entropy, embedding, linear, softmax, tanh


class Known(NamedTuple):
    """An operation with its options, how to draw its inputs, and its mistakes, of (dy, inputs, saved)."""

    op: object
    draw: Callable
    of: Callable
    options: dict = {}


def of_saved(stem):
    """Most lists of mistakes are made of the upstream gradient and of what was saved."""
    return lambda dy, inputs, saved: mistakes(stem).of_backward(dy, saved)


def mistakes(stem):
    """The module of an operation's mistakes."""
    return importlib.import_module(f"handgrad.check.mistakes.{stem}")


KNOWN = {
    "cross_entropy": Known(cross_entropy, draw_cross_entropy, of_saved("cross_entropy")),
    "softmax": Known(softmax, draw_softmax, of_saved("softmax")),
    "linear": Known(linear, draw_linear, of_saved("linear")),
    "tanh": Known(tanh, draw_tanh, lambda dy, inputs, saved: mistakes("tanh").of_backward(dy, inputs[0])),
    "batchnorm": Known(batchnorm, draw_batchnorm, of_saved("batchnorm"), {"correction": 1}),
    "batchnorm biased": Known(
        batchnorm, draw_batchnorm, of_saved("batchnorm"), {"correction": 0}
    ),
    "embedding": Known(embedding, draw_embedding, of_saved("embedding")),
}
every = pytest.mark.parametrize("name", KNOWN)
# B ≥ 4 and T ≥ 2: with fewer rows two mistakes can be one, such as B − 1 for B and the factor 2 at B = 2.
dtypes = st.sampled_from([torch.float32, torch.float64])
drawn = given(seed=st.integers(0, 2**31), B=st.integers(4, 9), dtype=dtypes)


def draw(name, seed, B=7, dtype=torch.float64, sizes=None):
    """The known mistakes and the right gradients, the upstream gradient random also where it is a scalar."""
    known = KNOWN[name]
    generator = torch.Generator().manual_seed(seed)
    inputs = known.draw(generator, dtype, sizes or Sizes(B=B))
    y, saved = known.op.forward(*inputs, **known.options)
    dy = torch.randn(y.shape, generator=generator, dtype=torch.float64).to(dtype)
    return known.of(dy, inputs, saved), as_tuple(known.op.backward(dy, saved))


def same(a, b):
    return judge_one("", a, b, None).agrees


def gradient_for(wrong, right):
    """The right gradient that a wrong one stands for, known by its shape."""
    (found,) = (gradient for gradient in right if gradient.shape == wrong.shape)
    return found


def test_every_list_of_mistakes_is_tested():
    assert {each.stem for each in catalogue.OPERATIONS} == {name.split()[0] for name in KNOWN}


@every
@settings(max_examples=20, deadline=None)
@drawn
def test_each_is_wrong_and_the_diagnosis_names_it(name, seed, B, dtype):
    known, right = draw(name, seed, B, dtype)
    for sentence, wrong in known.items():
        expected = gradient_for(wrong, right)
        assert wrong.dtype == dtype and wrong.isfinite().all(), sentence
        assert not same(wrong, expected) and not same(expected, wrong), sentence
        assert explain("x", wrong, expected, {"B": B}, known) == sentence


@every
@settings(max_examples=20, deadline=None)
@drawn
def test_no_two_are_the_same(name, seed, B, dtype):
    known, _ = draw(name, seed, B, dtype)
    for (one, first), (other, second) in itertools.combinations(known.items(), 2):
        assert first.shape != second.shape or not same(first, second), (one, other)


@every
def test_they_do_not_keep_a_right_gradient_from_agreeing_nor_an_unknown_one_from_being_unknown(name):
    known, right = draw(name, 0)
    for gradient in right:
        assert explain("x", gradient, gradient, None, known) == "It agrees."
        noise = torch.randn(gradient.shape, generator=torch.Generator().manual_seed(9), dtype=torch.float64)
        assert explain("x", gradient + noise, gradient, None, known).startswith("No known mistake matches")


@every
def test_each_is_a_sentence_that_nothing_else_says(name):
    for sentence in draw(name, 0)[0]:
        assert sentence.endswith(".") and len(sentence) > 20
        assert not sentence.startswith(("No known mistake", "It agrees", "Every entry is", "The shape is"))


def test_a_square_matrix_that_is_not_transposed_is_named():
    known, right = draw("linear", 0, sizes=Sizes(B=7, D=5, H=5))
    sentence = "W is not transposed; the matrix is square, so the shape does not show it."
    assert explain("x", known[sentence], right[0], {"B": 7}, known) == sentence
    assert not any("transposed" in sentence for sentence in draw("linear", 0)[0])


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("correction", [0, 1])
def test_a_mistake_that_gives_zero_is_named_although_what_comes_out_is_rounding(correction, dtype):
    """With ones upstream the true dx of batchnorm is zero, and the formula gives the noise of its terms."""
    name = "batchnorm" if correction else "batchnorm biased"
    known, (right, _, _) = draw(name, 0, dtype=dtype)
    inputs = draw_batchnorm(torch.Generator().manual_seed(0), dtype)
    _, saved = batchnorm.forward(*inputs, correction=correction)
    noise = batchnorm.backward(torch.ones_like(right), saved)[0]
    assert noise.any()
    # The sentence is given to what lies within rounding of the right gradient's size, and to no more.
    assert explain("x", noise, right, None, known) == "The upstream gradient is taken as ones."
    assert explain("x", noise + right / 1000, right, None, known) != "The upstream gradient is taken as ones."
