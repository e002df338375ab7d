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


def through_the_maximum(dshifted: Tensor, logits: Tensor) -> Tensor:
    """Return the gradient of `logits`, whatever comes after the subtraction.

    Forward, `shifted = logits - logits.max(1, keepdim=True).values`, and `dshifted` is the gradient of `shifted`.
    No two logits of a row are equal.

    Shapes: dshifted, logits, result (B, V).
    """
    row_argmax = logits.argmax(1, keepdim=True)
    drow_max = -dshifted.sum(1, keepdim=True)
    via_max = torch.zeros_like(logits).scatter(1, row_argmax, drow_max)
    return dshifted + via_max


def mend_log_softmax(dlogprobs: Tensor, logits: Tensor) -> Tensor:
    """Return the gradient of `logits`, line by line.

    As you find it, one line is wrong; mend that line.
    Forward, `logprobs = logits.log_softmax(1)`, and `dlogprobs`, the gradient of `logprobs`, may be full.

    Shapes: dlogprobs, logits, result (B, V).
    """
    counts = (logits - logits.amax(1, keepdim=True)).exp()
    counts_sum = counts.sum(1, keepdim=True)
    probs = counts / counts_sum
    dprobs = dlogprobs / probs
    dcounts = dprobs / counts_sum
    dcounts_sum = -(dprobs * counts).sum(1, keepdim=True) / counts_sum**2
    dcounts = dcounts + dcounts_sum.expand_as(counts)
    return dcounts * counts


def ignored_rows(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the gradient of `logits` when some rows have no target.

    A target of -1 says that its row is not to be counted. The loss is the mean of the cross-entropy over the other
    rows, as in `F.cross_entropy(logits, targets, ignore_index=-1)`; there is one of them at least.

    Shapes: logits, result (B, V); targets (B,), integers from -1 to V - 1.
    """
    B, V = logits.shape
    counted = targets >= 0
    rows = torch.arange(B)[counted]
    dlogits = logits.softmax(1)
    dlogits[rows, targets[counted]] -= 1
    return dlogits * counted.unsqueeze(1) / counted.sum()
