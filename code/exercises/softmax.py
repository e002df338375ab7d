"""Exercises of the chapter *Softmax and cross-entropy in one line*."""

import torch
from torch import Tensor


def softmax_backward(dprobs: Tensor, probs: Tensor) -> Tensor:
    """Return the gradient of the logits of `probs = logits.softmax(1)`, for any upstream gradient.

    Shapes: dprobs, probs, result (B, V).
    """
    raise NotImplementedError


def softmax_jacobians(probs: Tensor) -> Tensor:
    """Return the Jacobian of softmax for each row: entry `[b, i, j]` is the derivative of `probs[b, i]` by logit j.

    Forward, `probs = logits.softmax(1)`.

    Shapes: probs (B, V); result (B, V, V).
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


def mend_sharpened(
    dprobs: Tensor, logits: Tensor, sharpness: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the gradients of `logits` and of `sharpness`.

    As you find it, one line is wrong; mend that line.
    Forward, `probs = (sharpness * logits).softmax(1)`, each row with a sharpness of its own, and `dprobs` is the
    gradient of `probs`.

    Shapes: dprobs, logits (B, V); sharpness (B, 1); results (B, V) and (B, 1).
    """
    probs = (sharpness * logits).softmax(1)
    row_mean = (dprobs * probs).sum(0, keepdim=True)
    dscaled = probs * (dprobs - row_mean)
    dlogits = dscaled * sharpness
    dsharpness = (dscaled * logits).sum(1, keepdim=True)
    return dlogits, dsharpness
