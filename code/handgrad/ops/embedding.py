"""The embedding: every character of a context is replaced by its row of the table."""

from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.support.input_checks import check_indices, check_matrix, check_shape


class Saved(NamedTuple):
    """What backward needs: context (B, T), and the sizes V and D of the table."""

    context: Tensor
    V: int
    D: int


def forward(table: Tensor, context: Tensor) -> tuple[Tensor, Saved]:
    """Forward: emb[b, t] = table[context[b, t]].

    Shapes: table (V, D); context (B, T), integers from 0 to V − 1; emb (B, T, D).
    Raises: TypeError, ValueError or IndexError, naming the input that does not fit.
    Source: book/embedding.md.
    """
    V, D = check_matrix("table", table)
    check_indices("context", context, V)
    if context.ndim != 2:
        raise ValueError(f"context must have two axes, not the shape {tuple(context.shape)}")
    emb = table[context]
    return emb, Saved(context, V, D)


def backward(demb: Tensor, saved: Saved) -> Tensor:
    """Backward: dtable; a row used several times collects the sum of its gradients.

    Shapes: demb (B, T, D); dtable (V, D).
    Raises: ValueError if demb does not have the shape of the forward output.
    Source: book/embedding.md.
    """
    context, V, D = saved
    check_shape("demb", demb, (*context.shape, D))
    dtable = torch.zeros(V, D, dtype=demb.dtype, device=demb.device)
    dtable = dtable.index_add(0, context.flatten(), demb.reshape(-1, D))
    return dtable
