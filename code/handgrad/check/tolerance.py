"""How far rounding may carry a gradient from the truth, and how a difference is counted in last places."""

import math

import torch
from torch import Tensor

# Eight rounded operations lie on the longest path through one operation of the network, and both of
# the compared sides round: they may be this many unit roundoffs of their terms apart (book/checking.md).
ROUNDINGS = 16
# The unit roundoff of float32: half of the gap between 1 and the next number.
U = 2.0**-24


def tolerance(expected: Tensor, size: Tensor | float | None = None) -> Tensor:
    """How far a gradient may be from `expected`: ROUNDINGS unit roundoffs of the size of its terms.

    Shapes: size that of expected, or one that broadcasts to it; by default the largest entry.
    Raises: ValueError if size does not broadcast, is negative, nan or infinite.
    """
    size = expected.abs().max() if size is None else checked_size(size, expected)
    return ROUNDINGS * torch.finfo(expected.dtype).eps / 2 * size


def checked_size(size: Tensor | float, expected: Tensor) -> Tensor:
    """The size of the terms as a tensor beside `expected`, or the ValueError that `tolerance` names."""
    size = torch.as_tensor(size, dtype=expected.dtype, device=expected.device)
    try:
        size.expand(expected.shape)
    except RuntimeError:
        shapes = f"{tuple(size.shape)}, which does not broadcast to {tuple(expected.shape)}"
        raise ValueError(f"the size of the terms has the shape {shapes}") from None
    if not (size.isfinite() & (size >= 0)).all():
        raise ValueError("the size of the terms must be finite and not negative")
    return size


def ulp(value: float, eps: float) -> float:
    """One unit in the last place of `value`, the gap to the next float; 0 for 0, which has no last place."""
    if not math.isfinite(value):
        return math.nan
    return eps * 2.0 ** (math.frexp(value)[1] - 1) if value else 0.0


def in_ulps(difference: float, value: float, eps: float) -> float:
    """A difference in units of the last place of `value`; where the right answer is 0, infinitely many."""
    unit = ulp(value, eps)
    if unit:
        return difference / unit
    return math.inf * difference if difference else 0.0
