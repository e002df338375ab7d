"""The exercises of the chapter *Softmax and cross-entropy in one line*."""

import torch

from handgrad.check.mistakes import softmax as mistakes
from handgrad.check.mistakes.cross_entropy import cross_entropy_backward
from handgrad.exercises import draws
from handgrad.exercises.chapters.cross_entropy import draw_logits
from handgrad.exercises.definition import define


def draw_softmax(generator: torch.Generator) -> tuple:
    """Inputs of softmax_backward: dprobs, probs (B, V)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V), draws.probabilities(generator, B, V)


def draw_rows(generator: torch.Generator) -> tuple:
    """Inputs of softmax_jacobians: probs (B, V)."""
    return (draws.probabilities(generator, *draws.lengths(generator, 2)),)


def draw_soft(generator: torch.Generator) -> tuple:
    """Inputs of soft_targets: logits, wanted (B, V)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V, scale=2.0), draws.probabilities(generator, B, V)


def draw_sharpened(generator: torch.Generator) -> tuple:
    """Inputs of mend_sharpened: dprobs, logits (B, V), sharpness (B, 1)."""
    B, V = draws.lengths(generator, 2)
    sharpness = 0.5 + draws.normal(generator, B, 1).abs()
    return draws.normal(generator, B, V), draws.normal(generator, B, V), sharpness


def terms_of_sharpened(dprobs: torch.Tensor, logits: torch.Tensor, sharpness: torch.Tensor) -> dict:
    """What was added to make the two gradients of mend_sharpened, in size; the terms cancel.

    Shapes: dprobs, logits (B, V); sharpness (B, 1); of the results (B, V) and (B, 1).
    """
    probs = (sharpness * logits).softmax(1)
    terms = probs * (dprobs.abs() + (dprobs * probs).abs().sum(1, keepdim=True))
    dsharpness = (terms * logits.abs()).sum(1, keepdim=True)
    # A probability keeps the rounding of its exponent, which the logits and the sharpness scale.
    return {"dlogits": (terms * sharpness).amax(), "dsharpness": dsharpness}


EXERCISES = (
    define(
        "softmax_backward",
        draw=draw_softmax,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 0.0]]), torch.tensor([[0.25, 0.75]])),
        mistakes=mistakes.of_backward,
    ),
    define(
        "softmax_jacobians",
        draw=draw_rows,
        narrow=(0,),
        worked=lambda: (torch.tensor([[0.5, 0.5], [0.25, 0.75]]),),
        mistakes=mistakes.softmax_jacobians,
    ),
    define(
        "cross_entropy_fused",
        draw=draw_logits,
        narrow=(0,),
        worked=lambda: (torch.tensor([[0.0, 0.0], [0.0, 0.0]]), torch.tensor([1, 0])),
        mistakes=cross_entropy_backward,
    ),
    define(
        "soft_targets",
        draw=draw_soft,
        narrow=(0,),
        worked=lambda: (torch.tensor([[0.0, 0.0]]), torch.tensor([[0.9, 0.1]])),
        mistakes=mistakes.soft_targets,
    ),
    define(
        "mend_sharpened",
        draw=draw_sharpened,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 0.0]]), torch.tensor([[2.0]])),
        mistakes=mistakes.mend_sharpened,
        sizes=terms_of_sharpened,
    ),
)
