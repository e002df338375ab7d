"""Plausible mistakes in the exercises of *How to trust a gradient*, by the sentence that names each."""

import torch
from torch import Tensor


def central_slope(x: Tensor, u: Tensor, h: float) -> dict[str, Tensor]:
    """Mistakes in central_slope.

    Shapes: x, u (B, H); each result (B,).
    """
    up, here, down = [((x + step * u) ** 3).sum(1) for step in (h, 0, -h)]
    up_all, down_all = ((x + h) ** 3).sum(1), ((x - h) ** 3).sum(1)
    return {
        "This is the one-sided quotient.": (up - here) / h,
        "This is the one-sided quotient, taken backward.": (here - down) / h,
        "The distance between the two points is 2h, and it was divided by h.": (up - down) / h,
        "The division by h is missing.": (up - down) / 2,
        "It was multiplied by h where it should be divided: `/ 2 * h` is not `/ (2 * h)`.": (up - down) / 2 * h,
        "This is the derivative itself, and not the quotient that checks it.": (3 * x**2 * u).sum(1),
        "The direction is forgotten: every entry moved by h.": (up_all - down_all) / (2 * h),
        "The direction is forgotten in the step up.": (up_all - down) / (2 * h),
        "The direction is forgotten in the step down.": (up - down_all) / (2 * h),
    }


def in_roundoffs(got: Tensor, expected: Tensor) -> dict[str, Tensor]:
    """Mistakes in in_roundoffs.

    Shapes: got, expected (B, H); each result ().
    """
    unit, size = torch.finfo(got.dtype).eps / 2, expected.abs().max()
    off = (got - expected).abs()
    return {
        "The sign of a difference was kept: an entry may be too low.": (got - expected).max() / (unit * size),
        "eps is the distance to the next number, and the unit roundoff is half of it.": off.max() / (2 * unit * size),
        "Each entry was held against itself and not against the largest.": (off / expected.abs()).max() / unit,
        "The largest entry was taken with its sign.": off.max() / (unit * expected.max()),
        "This is the mean difference, and not the worst.": off.mean() / (unit * size),
        "Nothing was said about the size: the division by the largest entry is missing.": off.max() / unit,
        "The division by the unit roundoff is missing.": off.max() / size,
    }


def strict_verdicts(got: Tensor, *references: Tensor) -> dict[str, Tensor]:
    """Mistakes in strict_verdicts.

    Shapes: got (B,); the references (B,) or (1, B); each result (4,).
    """
    shape = torch.tensor([reference.shape == got.shape for reference in references])
    off = [(got - reference).flatten() for reference in references]
    close = torch.tensor([bool(d.abs().max() < 1e-6) for d in off])
    equal = torch.tensor([not d.any() for d in off])
    high = torch.tensor([bool(d.max() < 1e-6) for d in off])
    low = torch.tensor([bool(d.min() > -1e-6) for d in off])
    found = {
        "A reference of another shape was accepted: the comparison has broadcast.": close,
        "A reference that differs by rounding was refused.": equal & shape,
        "A reference that differs by rounding was refused, and one of another shape was accepted.": equal,
        "A reference with a wrong entry was accepted: the bound is loose, or not every entry was asked.": shape,
        "A reference that is too high was accepted: a negative difference lies below any bound.": high & shape,
        "A reference that is too low was accepted: a negative difference lies below any bound.": low & shape,
        "All four references were accepted.": torch.ones(4, dtype=torch.bool),
        "The verdicts are turned round.": ~(close & shape),
    }
    return {sentence: verdicts.to(got.dtype) for sentence, verdicts in found.items()}


def complex_slope(x: Tensor, u: Tensor) -> dict[str, Tensor]:
    """Mistakes in complex_slope.

    Shapes: x, u, and each result (B, H).
    """
    below = x.sin() ** 3 + x.cos() ** 3
    slope = 3 * x.sin() * x.cos() * (x.sin() - x.cos())
    value = x.exp() / below
    return {
        "This is the value of the function: it is in the real part.": value,
        "The direction is forgotten: every entry moved by h.": value * (1 - slope / below),
        "The step did not reach the exponential.": -value * slope / below * u,
        "The step did not reach sine and cosine.": value * u,
    }
