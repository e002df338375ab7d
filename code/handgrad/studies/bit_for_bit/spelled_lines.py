"""The spellings that the chapter *Bit for bit* compares, by name.

A spelling is a way to write one line of mathematics; all of them are right, and they round at different places. So
gradients stand here that stand in the package already: how they are spelled is what the chapter is about.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.ops import embedding, tanh


def quotient(x: Tensor, n: int) -> Tensor:
    """x divided by n: one rounding."""
    return x / n


def product(x: Tensor, n: int) -> Tensor:
    """x times 1/n: two roundings, unless n is a power of two."""
    return (1 / n) * x


def scattered(demb: Tensor, context: Tensor, V: int) -> Tensor:
    """The table's gradient, row after row added where it belongs.

    Shapes: demb (B, T, D); context (B, T); result (V, D).
    """
    return embedding.backward(demb, embedding.Saved(context, V, demb.shape[-1]))


def looped(demb: Tensor, context: Tensor, V: int) -> Tensor:
    """The same in a loop of Python.

    Shapes: as in scattered.
    """
    dtable = torch.zeros(V, demb.shape[-1], dtype=demb.dtype)
    for code, row in zip(context.flatten().tolist(), demb.flatten(0, 1), strict=True):
        dtable[code] += row
    return dtable


def multiplied(demb: Tensor, context: Tensor, V: int) -> Tensor:
    """The same as a matrix product with the one-hot contexts.

    Shapes: as in scattered.
    """
    return F.one_hot(context.flatten(), V).to(demb.dtype).T @ demb.flatten(0, 1)


class Spelling(NamedTuple):
    """The lines that have more than one spelling, each as a function; the defaults are the book's."""

    inverse: Callable = lambda total: total**-1
    dinverse: Callable = lambda total, inverse: -(total**-2)
    dlogarithm: Callable = lambda dlogprobs, probs: dlogprobs / probs
    dtanh: Callable = tanh.backward
    rstd: Callable = lambda shifted: shifted**-0.5
    drstd: Callable = lambda shifted, rstd: -0.5 * shifted**-1.5
    square: Callable = lambda centered: centered**2
    dcentered: Callable = lambda straight, centered, g: straight + g * (2 * centered)
    mean: Callable = quotient
    dmean: Callable = quotient
    var: Callable = quotient
    dvar: Callable = quotient
    dtable: Callable = scattered


class Line(NamedTuple):
    """A spelling with a title, the number of rows it is tried on, and whether torch alone decides.

    by_torch: False where the result hangs on the library that multiplies matrices.
    """

    title: str
    spelling: Spelling
    B: int = 32
    by_torch: bool = True


def plain(dh: Tensor, h: Tensor) -> Tensor:
    """The notebook's line for tanh: two roundings in 1 − h²."""
    return (1.0 - h**2) * dh


def emulated(dh: Tensor, h: Tensor) -> Tensor:
    """The fused multiply-add by way of float64, where the square is exact; then one rounding to float32."""
    return (1.0 - h.double() ** 2).to(h.dtype) * dh


def by_reciprocal(dlogprobs: Tensor, probs: Tensor) -> Tensor:
    """The notebook's line for the logarithm."""
    return (1.0 / probs) * dlogprobs


def squares(total: Tensor, inverse: Tensor) -> Tensor:
    """The slope of 1/S from the output."""
    return -(inverse * inverse)


def reciprocal(total: Tensor) -> Tensor:
    """1/S, for which autograd keeps another formula than for S**-1."""
    return 1.0 / total


def cube(shifted: Tensor, rstd: Tensor) -> Tensor:
    """The slope of the reciprocal root from the output."""
    return -0.5 * rstd**3


def once_more(centered: Tensor) -> Tensor:
    """The square as a product of the value with itself."""
    return centered * centered


def both_factors(straight: Tensor, centered: Tensor, g: Tensor) -> Tensor:
    """The gradient of that product, one factor after the other."""
    return (straight + g * centered) + g * centered


NOTEBOOK = Spelling(
    dlogarithm=by_reciprocal, dtanh=plain, dtable=looped,
    mean=product, dmean=product, var=product, dvar=product,
)
LINES = {
    "notebook": Line("the notebook's lines", NOTEBOOK),
    "book": Line("the book's lines", Spelling()),
    "plain": Line("(1 - h**2) * dh", Spelling(dtanh=plain)),
    "emulated": Line("(1 - h.double()**2).float() * dh", Spelling(dtanh=emulated)),
    "power squares": Line("S**-1, backward -(R * R)", Spelling(dinverse=squares)),
    "reciprocal": Line("1 / S, backward -(R * R)", Spelling(inverse=reciprocal, dinverse=squares)),
    "reciprocal power": Line("1 / S, backward -(S**-2)", Spelling(inverse=reciprocal)),
    "product 32": Line("(1 / p) * g, B = 32", Spelling(dlogarithm=by_reciprocal)),
    "product 33": Line("(1 / p) * g, B = 33", Spelling(dlogarithm=by_reciprocal), 33),
    "quotient 33": Line("g / p, B = 33", Spelling(), 33),
    "variance": Line("sum / (B - 1), backward 1 / (B - 1) * g", Spelling(dvar=product)),
    "cube": Line("(v + eps)**-0.5, backward -0.5 * r**3", Spelling(drstd=cube)),
    "rsqrt": Line("rsqrt(v + eps), backward -0.5 * r**3", Spelling(rstd=torch.rsqrt, drstd=cube)),
    "square": Line("d * d, backward 2 * d * g", Spelling(square=once_more)),
    "square twice": Line("d * d, backward d * g + d * g", Spelling(square=once_more, dcentered=both_factors)),
    "one-hot 32": Line("one-hot matrix product, B = 32", Spelling(dtable=multiplied), 32, False),
    "one-hot 256": Line("one-hot matrix product, B = 256", Spelling(dtable=multiplied), 256, False),
}
