"""The learning rate of each step of a run."""


def two_rates(step: int, steps: int, rate: float, late_rate: float) -> float:
    """The rate of a step, counted from 0: `rate` for the first half of the steps and `late_rate` for the second.

    Source: the notebook's fourth exercise.
    """
    return rate if step < steps / 2 else late_rate
