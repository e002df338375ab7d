"""Solutions of the chapter *From the loss to the logits*."""

import torch
from torch import Tensor


def dlogprobs_of_loss(logprobs: Tensor, targets: Tensor) -> Tensor:
    """Return the gradient of `logprobs`.

    The loss is `-logprobs[torch.arange(B), targets].mean()`.

    Shapes: logprobs (B, V); targets (B,); result (B, V).
    """
    B = len(targets)
    rows = torch.arange(B)
    dlogprobs = torch.zeros_like(logprobs)
    dlogprobs[rows, targets] = -1 / B
    return dlogprobs


def dcounts_of_probs(dprobs: Tensor, counts: Tensor) -> Tensor:
    """Return the gradient of `counts`.

    Forward, `probs = counts / counts.sum(1, keepdim=True)`, and `dprobs` is the gradient of `probs`.

    Shapes: dprobs, counts, result (B, V).
    """
    counts_sum = counts.sum(1, keepdim=True)
    via_probs = dprobs / counts_sum
    via_sum = -(dprobs * counts).sum(1, keepdim=True) / counts_sum**2
    return via_probs + via_sum


def cross_entropy_backward(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the gradient of `logits`, line by line, without autograd.

    The loss is the mean cross-entropy, as in the forward pass of this chapter.

    Shapes: logits (B, V); targets (B,); result (B, V).
    """
    B = len(targets)
    counts = (logits - logits.amax(1, keepdim=True)).exp()
    counts_sum = counts.sum(1, keepdim=True)
    probs = counts / counts_sum
    dlogprobs = torch.zeros_like(probs)
    dlogprobs[torch.arange(B), targets] = -1 / B
    dprobs = dlogprobs / probs
    dcounts_sum = -(dprobs * counts).sum(1, keepdim=True) / counts_sum**2
    dcounts = dprobs / counts_sum + dcounts_sum
    return dcounts * counts
