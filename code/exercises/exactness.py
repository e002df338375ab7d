"""Exercises of the chapter *Bit for bit*."""

import torch
from torch import Tensor


def in_last_places(got: Tensor, truth: Tensor) -> Tensor:
    """Return how far each entry of `got` is from the truth, in units of the last place of the truth in float32.

    A number from 1 up to 2, without 2, has the last place 2**-23; from 2 up to 4 it is twice that, and so on,
    in both directions. The distance is counted without its sign, and computed in float64.

    Shapes: got, float32, any; truth, result, float64, the same; no entry of truth is 0.
    """
    raise NotImplementedError


def second_rounding(h: Tensor) -> Tensor:
    """Return what the second rounding does to the slope of tanh: the slope rounded twice less the one rounded once.

    In float32, `1 - h**2` rounds the square and then the difference. To round once, compute the slope in
    float64 and round the result to float32. Subtract the two slopes in float64, which rounds nothing here.

    Shapes: h, float32, any; result, float64, the same.
    """
    raise NotImplementedError
