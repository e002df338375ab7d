"""The exercises of the chapter *Bit for bit*."""

import torch

from handgrad.check.mistakes import exactness as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define


def draw_rounded(generator: torch.Generator) -> tuple:
    """Inputs of in_last_places: got, float32, a few last places off truth, float64, both (B, H)."""
    B, H = draws.lengths(generator, 2)
    truth = draws.normal(generator, B, H) * 10.0 ** torch.randint(-4, 5, (B, H), generator=generator)
    return (truth * (1 + draws.normal(generator, B, H, scale=3e-7))).float(), truth


def draw_h(generator: torch.Generator) -> tuple:
    """Input of second_rounding: h, float32, (N,), values of tanh of which some are near 1."""
    (N,) = draws.lengths(generator, 1)
    return (draws.normal(generator, 20 * N, scale=1.5).tanh().float(),)


EXERCISES = (
    define(
        "in_last_places",
        draw=draw_rounded,
        worked=lambda: (torch.tensor([1.5, 3.0]), torch.tensor([1.25, 2.75], dtype=torch.float64)),
        mistakes=mistakes.in_last_places,
        # In float32 there is no truth to hold a float32 number against.
        dtypes=(torch.float64,),
    ),
    define(
        "second_rounding",
        draw=draw_h,
        narrow=(),
        worked=lambda: (torch.tensor([0.0, 0.5, 0.3, 0.9]),),
        mistakes=mistakes.second_rounding,
        # The question is what float32 does, whatever it is asked in.
        dtypes=(torch.float64,),
    ),
)
