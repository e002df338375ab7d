"""One pair of tensors judged, and a tensor with one entry replaced: what tests of the comparison begin with."""

from handgrad.check.comparison import judge_one


def row(got, expected, size=None):
    return judge_one("x", got, expected, size)


def moved(x, index, value):
    """A copy with one entry replaced."""
    copy = x.clone()
    copy[index] = value
    return copy
