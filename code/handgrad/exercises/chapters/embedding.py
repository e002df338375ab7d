"""The exercises of the chapter *The embedding*."""

import torch
import torch.nn.functional as F

from handgrad.check.mistakes import embedding as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define


def draw_context(generator: torch.Generator) -> tuple:
    """Inputs of embedding_backward: demb (B, T, D), context (B, T), V.

    No size is below 3 and none above 10, so that there are more places than characters: some repeat.
    """
    B, T, V, D = draws.lengths(generator, 4)
    return draws.normal(generator, B, T, D), torch.randint(0, V, (B, T), generator=generator), V


def draw_one_hot(generator: torch.Generator) -> tuple:
    """Inputs of one_hot_backward: demb (B, T, D), one_hot (B, T, V)."""
    demb, context, V = draw_context(generator)
    return demb, F.one_hot(context, V).to(demb.dtype)


def draw_dflat(generator: torch.Generator) -> tuple:
    """Inputs of mend_embedding: dflat (B, T·D), context (B, T), V; the first context begins with a letter twice."""
    demb, context, V = draw_context(generator)
    context[0, 1] = context[0, 0]
    return demb.flatten(1), context, V


def draw_tied(generator: torch.Generator) -> tuple:
    """Inputs of tied_table: dflat (B, T·D), dlogits (B, V), h (B, D), context (B, T)."""
    demb, context, V = draw_context(generator)
    B, _, D = demb.shape
    return demb.flatten(1), draws.normal(generator, B, V), draws.normal(generator, B, D), context


EXERCISES = (
    define(
        "embedding_backward",
        draw=draw_context,
        narrow=(3,),
        worked=lambda: (torch.tensor([[[1.0], [10.0]], [[100.0], [1000.0]]]),
                        torch.tensor([[1, 0], [1, 1]]), 3),
        mistakes=mistakes.embedding_backward,
    ),
    define(
        "one_hot_backward",
        draw=draw_one_hot,
        narrow=(3,),
        worked=lambda: (torch.tensor([[[1.0], [10.0]]]), torch.tensor([[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]])),
        mistakes=mistakes.one_hot_backward,
    ),
    define(
        "mend_embedding",
        draw=draw_dflat,
        narrow=(3,),
        worked=lambda: (torch.tensor([[1.0, 10.0], [100.0, 1000.0]]), torch.tensor([[1, 1], [0, 1]]), 2),
        mistakes=mistakes.mend_embedding,
    ),
    define(
        "tied_table",
        draw=draw_tied,
        narrow=(3,),
        worked=lambda: (torch.tensor([[1.0, 10.0]]), torch.tensor([[0.0, 1.0, 0.0]]), torch.tensor([[100.0]]),
                        torch.tensor([[2, 2]])),
        mistakes=mistakes.tied_table,
    ),
)
