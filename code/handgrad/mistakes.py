"""What the plausible mistakes would have given: the sentence that names each, and its wrong gradient."""

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.ops import batchnorm, cross_entropy


def of_cross_entropy(dloss: Tensor, saved: cross_entropy.Saved) -> dict[str, Tensor]:
    """Wrong gradients of the logits.

    Shapes: dloss (); saved as in cross_entropy.Saved; each result (B, V).
    """
    probs, targets = saved
    B, V = probs.shape
    wanted = F.one_hot(targets.long(), V).to(probs.dtype)
    counts = probs / probs.amax(1, keepdim=True)
    return {
        "Only the correct class gets a gradient: the path through counts_sum is forgotten.": -wanted * dloss / B,
        "The last factor, counts, is forgotten.": (probs - wanted) / counts * dloss / B,
        "The targets are not subtracted.": probs * dloss / B,
        "The targets are added instead of subtracted.": (probs + wanted) * dloss / B,
        "These are the slopes of the probability and not of its logarithm.":
            (probs - wanted) * (probs * wanted).sum(1, keepdim=True) * dloss / B,
    }


def of_softmax(dprobs: Tensor, probs: Tensor) -> dict[str, Tensor]:
    """Wrong gradients of the logits of softmax alone.

    Shapes: dprobs, probs, and each result (B, V).
    """
    return {
        "Only each probability's own logit is counted: the terms with i ≠ j are missing.":
            dprobs * probs * (1 - probs),
        "The mean of the row is not weighted with the probabilities.":
            probs * (dprobs - dprobs.mean(1, keepdim=True)),
        "The weighted mean is added instead of subtracted.":
            probs * (dprobs + (dprobs * probs).sum(1, keepdim=True)),
        "The weighted mean of the row is not subtracted.": probs * dprobs,
        "The factor probs in front is missing.": dprobs - (dprobs * probs).sum(1, keepdim=True),
        "The weighted mean was taken over a column instead of a row.":
            probs * (dprobs - (dprobs * probs).sum(0, keepdim=True)),
    }


def of_batchnorm(dy: Tensor, saved: batchnorm.Saved) -> dict[str, Tensor]:
    """Wrong gradients of the input.

    Shapes: dy (B, H); saved as in batchnorm.Saved; each result (B, H).
    """
    xhat, rstd, gamma, correction = saved
    B = xhat.shape[0]
    scale, via_mean = gamma * rstd, dy.mean(0)
    along = (dy * xhat).sum(0)
    via_var = xhat * along / (B - correction)
    other = xhat * along / (B - 1 + correction)
    return {
        "Mean and variance are treated as constants.": scale * dy,
        "The variance is treated as a constant.": scale * (dy - via_mean),
        "The mean is treated as a constant.": scale * (dy - via_var),
        "The gain is forgotten.": rstd * (dy - via_mean - via_var),
        "The path through the mean has the wrong sign.": scale * (dy + via_mean - via_var),
        "The path through the variance has the wrong sign.": scale * (dy - via_mean + via_var),
        "The path through the variance is too large by a factor 2.": scale * (dy - via_mean - 2 * via_var),
        "The path through the variance is too small by a factor 2.": scale * (dy - via_mean - via_var / 2),
        "Bessel's correction: the variance was divided by one number forward and by another backward.":
            scale * (dy - via_mean - other),
        "The standard deviation is forgotten.": gamma * (dy - via_mean - via_var),
        "The upstream gradient is taken as ones.": torch.zeros_like(dy),
    }
