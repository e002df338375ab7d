"""The exercises of the chapter *From the loss to the logits*."""

import torch

from handgrad.check.mistakes import cross_entropy as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define


def draw_targets(generator: torch.Generator) -> tuple:
    """Inputs of dlogprobs_of_loss: logprobs (B, V), targets (B,)."""
    B, V = draws.lengths(generator, 2)
    return draws.probabilities(generator, B, V).log(), draws.targets(generator, B, V)


def draw_fork(generator: torch.Generator) -> tuple:
    """Inputs of dcounts_of_probs: dprobs, counts (B, V)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V), draws.normal(generator, B, V).exp()


def draw_logits(generator: torch.Generator) -> tuple:
    """Inputs of cross_entropy_backward: logits (B, V), targets (B,)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V, scale=3.0), draws.targets(generator, B, V)


def draw_log_softmax(generator: torch.Generator) -> tuple:
    """Inputs of through_the_maximum and of mend_log_softmax: the upstream gradient and the logits, (B, V)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V), draws.normal(generator, B, V)


def draw_ignored(generator: torch.Generator) -> tuple:
    """Inputs of ignored_rows: logits (B, V), targets (B,), of three or more one at least -1 and two not."""
    logits, targets = draw_logits(generator)
    targets[torch.rand(len(targets), generator=generator) < 0.3] = -1
    targets[:3] = torch.tensor([0, -1, 1])[: len(targets)]
    return logits, targets


EXERCISES = (
    define(
        "dlogprobs_of_loss",
        draw=draw_targets,
        narrow=(0,),
        worked=lambda: (torch.tensor([[0.5, 0.5], [0.25, 0.75]]).log(), torch.tensor([0, 1])),
        mistakes=mistakes.dlogprobs_of_loss,
    ),
    define(
        "dcounts_of_probs",
        draw=draw_fork,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 3.0]])),
        mistakes=mistakes.dcounts_of_probs,
    ),
    define(
        "cross_entropy_backward",
        draw=draw_logits,
        narrow=(0,),
        worked=lambda: (torch.tensor([[0.0, 0.0]]), torch.tensor([1])),
        mistakes=mistakes.cross_entropy_backward,
    ),
    define(
        "through_the_maximum",
        draw=draw_log_softmax,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[0.0, 5.0, 1.0]])),
        mistakes=mistakes.through_the_maximum,
    ),
    define(
        "mend_log_softmax",
        draw=draw_log_softmax,
        narrow=(0,),
        worked=lambda: (torch.tensor([[-1.0, 0.0]]), torch.tensor([[0.0, 0.0]])),
        mistakes=mistakes.mend_log_softmax,
    ),
    define(
        "ignored_rows",
        draw=draw_ignored,
        narrow=(0,),
        worked=lambda: (torch.zeros(3, 2), torch.tensor([1, -1, 0])),
        mistakes=mistakes.ignored_rows,
    ),
)
