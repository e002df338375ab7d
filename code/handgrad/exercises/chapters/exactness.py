"""The exercises of the chapter *Bit for bit*."""

import torch

from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import exactness as wrong


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
    Exercise(
        name="in_last_places",
        stem="exactness",
        section="nearer-to-the-truth",
        title="How many last places",
        difficulty=2,
        importance=3,
        minutes=15,
        gives=("ulps",),
        draw=draw_rounded,
        worked=lambda: (torch.tensor([1.5, 3.0]), torch.tensor([1.25, 2.75], dtype=torch.float64)),
        hints=(
            Hint("The last place is that of 1 for every entry",
                 "From 2 to 4 there are as many floats as from 1 to 2, so they lie twice as far apart. Which "
                 "power of two is the largest that does not exceed the number?"),
            Hint("The power of two above the number",
                 "`torch.frexp` writes a number as a mantissa from ½ up to 1 times a power of two: that power "
                 "is one more than the one below the number."),
            Hint("The truth was rounded to float32",
                 "Rounding the truth moves it by up to half a last place, and that is what we want to see. "
                 "Take the float32 number to float64 instead."),
        ),
        mutants=(
            Mutant("(got.double() - truth).abs()", "(got.double() - truth)", "The sign is still there"),
            Mutant("(got.double() - truth)", "(got - truth.float()).double()", "was rounded to float32"),
            Mutant("torch.ldexp(torch.ones_like(truth), exponent - 24)", "truth.abs() * 2.0**-23",
                   "relative to the number itself"),
            Mutant("torch.ldexp(torch.ones_like(truth), exponent - 24)", "2.0**-23",
                   "The last place is that of 1"),
            Mutant(".abs() / last_place", ".abs()", "still has to be divided"),
            Mutant("/ last_place", "/ last_place.max()", "that of the largest entry"),
            Mutant("exponent - 24", "exponent - 23", "The power of two above the number"),
            Mutant("got.double() - truth).abs() / last_place", "got - truth).abs().float() / last_place.float()",
                   "has dtype torch.float32"),
        ),
        mistakes=wrong.in_last_places,
        # In float32 there is no truth to hold a float32 number against.
        dtypes=(torch.float64,),
    ),
    Exercise(
        name="second_rounding",
        stem="exactness",
        section="one-rounding-or-two",
        title="What the second rounding does",
        difficulty=3,
        importance=2,
        minutes=15,
        gives=("difference",),
        draw=draw_h,
        narrow=(),
        worked=lambda: (torch.tensor([0.0, 0.5, 0.3, 0.9]),),
        hints=(
            Hint("Both slopes were rounded twice",
                 "`h**2` of a float32 tensor is rounded before anything can be subtracted. Where has the square "
                 "room for all its digits?"),
            Hint("was not rounded to float32",
                 "One rounding is wanted, not none: take the slope from float64 back to float32, and both "
                 "slopes to float64 again for the difference."),
            Hint("has dtype torch.float32", "Take both slopes to float64 before you subtract them."),
        ),
        mutants=(
            Mutant("(1 - h.double() ** 2).float()", "(1 - h.double() ** 2)", "was not rounded to float32"),
            Mutant("(1 - h.double() ** 2).float()", "1 - h**2", "Both slopes were rounded twice"),
            Mutant("twice.double() - once.double()", "once.double() - twice.double()", "the other way round"),
            Mutant("twice = 1 - h**2", "twice = (1 - h) * (1 + h)", "rounds at other places"),
            Mutant("twice.double() - once.double()", "twice - once", "has dtype torch.float32"),
            Mutant("twice.double() - once.double()", "h.double() ** 2 - (h**2).double()",
                   "This is the rounding of the square alone"),
        ),
        mistakes=wrong.second_rounding,
        # The question is what float32 does, whatever it is asked in.
        dtypes=(torch.float64,),
    ),
)
