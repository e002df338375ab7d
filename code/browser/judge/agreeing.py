"""The rows of the table for values that agree, found in one pass; whatever may be wrong goes to the judge."""

from array import array

import torch
from torch import Tensor

from handgrad.check.comparison import Row, judge_one
from handgrad.check.tolerance import ROUNDINGS, in_ulps

INFINITY = float("inf")
WIDTHS = (torch.float32, torch.float64)


def row(name, got, expected, size, prefix="d"):
    """What `judge_one` answers, in less time where it answers that the value agrees."""
    like = isinstance(got, Tensor) and isinstance(expected, Tensor) and got.dtype == expected.dtype
    if like and got.shape == expected.shape and got.dtype in WIDTHS and got.numel():
        largest, ulps = distance(got, expected, size)
        if largest is not None:
            exact = largest == 0
            return Row(name, tuple(got.shape), exact, True, largest, ulps, "", prefix)
    return judge_one(name, got, expected, size, prefix)


def distance(got, expected, size):
    """The largest difference, as a number and in last places, or None where it may be more than rounding explains."""
    x, y, eps = got.flat(), expected.flat(), torch.finfo(got.dtype).eps
    apart = [abs(x[i] - y[i]) for i in range(len(x))]
    whole, largest, top = sum(apart), max(apart), max(max(y), -min(y))
    # A nan or an infinity on either side makes the sum one.
    if whole - whole != 0:
        return None, None
    if not largest <= ROUNDINGS * eps / 2 * smallest(size, expected, top) < INFINITY:
        return None, None
    if got.dtype == torch.float32:
        # As torch computes it.
        largest = array("f", [largest])[0]
    return largest, in_ulps(largest, top, eps)


def smallest(size, expected, top):
    """The smallest of the sizes of the terms, by default the largest entry; of a size that is odd, less than any."""
    if size is None:
        return top
    if isinstance(size, Tensor) and size.dtype == expected.dtype and size.shape in ((), expected.shape):
        return min(size.flat())
    return -1
