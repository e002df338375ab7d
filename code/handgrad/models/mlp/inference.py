"""The network after training: batch statistics that no longer depend on a batch, and logits of single rows."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.values import CORRECTION, EPS
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
def logits(params: Parameters, statistics: Statistics, context: Tensor) -> Tensor:
    """The logits of each row by itself: with fixed statistics the rest of the batch has no say.

    Shapes: context (N, T); logits (N, V).
    Raises: as the operations; ValueError if the statistics are not those of this network.
    """
    mean, var = statistics
    x = pre_bn(params, context)
    check_shape("mean", mean, (1, x.shape[1]))
    check_shape("var", var, (1, x.shape[1]))
    xhat = (x - mean) * (var + EPS) ** -0.5
    h, _ = tanh.forward(params.gamma * xhat + params.beta)
    return linear.forward(h, params.W2, params.b2)[0]


def score(params: Parameters, statistics: Statistics, context: Tensor, targets: Tensor) -> tuple[Tensor, int]:
    """The mean loss of the rows, and how many targets count.

    Shapes: context (N, T); targets (N,); loss ().
    Raises: as logits.
    """
    return cross_entropy.forward(logits(params, statistics, context), targets)[0], len(targets)


def window(params: Parameters) -> int:
    """How many characters the network reads: T."""
    return params.W1.shape[0] // params.table.shape[1]
