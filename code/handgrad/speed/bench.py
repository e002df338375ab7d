"""Measure what one step of training costs on each rung of the ladder, taking turns in one run.

Seconds depend on the machine and on what else it does. Those in which others have the processor are not counted, but
the others take the cache as well. The ratio within a round depends far less on them: so in every round each rung takes
its turn, a product of large matrices too, and ratios are taken round by round. The minibatch is drawn and gathered
within the time that is measured.
"""

import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch

from handgrad.data import names
from handgrad.data.names import Data, Split
from handgrad.speed import floor, memory
from handgrad.speed.rungs import BASE, Rung
from handgrad.training.loop import take
from handgrad.training.runs import Settings, State, begin

# The middle half of the ratios may differ by this share of their median; with fewer rounds nothing can be said.
WIDEST, FEWEST = 0.15, 5
# A turn at the notebook's sizes; at larger ones it has fewer steps, but not so few that one page fault tells.
STEPS, LEAST_STEPS = 300, 5
FLOOR = "floor"

Turn = Callable[[int], float]


class Ratio(NamedTuple):
    """A ratio of two times, taken round by round: the median, the extremes, and how far the rounds agree.

    spread: the width of the middle half, as a share of the median.
    """

    median: float
    lowest: float
    highest: float
    spread: float

    @property
    def steady(self) -> bool:
        """Whether the rounds agree well enough for the ratio to be quoted."""
        return self.spread <= WIDEST


class Row(NamedTuple):
    """What came out for one rung, or for the floor.

    median, fastest, slowest: microseconds a step; faster: how often it fits into eager autograd's time;
    floors: how often the floor fits into its time; memory: the most bytes that its tensors took, or None.
    """

    name: str
    median: float
    fastest: float
    slowest: float
    faster: Ratio
    floors: Ratio
    memory: int | None = None


def bench(rungs: Sequence[Rung], settings: Settings, rounds: int, steps: int | None = None,
          device: torch.device | None = None) -> list[Row]:
    """Measure these rungs and the floor, on one thread; eager autograd is measured with them, and comes first.

    steps: in a turn; None takes as many as suit the settings.
    Raises: as training.runs.begin.
    """
    device = device or torch.device("cpu")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        state, split = ready(names.load(), settings, device)
        chosen = [BASE, *(rung for rung in rungs if rung is not BASE)]
        turns = {rung.name: turn(rung, state, split) for rung in chosen}
        turns[FLOOR] = floor_turn(state, split)
        seconds = measure(turns, rounds, steps or suited(settings))
        # The allocator's record is that of the processor.
        used = {rung.name: memory.peak(rung.method, state, split) for rung in chosen if device.type == "cpu"}
        return summary(seconds, used)
    finally:
        torch.set_num_threads(threads)


def ready(data: Data, settings: Settings, device: torch.device) -> tuple[State, Split]:
    """A network before its first step, and the windows to train it on, both on the device."""
    split = Split(*(part.to(device) for part in data.train))
    return begin(data._replace(train=split), settings), split


def suited(settings: Settings) -> int:
    """Steps in a turn, fewer where one step is more work."""
    usual = Settings()
    return max(LEAST_STEPS, STEPS * usual.batch * usual.H // (settings.batch * settings.H))


def turn(rung: Rung, state: State, split: Split) -> Turn:
    """A function that takes so many steps, going on where it stopped, and gives the seconds."""
    settings, device = state.settings, split.context.device
    work = rung.method.start(state.params, settings.batch)
    generator = torch.Generator().manual_seed(1)

    def take_turn(steps: int) -> float:
        nonlocal work
        began = floor.now(device)
        work, _ = take(rung.method, work, split, settings.batch, [settings.rate] * steps, generator)
        return floor.now(device) - began
    return take_turn


def floor_turn(state: State, split: Split) -> Turn:
    """A function that gives the seconds that so many steps would take at the floor."""
    (inputs, H), V = state.params.W1.shape, len(state.params.b2)
    work = floor.flops(state.settings.batch, inputs, H, V)
    return lambda steps: steps * work * floor.seconds_per_flop(split.context.device)


def measure(turns: dict[str, Turn], rounds: int, steps: int) -> dict[str, list[float]]:
    """Seconds per step, for each name a list with an entry per round."""
    seconds = {name: [] for name in turns}
    order = list(turns)
    for number in range(-1, rounds):
        # Each round begins with another one, so that none always follows the same one.
        for place in range(len(order)):
            name = order[(number + place) % len(order)]
            spent = turns[name](steps)
            # The first round, number −1, only warms up: in it what is compiled is compiled.
            if number >= 0:
                seconds[name].append(spent / steps)
    return seconds


def summary(seconds: dict[str, list[float]], used: dict[str, int]) -> list[Row]:
    """Medians and extremes, of the times and of the ratios in the same round."""
    rows = []
    for name, times in seconds.items():
        micro = [1e6 * spent for spent in times]
        rows.append(Row(
            name, statistics.median(micro), min(micro), max(micro), ratio(seconds[BASE.name], times),
            ratio(times, seconds[FLOOR]), used.get(name),
        ))
    return rows


def ratio(over: list[float], under: list[float]) -> Ratio:
    """The ratio of the two times of each round."""
    ratios = [one / other for one, other in zip(over, under, strict=True)]
    return Ratio(statistics.median(ratios), min(ratios), max(ratios), spread(ratios))


def spread(ratios: list[float]) -> float:
    """The width of the middle half, as a share of the median; without end where there are too few."""
    if len(ratios) < FEWEST:
        return float("inf")
    low, middle, high = statistics.quantiles(ratios, method="inclusive")
    return (high - low) / middle
