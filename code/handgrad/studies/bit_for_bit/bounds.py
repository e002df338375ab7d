"""How far float32 may be from the truth: four bounds, and the errors of many draws measured against them."""

from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.check.tolerance import U
from handgrad.models.mlp.trace import EPS
from handgrad.ops import batchnorm, cross_entropy
from handgrad.studies import check_errors


class Bound(NamedTuple):
    """What is computed, how many unit roundoffs of its terms are allowed, and what was measured."""

    title: str
    demand: float
    errors: list[float]


def measure(draws: int = 200) -> list[Bound]:
    """The worst error of each draw against float64, in unit roundoffs of the size of the terms."""
    return [
        Bound("dlogits, fused", 16, check_errors.roundings(draws)[1]),
        Bound("dx, fused batch norm", 8, [batch_normalisation(draw, draws) for draw in range(draws)]),
        Bound("sum over rows", 4, [total(draw, draws) for draw in range(draws)]),
        Bound("matrix product", 8, [matrix_product(draw, draws) for draw in range(draws)]),
    ]


def rows(draw: int, draws: int, most: int = 4096) -> int:
    """A number of rows from 2 to `most`, even on a logarithmic scale."""
    return round(2 * (most / 2) ** (draw / max(1, draws - 1)))


def generator(draw: int) -> torch.Generator:
    """A generator of this draw's own."""
    return torch.Generator().manual_seed(draw)


def batch_normalisation(draw: int, draws: int) -> float:
    """One draw of the book's sizes, with means from 0.01 to 100 standard deviations."""
    g = generator(draw)
    x = torch.randn(32, 64, generator=g) + 10.0 ** (4 * draw / draws - 2)
    dy, gamma = torch.randn(32, 64, generator=g), torch.randn(64, generator=g)
    precise = [v.double() for v in (x, gamma, dy)]
    return worst(normalised(x, gamma, dy), normalised(*precise), terms(*precise))


def normalised(x: Tensor, gamma: Tensor, dy: Tensor) -> Tensor:
    """dx of batch normalisation in one line, in the precision of its inputs.

    Shapes: x, dy, result (B, H); gamma (H,).
    """
    _, saved = batchnorm.forward(x, gamma, torch.zeros_like(gamma), EPS)
    return batchnorm.backward(dy, saved)[0]


def terms(x: Tensor, gamma: Tensor, dy: Tensor) -> Tensor:
    """The size b κ of the terms of dx: the line with every minus a plus, times 1 + |mean| / std.

    Shapes: x, dy (B, H); gamma, result (H,).
    """
    steps = batchnorm.forward_steps(x, gamma, torch.zeros_like(gamma), EPS)
    along = (dy * steps.xhat).abs().sum(0) / (len(x) - 1)
    b = gamma.abs() * steps.rstd * (dy.abs().amax(0) + steps.xhat.abs().amax(0) * along)
    return (b * (1 + steps.mean.abs() * steps.rstd)).squeeze(0)


def total(draw: int, draws: int) -> float:
    """One draw of a sum over 2 to 4,096 rows."""
    x = torch.randn(rows(draw, draws), 64, generator=generator(draw))
    return worst(x.sum(0), x.double().sum(0), x.abs().double().sum(0))


def matrix_product(draw: int, draws: int) -> float:
    """One draw of a product over 2 to 4,096 columns."""
    g, n = generator(draw), rows(draw, draws)
    x, W = torch.randn(32, n, generator=g), torch.randn(n, 27, generator=g)
    return worst(x @ W, x.double() @ W.double(), x.abs().double() @ W.abs().double())


def worst(found: Tensor, truth: Tensor, size: Tensor) -> float:
    """The largest error, in unit roundoffs of the size of the terms."""
    return ((found - truth).abs() / size).max().item() / U


def nearer(draws: int = 200) -> dict[str, tuple[float, float, float]]:
    """The closed forms and the chains of steps against float64.

    Returns: for each gradient the mean over the draws of the worst error, closed and in steps, and the share
    of the draws in which the closed form's is the smaller.
    """
    pairs = {"dlogits": logits_errors, "dx of batch norm": norm_errors}
    found = {name: [errors(draw) for draw in range(draws)] for name, errors in pairs.items()}
    return {name: summary(each) for name, each in found.items()}


def summary(pairs: list[tuple[float, float]]) -> tuple[float, float, float]:
    """The two means, and the share of the pairs whose first is the smaller."""
    closed, steps = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    return closed, steps, sum(a < b for a, b in pairs) / len(pairs)


def logits_errors(draw: int) -> tuple[float, float]:
    """The worst error of dlogits, closed form and steps, for one draw of the book's sizes."""
    g = generator(draw)
    logits, targets = torch.randn(32, 27, generator=g), torch.randint(0, 27, (32,), generator=g)
    steps = cross_entropy.forward_steps(logits, targets)
    chain = cross_entropy.backward_steps(torch.ones_like(steps.loss), steps).logits
    truth = check_errors.gradient(logits.double(), targets)
    return tuple((found - truth).abs().max().item() for found in (check_errors.gradient(logits, targets), chain))


def norm_errors(draw: int) -> tuple[float, float]:
    """The same for dx of batch normalisation."""
    g = generator(draw)
    x, dy = torch.randn(2, 32, 64, generator=g)
    gamma = torch.randn(64, generator=g)
    steps = batchnorm.forward_steps(x, gamma, torch.zeros_like(gamma), EPS)
    chain = batchnorm.backward_steps(dy, steps).x
    truth = normalised(x.double(), gamma.double(), dy.double())
    return tuple((found - truth).abs().max().item() for found in (normalised(x, gamma, dy), chain))
