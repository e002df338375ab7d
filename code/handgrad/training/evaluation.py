"""The loss of a trained network over whole splits."""

from types import ModuleType
from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.data.names import Data
from handgrad.models import mlp

# Rows at a time: large enough to be fast, small enough for any memory.
ROWS = 8192


class Trained(NamedTuple):
    """A trained network: parameters, the statistics that go with them, the characters it knows, and the model.

    statistics: those of model.calibrate; () for a model that needs none.
    """

    params: tuple
    statistics: tuple
    vocabulary: str
    model: ModuleType = mlp


def logits(trained: Trained, context: Tensor) -> Tensor:
    """The logits of what follows each row of context.

    Shapes: context (N, T); logits (N, V).
    Raises: as the model's logits.
    """
    return trained.model.logits(trained.params, trained.statistics, context)


@torch.no_grad()
def loss(trained: Trained, split: tuple) -> float:
    """The mean loss over all targets of a split that count.

    Raises: as the model's score; ValueError if the split holds no rows.
    """
    total, count = 0.0, 0
    for context, targets in zip(*(part.split(ROWS) for part in split), strict=True):
        mean, counted = trained.model.score(trained.params, trained.statistics, context, targets)
        total, count = total + mean.item() * counted, count + counted
    return total / count


def losses(trained: Trained, data: Data) -> dict[str, float]:
    """The mean loss over each split, by its name: train, dev and test."""
    return {name: loss(trained, getattr(data, name)) for name in ("train", "dev", "test")}
