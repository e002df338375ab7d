"""The checker checked: what it lets through, what it stops and what it says."""

import math
from collections import namedtuple
from typing import NamedTuple

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import moved, row
from torch import Tensor

from handgrad.check.comparison import GradientMismatch, Row, compare, judge, judge_one, table

G = torch.Generator().manual_seed(0)
X = torch.randn(4, 3, generator=G, dtype=torch.float64)


class Pair(NamedTuple):
    a: Tensor | None
    b: Tensor | None


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**31), exponent=st.integers(-30, 30), shape=st.lists(st.integers(1, 4), max_size=3),
)
def test_every_tensor_agrees_with_itself_and_with_nothing_next_to_it(seed, exponent, shape):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(shape, generator=generator) * 10.0**exponent
    assert row(x, x.clone()) == Row("x", tuple(shape), True, True, 0.0, 0.0, "")
    other = moved(x.flatten(), int(x.numel() * 0.5), x.abs().max() * 1.001 + 1e-30).view(shape)
    assert not row(other, x).agrees and not row(x, other).agrees


# Numbers that are none.

@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("everywhere", [False, True])
def test_nan_and_infinity_fail_on_either_side_and_on_both(bad, everywhere):
    spoiled = torch.full_like(X, bad) if everywhere else moved(X, (1, 2), bad)
    for got, expected in ((spoiled, X), (X, spoiled), (spoiled, spoiled), (-spoiled, spoiled)):
        assert not row(got, expected).agrees
        assert not row(got, expected, 1e300).agrees
        assert row(got, expected).problem


def test_an_infinite_expectation_does_not_stretch_the_tolerance():
    expected = torch.tensor([math.inf, 1.0])
    for got in (torch.tensor([3.0, 5.0]), torch.tensor([math.inf, 1.0]), torch.tensor([-math.inf, 1.0])):
        assert not row(got, expected).agrees


def test_a_difference_that_overflows_is_wrong():
    big = torch.full((2,), 3e38)
    assert not row(-big, big).agrees
    assert row(-big, big).maxdiff == math.inf


def test_where_zero_is_expected_nothing_else_agrees_without_a_size():
    zero = torch.zeros(3)
    assert row(zero, zero) == Row("x", (3,), True, True, 0.0, 0.0, "")
    assert row(-zero, zero).agrees
    off = moved(zero, 1, 1e-30)
    assert not row(off, zero).agrees and row(off, zero).ulps == math.inf
    assert row(off, zero, 1.0).agrees


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_an_empty_gradient_agrees_with_its_like_alone(shape):
    assert row(torch.zeros(shape), torch.zeros(shape)) == Row("x", shape, True, True, 0.0, 0.0, "")
    assert not row(torch.zeros(shape), torch.zeros(*shape, 1)).agrees


def test_a_scalar_has_no_index(capsys):
    problem = "dx: got 2, expected 1; 1 of 1 entries are wrong"
    assert row(torch.tensor(2.0), torch.tensor(1.0)).problem == problem
    compare({"x": torch.tensor(1.0)}, {"x": torch.tensor(1.0)})
    assert "scalar" in capsys.readouterr().out


# Kinds.

@pytest.mark.parametrize("got, expected, says", [
    (X[0], X[:1], r"has shape \(3,\), expected \(1, 3\)"),
    (X[:, :1], X, r"has shape \(4, 1\), expected \(4, 3\)"),
    (X.sum(), X[:1, :1], r"has shape \(\), expected \(1, 1\)"),
    (X.T, X, r"has shape \(3, 4\), expected \(4, 3\)"),
    (X.float(), X, "has dtype torch.float32, expected torch.float64"),
    (X.half(), X.bfloat16(), "has dtype torch.float16, expected torch.bfloat16"),
    (X.long(), X.long(), "has dtype torch.int64; only float16"),
    (X.bool(), X.bool(), "has dtype torch.bool; only float16"),
    (X + 0j, X + 0j, "has dtype torch.complex128; only float16"),
    (X.tolist(), X, "is list, not a tensor"),
    (X.numpy(), X, "is ndarray, not a tensor"),
    (1.0, torch.tensor(1.0), "is float, not a tensor"),
    (X, X.numpy(), "cannot be judged: what is expected is ndarray, not a tensor"),
    (X.to("meta"), X, "is on device meta, expected cpu"),
    (X.to("meta"), X.to("meta"), "cannot be judged: only dense tensors"),
    (X.to_sparse(), X, "cannot be judged: only dense tensors"),
    (X, X.to_sparse(), "cannot be judged: only dense tensors"),
], ids=str)
def test_another_kind_is_wrong_before_any_number_is_looked_at(got, expected, says, capsys):
    with pytest.raises(GradientMismatch, match=f"^dx: {says}"):
        compare({"x": got}, {"x": expected})
    printed = capsys.readouterr().out.splitlines()[-1].split()
    assert printed[-4:] == ["False", "False", "nan", "nan"]


def test_layout_and_history_do_not_count():
    leaf = X.clone().requires_grad_()
    for same in (X.T.contiguous().T, leaf, leaf * 1, torch.nn.Parameter(X)):
        assert row(same, X).exact and row(X, same).exact
    assert row(X[:1].expand(4, 3), X[:1].repeat(4, 1)).exact


# Names.

def test_names_must_be_the_same_on_both_sides():
    with pytest.raises(ValueError, match="only one side has a gradient for: b, c$"):
        judge({"a": X, "b": X}, {"a": X, "c": X})
    with pytest.raises(ValueError, match="only one side has a gradient for: 1$"):
        judge({0: X}, {0: X, 1: X})
    with pytest.raises(ValueError, match="only one side has a gradient for: b$"):
        judge(Pair(X, None), Pair(X, X))
    with pytest.raises(ValueError, match="only one side has a gradient for: x, y$"):
        judge(Pair(X, None), namedtuple("Other", "a x y")(X, X, X))


def test_a_size_for_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="sizes names what is not compared: bb$"):
        judge({"b": X}, {"b": X}, {"bb": 1.0})
    with pytest.raises(ValueError, match="sizes names what is not compared: b$"):
        judge(Pair(X, None), Pair(X, None), {"b": 1.0})


@pytest.mark.parametrize("nothing", [{}, Pair(None, None), {"a": None}])
def test_to_compare_nothing_is_no_success(nothing):
    with pytest.raises(ValueError, match="there is no gradient to compare"):
        compare(nothing, nothing)


@pytest.mark.parametrize("unnamed", [X, (X,), [X], (X[:2, :2],), None])
def test_gradients_without_names_are_refused(unnamed):
    with pytest.raises(TypeError, match="gradients come by name"):
        compare(unnamed, unnamed)


def test_the_order_of_a_mapping_does_not_matter():
    assert [r.name for r in judge({"a": X, "b": X + 1}, {"b": X + 1, "a": X})] == ["a", "b"]
    assert all(r.exact for r in judge(Pair(X, None), {"a": X}))


# What it says.

def test_the_message_names_variable_index_got_and_expected_and_all_that_are_wrong(capsys):
    wrong = moved(moved(X, (2, 1), 5.0), (0, 0), X[0, 0] + 1e-3)
    with pytest.raises(GradientMismatch) as error:
        compare({"a": wrong, "b": X, "c": -X}, {"a": X, "b": X, "c": X})
    first, second = str(error.value).splitlines()
    assert first == f"da[2, 1]: got 5, expected {X[2, 1].item():.9g}; 2 of 12 entries are wrong"
    assert second.startswith("dc[") and second.endswith("12 of 12 entries are wrong")
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == ["gradient", "----------", "da", "db", "dc"]


def test_the_worst_entry_is_named_and_nan_is_worse_than_any_number():
    wrong = moved(moved(X, (0, 0), 1e3), (3, 2), math.nan)
    assert row(wrong, X).problem.startswith("dx[3, 2]: got nan")
    with_size = row(moved(moved(X, (0, 0), 1e3), (1, 1), 1e2), X, moved(torch.ones(4, 3), (0, 0), 1e20))
    assert with_size.problem.startswith("dx[1, 1]: got 100")
    assert row(moved(X, (2, 1), X[2, 1] + 1e-9), X).problem.startswith("dx[2, 1]: got")


def test_the_table_is_printed_even_when_all_is_well(capsys):
    off = X.float() * (1 + 2**-23)
    compare(Pair(X, None), Pair(X, None))
    compare({"W1": off, "loss": off.sum()}, {"W1": X.float(), "loss": off.sum()})
    head, _, first, head2, _, second, third = capsys.readouterr().out.splitlines()
    assert head.split() == head2.split() == ["gradient", "shape", "exact", "approximate", "maxdiff", "ulps"]
    assert first.split() == ["da", "4×3", "True", "True", "0.0e+00", "0"]
    assert second.split()[:4] == ["dW1", "4×3", "False", "True"] and 0 < float(second.split()[5]) <= 2
    assert third.split()[1] == "scalar"


def test_judge_prints_nothing_and_table_prints_what_it_is_given(capsys):
    rows = judge({"x": X}, {"x": -X})
    assert capsys.readouterr().out == ""
    assert "False" in table(rows) and len(table(rows).splitlines()) == 3


def test_a_value_that_is_no_gradient_goes_by_its_own_name():
    wrong = judge_one("emb", X + 1, X, None, prefix="")
    assert wrong.problem.startswith("emb[") and "\nemb " in table([wrong])
    assert judge_one("emb", None, X, None, prefix="").problem == "emb: is None, not a tensor"
    assert judge_one("x", X + 1, X, None).problem.startswith("dx[")
