"""Exercises of the chapters *The names* and *The forward pass*."""

import torch
from torch import Tensor


def context_windows(codes: Tensor, T: int) -> tuple[Tensor, Tensor]:
    """Return the contexts and the targets of one name.

    `codes` are the letters of the name; the dot has the code 0. Before the first letter stand T dots, after
    the last letter one. For each letter, and for the last dot, there is one row: the T characters before it.

    Shapes: codes (n,), integers; context (n + 1, T), targets (n + 1,), integers of the same dtype.
    """
    raise NotImplementedError


def following_probs(
    last: Tensor, targets: Tensor, prior: Tensor
) -> Tensor:
    """Return, for each character, the probabilities of what comes after it, by counting.

    Window n adds 1 to the count in row `last[n]` and column `targets[n]`. The counts begin as `prior`
    instead of as zeros, so that nothing gets the probability 0. Each row of counts is divided by its sum.

    Shapes: last, targets (N,), integers from 0 to V - 1; prior, result (V, V).
    """
    raise NotImplementedError


def batchnorm_forward(
    x: Tensor, gamma: Tensor, beta: Tensor, eps: float
) -> Tensor:
    """Return the output of batch normalisation.

    Each column of `x` loses its mean and is divided by the square root of its variance plus `eps`;
    the variance divides the sum of squares by B - 1. Then come the gain `gamma` and the shift `beta`.

    Shapes: x, result (B, H); gamma, beta (H,); eps a number.
    """
    raise NotImplementedError


def loss_forward(
    logits: Tensor, targets: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the log-probabilities of softmax, and the loss.

    The loss is the mean, over the rows, of minus the log-probability of the target.
    Logits may be as large as a few thousand, of either sign, and no entry may become infinite or nan.

    Shapes: logits, logprobs (B, V); targets (B,); loss ().
    """
    raise NotImplementedError
