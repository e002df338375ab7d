"""Measure what one step of training costs, four ways, taking turns in one run.

Seconds depend on the machine and on what else it does; the ratio within a round depends far less. So in every
round each form takes its turn, and the ratios are taken round by round. H = 200, B = 32, one thread; the
minibatch is drawn and gathered within the time that is measured.
"""

import contextlib
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import torch

from handgrad import names
from handgrad.ladder.inplace import INPLACE
from handgrad.ladder.manual import AUTOGRAD, NOTEBOOK
from handgrad.names import Split
from handgrad.training import minibatch
from handgrad.training_state import Settings, begin, rate
from handgrad.training_step import PLAIN, Method

# The middle half of the ratios may differ by this share of their median; with fewer rounds nothing can be said.
WIDEST, FEWEST = 0.15, 5


class Form(NamedTuple):
    """A way to take a step, and the mode of torch in which it is at its fastest."""

    name: str
    method: Method
    mode: Callable[[], contextlib.AbstractContextManager]


class Row(NamedTuple):
    """What came out for one form: microseconds a step, and how often it fits into the first form's time.

    spread: the width of the middle half of the ratios, as a share of their median.
    """

    name: str
    median: float
    fastest: float
    slowest: float
    ratio: float
    lowest: float
    highest: float
    spread: float

    @property
    def steady(self) -> bool:
        """Whether the rounds agree well enough for the ratio to be quoted."""
        return self.spread <= WIDEST


FORMS = (
    Form("autograd, the notebook's forward", AUTOGRAD, contextlib.nullcontext),
    Form("the notebook's manual loop", NOTEBOOK, torch.no_grad),
    Form("plain_step", PLAIN, torch.inference_mode),
    Form("inplace_step", INPLACE, torch.inference_mode),
)


def measure(split: Split, vocabulary: str, rounds: int, steps: int) -> list[list[float]]:
    """Seconds per step, for each form a list with an entry per round."""
    settings = Settings()
    data = names.Data((), vocabulary, split, split, split)
    works = [form.method.start(begin(data, settings).params, settings.batch) for form in FORMS]
    seconds = [[] for _ in FORMS]
    for turn in range(-1, rounds):
        # Each round begins with another form, so that no form always follows the same one.
        for place in range(len(FORMS)):
            i = (turn + place) % len(FORMS)
            works[i], spent = run(FORMS[i], works[i], split, steps)
            # The first round, number −1, only warms up.
            if turn >= 0:
                seconds[i].append(spent / steps)
    return seconds


def run(form: Form, work, split: Split, steps: int):
    """Take steps, and say how long it took."""
    settings, generator = Settings(), torch.Generator().manual_seed(1)
    losses = []
    with form.mode():
        began = time.perf_counter()
        for step in range(steps):
            context, targets = minibatch(split, settings.batch, generator)
            work, loss = form.method.step(work, context, targets, rate(settings, step))
            losses.append(loss)
        spent = time.perf_counter() - began
    return work, spent


def summary(seconds: list[list[float]]) -> list[Row]:
    """Medians and extremes, of the times and of the ratios to the first form in the same round."""
    rows = []
    for form, times in zip(FORMS, seconds, strict=True):
        ratios = [base / spent for base, spent in zip(seconds[0], times, strict=True)]
        micro = [1e6 * spent for spent in times]
        rows.append(Row(
            form.name, statistics.median(micro), min(micro), max(micro),
            statistics.median(ratios), min(ratios), max(ratios), spread(ratios),
        ))
    return rows


def spread(ratios: list[float]) -> float:
    """The width of the middle half, as a share of the median; without end where there are too few."""
    if len(ratios) < FEWEST:
        return float("inf")
    low, middle, high = statistics.quantiles(ratios, method="inclusive")
    return (high - low) / middle


def bench(rounds: int, steps: int) -> list[Row]:
    """Measure all forms, on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        data = names.load()
        return summary(measure(data.train, data.vocabulary, rounds, steps))
    finally:
        torch.set_num_threads(threads)
