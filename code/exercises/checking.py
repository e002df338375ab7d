"""Exercises of the chapter *How to trust a gradient*."""

import torch
from torch import Tensor


def central_slope(x: Tensor, u: Tensor, h: float) -> Tensor:
    """Return the central difference quotient, one number a row, for a step of length `h` along `u`.

    The function of each row is the sum of the cubes, `f(x) = (x**3).sum(1)`.

    Shapes: x, u (B, H); result (B,).
    """
    raise NotImplementedError


def in_roundoffs(got: Tensor, expected: Tensor) -> Tensor:
    """Return how far the worst entry of `got` is off, in unit roundoffs of the largest entry of `expected`.

    Largest means in absolute value. The unit roundoff is half of `torch.finfo(got.dtype).eps`.

    Shapes: got, expected (B, H); result ().
    """
    raise NotImplementedError


def strict_verdicts(
    got: Tensor, first: Tensor, second: Tensor, third: Tensor, fourth: Tensor
) -> Tensor:
    """Return, for each of four references, 1 where `got` agrees with it and 0 where it does not.

    To agree is to have the reference's shape, and to differ in each entry by at most 16 unit roundoffs of the
    reference's largest absolute entry. The unit roundoff is half of `torch.finfo(got.dtype).eps`.

    Shapes: got (B,); the references (B,) or (1, B); result (4,), of the dtype of got.
    """
    raise NotImplementedError


def complex_slope(x: Tensor, u: Tensor) -> Tensor:
    """Return the derivative along `u`, entry by entry, by a step that is not real.

    The function is `f(x) = x.exp() / (x.sin()**3 + x.cos()**3)`.
    `torch.complex(a, b)` makes complex numbers of two real tensors, and `.imag` takes the second part out again.

    Shapes: x, u, result (B, H).
    """
    raise NotImplementedError
