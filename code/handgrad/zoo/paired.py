"""Is one backward pass worse than another? Paired differences of the loss, and their interval."""

from collections.abc import Sequence
from statistics import mean, stdev
from typing import NamedTuple

import mpmath

LEVEL = 0.95


class Paired(NamedTuple):
    """The mean of `count` paired differences, and the ends of its interval at LEVEL, in nats."""

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


def paired(ours: Sequence[float], others: Sequence[float]) -> Paired:
    """The mean of ours − others, whose runs share seeds pair by pair, with Student's interval.

    Raises: ValueError if there are fewer than two pairs, or not as many of one as of the other.
    """
    differences = [a - b for a, b in zip(ours, others, strict=True)]
    if len(differences) < 2:
        raise ValueError(f"an interval needs two pairs or more, not {len(differences)}")
    n, middle = len(differences), mean(differences)
    half = student(n - 1) * stdev(differences) / n**0.5
    return Paired(n, middle, middle - half, middle + half)


def student(freedom: int, level: float = LEVEL) -> float:
    """The number t that a Student variable exceeds in size with probability 1 − level.

    freedom: its degrees of freedom, one less than the number of differences.
    """
    def outside(t: mpmath.mpf) -> mpmath.mpf:
        # The two tails together, as a regularised incomplete beta function.
        return mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + t * t), regularized=True)

    return float(mpmath.findroot(lambda t: outside(t) - (1 - level), (1.0, 20.0), solver="anderson"))


def spread(losses: Sequence[float]) -> float:
    """The standard deviation of the loss from one seed to another."""
    return stdev(losses)
