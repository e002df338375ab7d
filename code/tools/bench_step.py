"""Measure what one step of training costs, four ways, taking turns in one run.

    python code/tools/bench_step.py [--rounds 21] [--steps 300] [--demand 2.9]

Seconds depend on the machine and on what else it does; the ratio within a round depends far less. So in every
round each form takes its turn, and the ratios are taken round by round. H = 200, B = 32, one thread; the
minibatch is drawn and gathered within the time that is measured.
"""

import argparse
import contextlib
import statistics
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import torch
from bench_forms import AUTOGRAD, NOTEBOOK
from tabulate import tabulate

from handgrad import names
from handgrad.names import Split
from handgrad.training import minibatch
from handgrad.training_inplace import INPLACE
from handgrad.training_state import Settings, begin, rate
from handgrad.training_step import PLAIN, Method


class Form(NamedTuple):
    """A way to take a step, and the mode of torch in which it is at its fastest."""

    name: str
    method: Method
    mode: Callable[[], contextlib.AbstractContextManager]


class Row(NamedTuple):
    """What came out for one form: microseconds a step, and how often it fits into the first form's time."""

    name: str
    median: float
    fastest: float
    slowest: float
    ratio: float
    lowest: float
    highest: float


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
            statistics.median(ratios), min(ratios), max(ratios),
        ))
    return rows


def table(rows: list[Row]) -> str:
    """The rows for reading."""
    head = ("form", "median µs", "lowest", "highest", "ratio", "lowest", "highest")
    return tabulate(rows, head, floatfmt=("", ".1f", ".1f", ".1f", ".2f", ".2f", ".2f"))


def arguments(given: list[str] | None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description="Measure what one step of training costs.")
    parser.add_argument("--rounds", type=count, default=21, help="turns that each form takes")
    parser.add_argument("--steps", type=count, default=300, help="steps in a turn")
    parser.add_argument("--demand", type=float, metavar="RATIO",
                        help="fail unless inplace_step is this many times faster than autograd")
    return parser.parse_args(given)


def count(text: str) -> int:
    """A whole number, at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, at least 1, not {text!r}")
    return int(text)


def main(given: list[str] | None = None) -> int:
    """Measure, print, and return the exit status."""
    options = arguments(given)
    torch.set_num_threads(1)
    data = names.load()
    print(f"torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}, one thread; "
          f"{options.rounds} rounds of {options.steps} steps a form")
    rows = summary(measure(data.train, data.vocabulary, options.rounds, options.steps))
    print(table(rows))
    if options.demand and rows[-1].ratio < options.demand:
        print(f"inplace_step is {rows[-1].ratio:.2f} times faster than autograd, less than the "
              f"{options.demand:g} demanded; on a busy machine, measure again", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
