"""Is one backward pass worse than another? Paired differences of the loss, and their interval."""

from collections.abc import Sequence
from functools import cache
from statistics import mean, stdev
from typing import NamedTuple

import mpmath

LEVEL = 0.95


class Paired(NamedTuple):
    """The mean of `count` paired differences, and the ends of its interval, in nats."""

    count: int
    mean: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """What the interval allows us to say."""
        if self.low <= 0 <= self.high:
            return "indistinguishable"
        return "worse" if self.mean > 0 else "better"


def paired(ours: Sequence[float], others: Sequence[float], level: float = LEVEL) -> Paired:
    """The mean of ours − others, whose runs share seeds pair by pair, with Student's interval.

    level: how often an interval made so holds the true mean, if the differences are drawn from a normal one.
    Raises: ValueError if there are fewer than two pairs, or not as many of one as of the other.
    """
    differences = [a - b for a, b in zip(ours, others, strict=True)]
    if len(differences) < 2:
        raise ValueError(f"an interval needs two pairs or more, not {len(differences)}")
    n, middle = len(differences), mean(differences)
    half = student(n - 1, level) * stdev(differences) / n**0.5
    return Paired(n, middle, middle - half, middle + half)


@cache
def student(freedom: int, level: float = LEVEL) -> float:
    """The number t that a Student variable exceeds in size with probability 1 − level.

    freedom: its degrees of freedom, one less than the number of differences.
    Raises: ValueError if freedom is below 1, or level not between 0 and 1.
    """
    if freedom < 1 or not 0 < level < 1:
        raise ValueError(f"freedom must be at least 1 and level between 0 and 1, not {freedom} and {level}")

    def excess(log_t: mpmath.mpf) -> mpmath.mpf:
        # The two tails together are a regularised incomplete beta function.
        square = mpmath.exp(2 * log_t)
        tails = mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + square), regularized=True)
        return mpmath.log(tails) - mpmath.log(1 - level)

    # Logarithms on both sides make the curve nearly straight, for few degrees of freedom too.
    return float(mpmath.exp(mpmath.findroot(excess, (-5.0, 8.0), solver="illinois")))


def spread(losses: Sequence[float]) -> float:
    """The standard deviation of the loss from one seed to another."""
    return stdev(losses)
