"""Every sentence of the diagnosis is provoked by its mistake, none by another, and nothing makes it raise."""

import ast
import inspect
import itertools
import math
import re

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.check import diagnosis
from handgrad.check.comparison import judge_one
from handgrad.check.diagnosis import diagnose, explain
from handgrad.check.mistakes import any_gradient


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def moved(x, index, value):
    """A copy with entries replaced."""
    copy = x.clone()
    copy[index] = value
    return copy


def off(x, *index):
    """A copy with different amounts added to some entries."""
    part = x[index]
    return moved(x, index, part + torch.arange(1.0, part.numel() + 1).view(part.shape))


X, SQUARE, OTHER = normal(6, 4), normal(5, 5), normal(6, 4, seed=1)
SIZES = {"B": 6, "T": 3}
WORST = r"The worst is dx\[\d, \d\]: got \S+, expected \S+\."
KNOWN = {"The gain is forgotten.": X / 2, "The mean is a constant.": OTHER}
CASES = {
    "right": (X.clone(), X, "It agrees."),
    "right within rounding": (X * (1 + 2**-52), X, "It agrees."),
    "none": (None, X, "The gradient is None, not a tensor."),
    "a number": (1.0, X, "The gradient is float, not a tensor."),
    "dtype": (X.float(), X, "The gradient has dtype torch.float32, expected torch.float64."),
    "integers": (X.long(), X.long(), "The gradient has dtype torch.int64; only float16, .* are compared."),
    "device": (X.to("meta"), X, "The gradient is on device meta, expected cpu."),
    "sparse": (X.to_sparse(), X, "The gradient cannot be judged: only dense tensors .*"),
    "nothing expected": (X, None, "The gradient cannot be judged: what is expected is NoneType, .*"),
    "nan": (moved(X, (0, 1), math.nan), X, "1 of 24 entries are nan or infinite."),
    "infinite": (moved(X, 0, -math.inf), X, "4 of 24 entries are nan or infinite."),
    "infinite expected": (X, moved(X, 0, math.inf), "4 of 24 .* of what is expected are nan or infinite."),
    "known": (OTHER, X, "The mean is a constant."),
    "known first": (X / 2, X, "The gain is forgotten."),
    "keepdim": (X[:1], X[0], r"The shape is \(1, 4\), expected \(4,\): .* an axis was kept or lost."),
    "squeezed": (X[:, 0], X[:, :1], r"The shape is \(6,\), .*: the numbers agree, an axis was kept or lost."),
    "one element": (X[:1, :1], X[0, 0], r"The shape is \(1, 1\), expected \(\): .* axis was kept or lost."),
    "viewed": (X.view(4, 6), X, r"The shape is \(4, 6\), .*: the numbers agree, in another shape."),
    "viewed, with a 2": (X.view(2, 12), X.view(12, 2), r"The shape is .*: the numbers agree, in another shape."),
    "flattened": (X.view(24), X, r"The shape is \(24,\), .*: the numbers agree, in another shape."),
    "transposed": (X.T, X, r"The shape is \(4, 6\), expected \(6, 4\): it is transposed."),
    "a row for a column": (X[:, :1].T, X[:, :1], r"The shape is .* expected \(6, 1\): it is transposed."),
    "transposed and wrong": (OTHER.T, X, "The shape is .*: it is transposed, and the numbers .*."),
    "sum missing": (X, X.sum(0), r"The shape is .* expected \(4,\): the sum over axis 0 is missing."),
    "two sums missing": (X.view(2, 3, 4), X.sum(0), r"The shape is .*: the sums over axes 0 and 1 are missing."),
    "outer sums missing": (X.view(2, 3, 4), X.view(2, 3, 4).sum((0, 2), keepdim=True),
                           r"The shape is .*: the sums over axes 0 and 2 are missing."),
    "two sums too many": (X.sum(), X, r"The shape is .*: it was summed over axes 0 and 1, two sums too many."),
    "sum of rows missing": (X, X.sum(1, keepdim=True), "The shape is .*: the sum over axis 1 is missing."),
    "sum too many": (X.sum(0), X, r"The shape is \(4,\), .*: it was summed over axis 0, a sum too many."),
    "sum of rows too many": (X.sum(1, keepdim=True), X, r"The shape is \(6, 1\), .* over axis 1, a sum too many."),
    "shape": (X[:2], X, r"The shape is \(2, 4\), expected \(6, 4\)."),
    "scalar for a matrix": (X[0, 0], X, r"The shape is \(\), expected \(6, 4\)."),
    "sign": (-X, X, "The sign is wrong."),
    "no 1/B": (X * 6, X, "Every entry is B times too large: the division by B is missing."),
    "1/T twice": (X / 3, X, "Every entry is T times too small: a division by T too many."),
    "Bessel forgotten": (X * 5 / 6, X, "Divided by B instead of B − 1."),
    "Bessel too many": (X * 6 / 5, X, "Divided by B − 1 instead of B."),
    "square": (SQUARE.T, SQUARE, "It is transposed; the matrix is square, .*"),
    "next row": (X.roll(1, 0), X, "Every entry is one place off along axis 0."),
    "next column": (X.roll(-1, 1), X, "Every entry is one place off along axis 1."),
    "summed": (X.sum(0).expand(6, 4), X, "It was summed over axis 0 and copied back: a sum too many."),
    "factor": (X * -2.5, X, "Every entry is -2.5 times the right one."),
    "factor near 1": (X * (1 + 1e-9), X, r"Every entry is 1 \+1.0e-09 times the right one."),
    "factor below 1": (X * (1 - 2e-7), X, "Every entry is 1 -2.0e-07 times the right one."),
    "factor of a scalar": (X[0, 0] * 7, X[0, 0], "Every entry is 7 times the right one."),
    "columns": (X + X[0], X, "In each column every row is off by the same amount: a path .*"),
    "rows": (X + X[:, :1], X, "In each row every column is off by the same amount: a path .*"),
    "columns of two": (X[:2] + X[4], X[:2], "In each column every row is off by the same amount: .*"),
    "diagonal": (SQUARE + SQUARE.diag().diag(), SQUARE,
                 f"No known mistake matches: 5 of 25 entries are wrong, all on the diagonal. {WORST}"),
    "diagonal of two": (SQUARE[:2, :2] + torch.tensor([1.0, 3.0]).diag(), SQUARE[:2, :2],
                        f"No known .*: 2 of 4 entries are wrong, all on the diagonal. {WORST}"),
    "one row": (off(X, 3), X, f"No known mistake matches: 4 of 24 entries are wrong, all in row 3. {WORST}"),
    "two in a row": (off(X, 3, slice(0, 2)), X, f"No .*: 2 of 24 entries are wrong, all in row 3. {WORST}"),
    "one column": (off(X, slice(None), 2), X, f"No .*: 6 of 24 entries are wrong, all in column 2. {WORST}"),
    "last write wins": (moved(X, (slice(1, 3), slice(0, 2)), 0.0), X,
                        f"No known .*: 4 of 24 entries are wrong, 4 are zero and should not be. {WORST}"),
    "one entry": (off(X, 3, 1), X, rf"No known mistake matches: 1 of 24 entries are wrong. {WORST}"),
    "one column alone": (off(X[:, :1], slice(1, 3)), X[:, :1], f"No .*: 2 of 6 entries are wrong. {WORST}"),
    "one by one": (X[:1, :1] * 0, X[:1, :1], f"No .*: 1 of 1 .* wrong, 1 are zero and .* be. {WORST}"),
    "vector": (off(X[0], slice(1, 3)), X[0], r"No .*: 2 of 4 entries are wrong. The worst is dx\[2\]: .*"),
    "all else": (normal(6, 4, seed=2), X, f"No known mistake matches: 24 of 24 entries are wrong. {WORST}"),
}


def sentence_of(id):
    got, expected, _ = CASES[id]
    return explain("x", got, expected, SIZES, KNOWN)


@pytest.mark.parametrize("id", CASES)
def test_each_mistake_gets_its_sentence(id, capsys):
    sentence = sentence_of(id)
    assert re.fullmatch(CASES[id][2], sentence), sentence
    diagnose("x", *CASES[id][:2], SIZES, KNOWN)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].split() == ["gradient", "shape", "exact", "approximate", "maxdiff", "ulps"]
    assert printed[-1] == sentence and len(printed) == 4


def test_no_sentence_of_the_module_goes_unprovoked():
    """Each piece of text in it, docstrings apart, stands in a sentence provoked above."""
    provoked = " ".join(sentence_of(id) for id in CASES)
    module = ast.parse(inspect.getsource(diagnosis) + inspect.getsource(any_gradient))
    docstrings = {ast.get_docstring(node, clean=False) for node in ast.walk(module)
                  if isinstance(node, ast.Module | ast.FunctionDef)} | {any_gradient.__doc__}
    texts = {node.value for node in ast.walk(module)
             if isinstance(node, ast.Constant) and isinstance(node.value, str)} - docstrings
    sentences = {text for text in texts if len(text) > 9}
    assert len(sentences) > 25
    assert not {text for text in sentences if text not in provoked}


ODD = {
    "None": None, "float": 1.0, "list": [1.0, 2.0], "str": "x", "numpy": X.numpy(), "tuple": (X, X),
    "empty": torch.zeros(0), "empty rows": torch.zeros(0, 3), "empty columns": torch.zeros(3, 0),
    "scalar": torch.tensor(2.0), "zero": torch.tensor(0.0), "nan": torch.tensor(math.nan),
    "int": torch.arange(6).view(2, 3), "int scalar": torch.tensor(3), "bool": torch.ones(2, 3).bool(),
    "complex": torch.ones(2, 3) * 1j, "half": torch.ones(2, 3).half(),
    "bfloat16": torch.ones(2, 3).bfloat16(), "float8": torch.ones(2, 3).to(torch.float8_e4m3fn),
    "sparse": torch.eye(3).to_sparse(),
    "meta": torch.ones(2, 3, device="meta"), "double": normal(2, 3), "zeros": torch.zeros(2, 3),
    "matrix": normal(2, 3).float(), "transposed": normal(2, 3).float().T, "vector": torch.ones(3),
    "square": normal(3, 3).float(), "4 axes": normal(1, 2, 3, 1).float(),
    "inf": torch.full((2, 3), math.inf), "-inf": torch.full((2, 3), -math.inf),
    "some nan": moved(torch.ones(2, 3), (0, 0), math.nan),
    "some inf": moved(torch.ones(2, 3), (0, 0), math.inf),
    "huge": torch.full((2, 3), 3e38), "-huge": torch.full((2, 3), -3e38), "one": torch.ones(1, 1),
    "tiny": torch.full((2, 3), 1e-45), "tiny 3": torch.full((2, 3), 4e-45),
    "leaf": torch.ones(2, 3, requires_grad=True), "expanded": torch.tensor(1.0).expand(2, 3),
}


@pytest.mark.parametrize("sizes", [None, {"B": 2}, {"B": 1, "T": 0}], ids=str)
def test_nothing_makes_it_raise_and_it_agrees_exactly_where_compare_does(sizes, capsys):
    for (name, got), (other, expected) in itertools.product(ODD.items(), ODD.items()):
        diagnose("x", got, expected, sizes, {"As ones.": torch.ones(2, 3), "As nothing.": None})
        sentence = capsys.readouterr().out.splitlines()[-1]
        assert (sentence == "It agrees.") == judge_one("x", got, expected, None).agrees, (name, other)
        assert sentence.endswith("."), (name, other)


shapes = st.tuples(st.integers(2, 6), st.integers(2, 6))


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**31), shape=shapes)
def test_an_unknown_mistake_is_not_given_a_name(seed, shape):
    got, expected = normal(*shape, seed=seed), normal(*shape, seed=seed + 1)
    sizes = {"B": shape[0], "H": shape[1]}
    sentence = explain("x", got, expected, sizes, {"A known one.": got + 1})
    assert sentence.startswith("No known mistake matches: ")


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**31), shape=shapes, factor=st.floats(0.01, 100) | st.floats(-100, -0.01))
def test_a_factor_is_found_whatever_it_is(seed, shape, factor):
    x = normal(*shape, seed=seed)
    sentence = explain("x", x * factor, x)
    told = re.fullmatch(r"Every entry is (.*) times the right one.", sentence)
    if sentence in ("It agrees.", "The sign is wrong."):
        assert abs(factor) == pytest.approx(1, abs=1e-15)
    else:
        assert eval(told[1]) == pytest.approx(factor, rel=1e-5)


def test_a_batch_of_one_and_of_two_get_no_sentence_that_is_false():
    zero = torch.zeros_like(X)
    assert explain("x", zero, X, {"B": 1}).startswith("No known mistake")
    assert explain("x", X / 2, X, {"B": 2}) == "Every entry is B times too small: a division by B too many."
    assert explain("x", X * 2, X, {"B": 1}) == "Every entry is 2 times the right one."


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**31), shape=shapes, roundoffs=st.floats(17, 60))
def test_what_is_off_by_little_more_than_rounding_is_not_given_a_name(seed, shape, roundoffs):
    x, noise = normal(*shape, seed=seed), normal(*shape, seed=seed + 1)
    got = x + noise * (roundoffs * 2**-53 * x.abs().max() / noise.abs().max())
    mistake = {"A known one.": x + 2e-15 * normal(*shape, seed=seed + 2)}
    sentence = explain("x", got, x, {"B": shape[0], "H": shape[1]}, mistake)
    assert sentence == "It agrees." or sentence.startswith("No known mistake matches: ")


def test_float32_numbers_whose_squares_overflow_or_vanish_still_show_their_factor():
    for scale in (1e-30, 1e30):
        x = X.float() * scale
        assert explain("x", x * 3, x) == "Every entry is 3 times the right one."


def test_a_name_may_hold_anything_and_nothing_is_changed(capsys):
    got, expected = X + OTHER, X.clone()
    diagnose("W[0]; b", got, expected, SIZES, KNOWN)
    assert "The worst is dW[0]; b[" in capsys.readouterr().out
    assert torch.equal(got, X + OTHER) and torch.equal(expected, X)
