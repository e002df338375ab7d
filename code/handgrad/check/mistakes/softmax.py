"""Plausible mistakes of softmax and in the exercises of *Softmax and cross-entropy in one line*, by sentence."""

import torch
from torch import Tensor

from handgrad.ops import softmax


def of_backward(dprobs: Tensor, probs: Tensor) -> dict[str, Tensor]:
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
        "The upstream gradient is taken as ones: softmax sends nothing back then.": torch.zeros_like(probs),
    }


def softmax_jacobians(probs: Tensor) -> dict[str, Tensor]:
    """Mistakes in softmax_jacobians.

    Shapes: probs (B, V); each result (B, V, V).
    """
    diagonal, outer = torch.diag_embed(probs), probs.unsqueeze(2) * probs.unsqueeze(1)
    ones = torch.eye(probs.shape[1], dtype=probs.dtype)
    return {
        "The entries off the diagonal are missing: each logit moves every probability of its row.":
            torch.diag_embed(probs * (1 - probs)),
        "The product of the two probabilities is added; it must be subtracted.": diagonal + outer,
        "The product of the two probabilities is forgotten.": diagonal,
        "The diagonal lacks p: this is minus the product alone.": -outer,
        "On the diagonal stands 1 where p belongs: this is δ − p p.": ones - outer,
        "The factor in front, p of the row, is missing: this is δ − p of the column.":
            ones - probs.unsqueeze(1).expand_as(outer),
        "On the diagonal stands p and nothing is subtracted there.": diagonal - outer * (1 - ones),
    }


def soft_targets(logits: Tensor, wanted: Tensor) -> dict[str, Tensor]:
    """Mistakes in soft_targets.

    Shapes: logits, wanted, and each result (B, V).
    """
    B, V = logits.shape
    probs = logits.softmax(1)
    return {
        "The targets are multiplied in; a difference belongs here.": probs * (1 - wanted) / B,
        "The targets are not subtracted.": probs / B,
        "The targets are added instead of subtracted.": (probs + wanted) / B,
        "Only the targets are left: the path through the sum of the exponentials is forgotten.": -wanted / B,
        "It is divided by the number of columns; the mean is over the rows.": (probs - wanted) / V,
        "The softmax was taken over a column instead of a row.": (logits.softmax(0) - wanted) / B,
        "The likeliest class was taken for the only target.":
            (probs - (wanted == wanted.amax(1, keepdim=True)).to(probs.dtype)) / B,
    }


def mend_sharpened(dprobs: Tensor, logits: Tensor, sharpness: Tensor) -> dict[str, Tensor]:
    """Mistakes in mend_sharpened.

    Shapes: dprobs, logits (B, V); sharpness (B, 1); each result (B, V) or (B, 1).
    """
    probs = (sharpness * logits).softmax(1)
    dscaled = softmax.backward(dprobs, probs)
    found = {sentence: sharpness * wrong for sentence, wrong in of_backward(dprobs, probs).items()}
    return found | {
        "The factor sharpness is forgotten.": dscaled,
        "The sharpness divides where it should multiply.": dscaled / sharpness,
        "The probabilities were taken without the sharpness.": sharpness * softmax.backward(dprobs, logits.softmax(1)),
        "The sharpness was multiplied by the logits, and meets the probabilities here.":
            (dscaled * probs).sum(1, keepdim=True),
        "The gradient of the probabilities was used where that of the product belongs.":
            (dprobs * logits).sum(1, keepdim=True),
        "The gradient of the logits was used where that of the product belongs.":
            (sharpness * dscaled * logits).sum(1, keepdim=True),
        "The other factor, logits, is forgotten: what is left is zero.": dscaled.sum(1, keepdim=True),
        "The mean over the columns was taken where the sum belongs.": (dscaled * logits).mean(1, keepdim=True),
    }
