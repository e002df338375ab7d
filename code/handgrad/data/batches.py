"""Minibatches: rows of a split, drawn with replacement."""


import torch
from torch import Tensor


def minibatch(split: tuple, batch: int, generator: torch.Generator) -> tuple[Tensor, ...]:
    """Draw rows of the split: the same ones of each of its tensors.

    Shapes: split (N, ...) each; result (B, ...) each.
    """
    rows = draw(split, (batch,), generator)
    return tuple(part.index_select(0, rows) for part in split)


def draw(split: tuple, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Numbers of rows of the split, on its device; the generator is on the CPU, for the same draws everywhere."""
    return torch.randint(0, len(split[0]), shape, generator=generator).to(split[0].device)
