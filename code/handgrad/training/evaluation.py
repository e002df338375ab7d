"""The loss of a trained network: whole splits, with batch statistics that no longer depend on a batch."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.data.names import Data, Split
from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.trace import CORRECTION, EPS
from handgrad.ops import cross_entropy, embedding, linear, tanh
from handgrad.support.input_checks import check_shape

# Rows at a time: large enough to be fast, small enough for any memory.
ROWS = 8192


class Statistics(NamedTuple):
    """What batch normalisation subtracts and divides by once training is over.

    Shapes: mean, var (1, H). var divides the sum of squares by N − 1, as in training.
    """

    mean: Tensor
    var: Tensor


class Model(NamedTuple):
    """A trained network: parameters, the statistics that go with them, and the characters it knows."""

    params: Parameters
    statistics: Statistics
    vocabulary: str


@torch.no_grad()
def calibrate(params: Parameters, context: Tensor) -> Statistics:
    """The mean and variance of pre_bn over all rows of `context`, the whole training split.

    Shapes: params as in mlp.Parameters; context (N, T); mean, var (1, H).
    Raises: ValueError if there are fewer than two rows, of which no variance can be taken.
    """
    N = len(context)
    if N < 2:
        raise ValueError(f"the statistics need at least 2 rows of context, not {N}")
    # Two walks over the data: the mean of squares less the square of the mean would cancel digits.
    mean = sum(x.sum(0, keepdim=True) for x in chunks(params, context)) / N
    squares = sum(((x - mean) ** 2).sum(0, keepdim=True) for x in chunks(params, context))
    return Statistics(mean, squares / (N - CORRECTION))


def chunks(params: Parameters, context: Tensor) -> Iterator[Tensor]:
    """pre_bn of the context, some rows at a time."""
    for rows in context.split(ROWS):
        yield pre_bn(params, rows)


def pre_bn(params: Parameters, context: Tensor) -> Tensor:
    """The network as far as batch normalisation.

    Shapes: context (N, T); pre_bn (N, H).
    """
    emb, _ = embedding.forward(params.table, context)
    return linear.forward(emb.flatten(1), params.W1, params.b1)[0]


@torch.no_grad()
def logits(model: Model, context: Tensor) -> Tensor:
    """The logits of each row by itself: with fixed statistics the rest of the batch has no say.

    Shapes: context (N, T); logits (N, V).
    Raises: as the operations; ValueError if the statistics are not those of this network.
    """
    params, (mean, var), _ = model
    x = pre_bn(params, context)
    check_shape("mean", mean, (1, x.shape[1]))
    check_shape("var", var, (1, x.shape[1]))
    xhat = (x - mean) * (var + EPS) ** -0.5
    h, _ = tanh.forward(params.gamma * xhat + params.beta)
    return linear.forward(h, params.W2, params.b2)[0]


def loss(model: Model, split: Split) -> float:
    """The mean loss over a whole split.

    Raises: as logits; ValueError if the split holds no windows.
    """
    total = 0.0
    for context, targets in zip(split.context.split(ROWS), split.targets.split(ROWS), strict=True):
        mean, _ = cross_entropy.forward(logits(model, context), targets)
        total += mean.item() * len(targets)
    return total / len(split.targets)


def losses(model: Model, data: Data) -> dict[str, float]:
    """The mean loss over each split, by its name: train, dev and test."""
    return {name: loss(model, getattr(data, name)) for name in ("train", "dev", "test")}
