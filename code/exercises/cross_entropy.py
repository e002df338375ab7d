"""Exercises of the chapter *From the loss to the logits*."""

import torch
from torch import Tensor


def dlogprobs_of_loss(logprobs: Tensor, targets: Tensor) -> Tensor:
    """Return the gradient of `logprobs`.

    The loss is `-logprobs[torch.arange(B), targets].mean()`.

    Shapes: logprobs (B, V); targets (B,); result (B, V).
    """
    raise NotImplementedError


def dcounts_of_probs(dprobs: Tensor, counts: Tensor) -> Tensor:
    """Return the gradient of `counts`.

    Forward, `probs = counts / counts.sum(1, keepdim=True)`, and `dprobs` is the gradient of `probs`.

    Shapes: dprobs, counts, result (B, V).
    """
    raise NotImplementedError


def cross_entropy_backward(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the gradient of `logits`, line by line, without autograd.

    The loss is the mean cross-entropy, as in the forward pass of this chapter.

    Shapes: logits (B, V); targets (B,); result (B, V).
    """
    raise NotImplementedError
