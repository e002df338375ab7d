"""Plausible mistakes in the exercises of *Bit for bit*, by the sentence that names each."""

import torch
from torch import Tensor


def in_last_places(got: Tensor, truth: Tensor) -> dict[str, Tensor]:
    """Shapes: got, truth, each result the same."""
    _, exponent = torch.frexp(truth)
    distance = got.double() - truth
    last_place = torch.ldexp(torch.ones_like(truth), exponent - 24)
    return {
        "The sign is still there; the distance is counted without it.": distance / last_place,
        "The truth was rounded to float32 before it was subtracted.":
            (got.double() - truth.float().double()).abs() / last_place,
        "The distance is relative to the number itself and not to the power of two below it.":
            distance.abs() / (truth.abs() * 2.0**-23),
        "The last place is that of 1 for every entry; it grows with the number.": distance.abs() * 2.0**23,
        "This is the distance; it still has to be divided by the last place.": distance.abs(),
        "The last place is that of the largest entry; each has its own.": distance.abs() / last_place.max(),
        "The power of two above the number was taken for the one below it.": distance.abs() / last_place / 2,
    }


def second_rounding(h: Tensor) -> dict[str, Tensor]:
    """Shapes: h, each result the same."""
    exact, twice = 1 - h.double() ** 2, (1 - h**2).double()
    once = exact.float().double()
    return {
        "The slope in float64 was not rounded to float32: this is the error of both roundings together.":
            twice - exact,
        "This is the rounding of the result alone.": once - exact,
        "Both slopes were rounded twice.": torch.zeros_like(exact),
        "The slopes are the other way round: twice less once.": once - twice,
        "This is the rounding of the square alone, before the difference was rounded.":
            h.double() ** 2 - (h**2).double(),
        "(1 − h)(1 + h) rounds at other places than 1 − h².": ((1 - h) * (1 + h)).double() - once,
    }
