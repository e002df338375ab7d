"""Exercises of the chapter *Softmax and cross-entropy in one line*."""

import torch
from torch import Tensor


def softmax_backward(dprobs: Tensor, probs: Tensor) -> Tensor:
    """Return the gradient of the logits of `probs = logits.softmax(1)`, for any upstream gradient.

    Shapes: dprobs, probs, result (B, V).
    """
    raise NotImplementedError


def cross_entropy_fused(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the gradient of `logits` in one line, when the loss is `F.cross_entropy(logits, targets)`.

    Shapes: logits (B, V); targets (B,); result (B, V).
    """
    raise NotImplementedError


def soft_targets(logits: Tensor, wanted: Tensor) -> Tensor:
    """Return the gradient of `logits` when every row has a whole distribution for a target.

    The loss is `-(wanted * logits.log_softmax(1)).sum() / B`, and each row of `wanted` sums to one.

    Shapes: logits, wanted, result (B, V).
    """
    raise NotImplementedError
