"""Derivatives without calculus: nudge the input, watch the output, divide."""

from collections.abc import Callable

import torch
from torch import Tensor


def one_sided(f: Callable[[Tensor], Tensor], x: Tensor, u: Tensor, h: float) -> Tensor:
    """(f(x + h u) − f(x)) / h: the derivative along u, with an error that shrinks like h.

    Shapes: x and u the same; the result that of f(x).
    """
    return (f(x + h * u) - f(x)) / h


def central(f: Callable[[Tensor], Tensor], x: Tensor, u: Tensor, h: float) -> Tensor:
    """(f(x + h u) − f(x − h u)) / 2h: the derivative along u, with an error that shrinks like h².

    Shapes: x and u the same; the result that of f(x).
    """
    return (f(x + h * u) - f(x - h * u)) / (2 * h)


def complex_step(f: Callable[[Tensor], Tensor], x: Tensor, u: Tensor, h: float = 1e-30) -> Tensor:
    """Im f(x + i h u) / h: the derivative along u to the last digits, for h as small as you like.

    Nothing is subtracted, so nothing cancels; f must be made of operations that take complex numbers.
    Shapes: x and u the same; the result that of f(x).
    Source: Squire & Trapp (1998), Using Complex Variables to Estimate Derivatives of Real Functions.
    """
    return f(torch.complex(x, h * u)).imag / h


def every_entry(f: Callable[[Tensor], Tensor], x: Tensor, h: float = 1e-6) -> Tensor:
    """The gradient of a scalar f at x by central differences, one entry at a time: two evaluations each.

    Shapes: x any, f(x) a scalar; the result that of x.
    """
    # Flat memory of their own: x may be a transposed view, which cannot be flattened in place.
    gradient = x.new_zeros(x.numel())
    for index in range(x.numel()):
        u = x.new_zeros(x.numel())
        u[index] = 1.0
        gradient[index] = central(f, x, u.view(x.shape), h)
    return gradient.view(x.shape)
