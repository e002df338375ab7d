"""Softmax and cross-entropy: from the logits to the mean loss of a batch, and back."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.support.input_checks import check_indices, check_matrix, check_shape


class Steps(NamedTuple):
    """Every value from the logits to the loss, or the gradient of every value.

    Shapes: logits, shifted, counts, probs, logprobs (B, V); targets (B,); loss ();
    row_max, row_argmax, counts_sum, counts_sum_inv (B, 1).
    A gradient's Steps holds None for targets and row_argmax, which are indices.
    """

    logits: Tensor
    targets: Tensor | None
    row_max: Tensor
    row_argmax: Tensor | None
    shifted: Tensor
    counts: Tensor
    counts_sum: Tensor
    counts_sum_inv: Tensor
    probs: Tensor
    logprobs: Tensor
    loss: Tensor


class Saved(NamedTuple):
    """What the fused backward needs: probs (B, V) and targets (B,)."""

    probs: Tensor
    targets: Tensor


def batch_size(logits: Tensor, targets: Tensor) -> int:
    """Check the inputs and return B.

    Shapes: logits (B, V); targets (B,).
    Raises: TypeError, ValueError or IndexError, naming the input that does not fit.
    """
    B, V = check_matrix("logits", logits)
    if B == 0:
        raise ValueError("logits has no rows; the mean loss of an empty batch is not defined")
    check_shape("targets", targets, (B,))
    check_indices("targets", targets, V)
    return B


def forward_steps(logits: Tensor, targets: Tensor) -> Steps:
    """Forward, one value a line: the mean negative log-probability of the targets.

    Shapes: logits (B, V); targets (B,); the rest as in Steps.
    Raises: as batch_size.
    Source: book/cross_entropy.md.
    """
    B = batch_size(logits, targets)
    row_max, row_argmax = logits.max(1, keepdim=True)
    shifted = logits - row_max
    counts = shifted.exp()
    counts_sum = counts.sum(1, keepdim=True)
    counts_sum_inv = counts_sum**-1
    probs = counts * counts_sum_inv
    logprobs = probs.log()
    loss = -logprobs[range(B), targets].mean()
    return Steps(
        logits, targets, row_max, row_argmax, shifted, counts,
        counts_sum, counts_sum_inv, probs, logprobs, loss,
    )


def backward_steps(dloss: Tensor, steps: Steps) -> Steps:
    """Backward, one value a line, last first: the gradient of every value.

    Shapes: dloss (); each gradient has the shape of its value in Steps.
    Raises: ValueError or TypeError if dloss is not a scalar of the dtype of the loss.
    Source: book/cross_entropy.md.
    """
    check_shape("dloss", dloss, (), steps.loss.dtype)
    logits, targets, _, row_argmax, _, counts, counts_sum, counts_sum_inv, probs, logprobs, _ = steps
    B, V = logits.shape
    dlogprobs = torch.zeros_like(logprobs)
    dlogprobs[range(B), targets] = -dloss / B
    dprobs = dlogprobs / probs
    dcounts_sum_inv = (dprobs * counts).sum(1, keepdim=True)
    dcounts_sum = dcounts_sum_inv * -(counts_sum**-2)
    via_probs = dprobs * counts_sum_inv
    via_sum = dcounts_sum.expand(B, V)
    dcounts = via_probs + via_sum
    dshifted = dcounts * counts
    drow_max = -dshifted.sum(1, keepdim=True)
    via_max = torch.zeros_like(logits).scatter(1, row_argmax, drow_max)
    dlogits = dshifted + via_max
    return Steps(
        dlogits, None, drow_max, None, dshifted, dcounts,
        dcounts_sum, dcounts_sum_inv, dprobs, dlogprobs, dloss,
    )


def forward(logits: Tensor, targets: Tensor) -> tuple[Tensor, Saved]:
    """Forward, fused: the loss, computed from logits of any size without overflow.

    Shapes: logits (B, V); targets (B,); loss ().
    Raises: as batch_size.
    Source: book/softmax.md.
    """
    B = batch_size(logits, targets)
    # The maximum goes first: logits.logsumexp() adds it back, and large logits then cost digits.
    shifted = logits - logits.amax(1, keepdim=True)
    logprobs = shifted - shifted.exp().sum(1, keepdim=True).log()
    rows = torch.arange(B, device=logits.device)
    return -logprobs[rows, targets].mean(), Saved(logprobs.exp(), targets)


def backward(dloss: Tensor, saved: Saved) -> Tensor:
    """Backward, fused: dlogits, the probabilities less the one-hot targets, over B.

    Shapes: dloss (); dlogits (B, V).
    Raises: ValueError or TypeError if dloss is not a scalar of the dtype of the loss.
    Source: book/softmax.md.
    """
    check_shape("dloss", dloss, (), saved.probs.dtype)
    probs, targets = saved
    B, V = probs.shape
    dlogits = (probs - F.one_hot(targets.long(), V)) * (dloss / B)
    return dlogits
