"""What a tolerance is, to the bit, and how differences are counted in units of the last place."""

import math

import pytest
import torch
from judged import moved, row

from handgrad.check.comparison import judge
from handgrad.check.tolerance import ROUNDINGS, in_ulps, tolerance, ulp

X = torch.randn(4, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
DTYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
by_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=str)


@by_dtype
def test_the_tolerance_is_sixteen_roundoffs_of_the_largest_entry_to_the_bit(dtype):
    expected = torch.tensor([1.0, 0.25, -0.5]).to(dtype)
    unit = torch.finfo(dtype).eps / 2
    assert tolerance(expected).item() == ROUNDINGS * unit == 16 * unit
    for index in (1, 2):
        inside = moved(expected, index, expected[index] + 16 * unit)
        assert (inside - expected).abs().max() == 16 * unit
        assert row(inside, expected).agrees and not row(inside, expected).exact
        outside = moved(expected, index, torch.nextafter(inside[index], torch.tensor(9.0).to(dtype)))
        assert not row(outside, expected).agrees


def test_a_size_replaces_the_largest_entry():
    expected = torch.tensor([1e-9, -1e-9], dtype=torch.float64)
    got = expected + 1e-16
    assert not row(got, expected).agrees
    assert row(got, expected, 1.0).agrees
    assert row(got, expected, torch.tensor([1.0, 1.0])).agrees
    assert not row(got, expected, torch.tensor([1.0, 1e-9])).agrees


def test_a_size_a_row_judges_each_row_by_its_own():
    expected = torch.ones(2, 3, dtype=torch.float64)
    sizes = torch.tensor([[1.0], [1e6]])
    assert row(moved(expected, (1, 2), 1 + 1e-10), expected, sizes).agrees
    assert not row(moved(expected, (0, 2), 1 + 1e-10), expected, sizes).agrees


def test_a_size_of_zero_demands_equality():
    assert row(X, X, 0.0).agrees
    assert not row(moved(X, (1, 1), X[1, 1] * (1 + 2**-52)), X, 0.0).agrees


@pytest.mark.parametrize("size, says", [
    (torch.ones(5, 1, 1), "does not broadcast"), (torch.ones(4), "does not broadcast"),
    (torch.ones(2, 4, 3), "does not broadcast"), (math.inf, "must be finite and not negative"),
    (math.nan, "must be finite"), (-1.0, "not negative"),
    (torch.tensor([1.0, math.inf, 1.0]), "must be finite"),
])
def test_a_size_that_is_none_is_refused(size, says):
    with pytest.raises(ValueError, match=says):
        judge({"x": X}, {"x": X}, {"x": size})


@by_dtype
def test_ulp_is_the_gap_to_the_next_number(dtype):
    eps = torch.finfo(dtype).eps
    for value in (1.0, 1.5, 1.75, 2.0, 3.0, 0.75, 0.1, 1000.0):
        x = torch.tensor(value).to(dtype)
        gap = torch.nextafter(x, torch.tensor(math.inf).to(dtype)) - x
        assert ulp(x.item(), eps) == ulp(-x.item(), eps) == gap.item()


def test_ulp_of_zero_and_of_what_is_no_number():
    assert ulp(0.0, 2.0**-23) == 0
    assert all(math.isnan(ulp(x, 2.0**-23)) for x in (math.inf, -math.inf, math.nan))
    assert in_ulps(3 * 2.0**-23, 1.5, 2.0**-23) == 3
    assert in_ulps(0.0, 0.0, 2.0**-23) == 0
    assert in_ulps(1e-9, 0.0, 2.0**-23) == in_ulps(math.inf, 0.0, 2.0**-23) == math.inf
    assert math.isnan(in_ulps(math.nan, 0.0, 2.0**-23)) and math.isnan(in_ulps(1.0, math.inf, 2.0**-23))


def test_the_column_counts_last_places_of_the_largest_entry():
    expected = torch.tensor([3.0, 0.1])
    got = moved(expected, 1, expected[1] + 5 * 2.0**-22)
    assert row(got, expected).ulps == pytest.approx(5, abs=0.1)
