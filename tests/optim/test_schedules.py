"""The learning rate of a step, counted from 0."""

import pytest

from handgrad.optim import schedules


@pytest.mark.parametrize(("step", "steps", "rate"), [
    (0, 10, 0.1), (4, 10, 0.1), (5, 10, 0.01), (9, 10, 0.01),
    (0, 1, 0.1), (1, 3, 0.1), (2, 3, 0.01),  # of an odd number of steps the one in the middle has the first rate
])
def test_the_first_half_has_one_rate_and_the_second_another(step, steps, rate):
    assert schedules.two_rates(step, steps, 0.1, 0.01) == rate
