"""Plausible mistakes of cross-entropy and in the exercises of *From the loss to the logits*, by sentence."""

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.ops import cross_entropy


def of_backward(dloss: Tensor, saved: cross_entropy.Saved) -> dict[str, Tensor]:
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
        "The upstream gradient dloss is forgotten.": (probs - wanted) / B,
    }


def cross_entropy_backward(logits: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Mistakes in cross_entropy_backward and in cross_entropy_fused.

    Shapes: logits, and each result (B, V); targets (B,).
    """
    B, V = logits.shape
    loss, saved = cross_entropy.forward(logits, targets)
    wanted = torch.eye(V, dtype=logits.dtype)[targets]
    known = of_backward(torch.ones_like(loss), saved) | {
        "The path through counts_sum has the wrong sign.": -(logits.softmax(1) + wanted) / B,
        "The softmax was taken over a column instead of a row.": (logits.softmax(0) - wanted) / B,
        "The softmax is forgotten: these are the logits less the targets.": (logits - wanted) / B,
    }
    # Here dloss is 1, and to leave it out is right.
    return {sentence: gradient for sentence, gradient in known.items() if "dloss" not in sentence}


def dlogprobs_of_loss(logprobs: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Mistakes in dlogprobs_of_loss.

    Shapes: logprobs, and each result (B, V); targets (B,).
    """
    B, V = logprobs.shape
    return {
        "Every row was given every target: rows and columns must be indexed in pairs.":
            torch.zeros_like(logprobs).index_fill(1, targets, -1 / B),
        "It is divided by the number of columns; the mean is over the rows.":
            -torch.eye(V, dtype=logprobs.dtype)[targets] / V,
    }


def dcounts_of_probs(dprobs: Tensor, counts: Tensor) -> dict[str, Tensor]:
    """Mistakes in dcounts_of_probs.

    Shapes: dprobs, counts, and each result (B, V).
    """
    direct = dprobs / counts.sum(1, keepdim=True)
    via_sum = (dprobs * counts).sum(1, keepdim=True) / counts.sum(1, keepdim=True) ** 2
    return {
        "The path through the sum is forgotten.": direct,
        "The direct path is forgotten.": -via_sum.expand_as(counts),
        "The path through the sum has the wrong sign.": direct + via_sum,
    }


def through_the_maximum(dshifted: Tensor, logits: Tensor) -> dict[str, Tensor]:
    """Mistakes in through_the_maximum.

    Shapes: dshifted, logits, and each result (B, V).
    """
    V = logits.shape[1]
    largest, smallest = F.one_hot(logits.argmax(1), V), F.one_hot(logits.argmin(1), V)
    total = dshifted.sum(1, keepdim=True)
    return {
        "The path through the maximum is forgotten; its gradient is zero behind a softmax, and not always.": dshifted,
        "The direct path is forgotten.": -total * largest,
        "The path through the maximum has the wrong sign.": dshifted + total * largest,
        "What comes back through the maximum went to every logit of the row.": dshifted - total,
        "What comes back through the maximum was shared out; it belongs to one logit.": dshifted - total / V,
        "What comes back through the maximum went to the smallest logit.": dshifted - total * smallest,
        "The sum over the row is missing: the maximum was used once for each of its logits.":
            dshifted * (1 - largest),
        "The sum was taken over the columns, and the maximum was copied along the row.":
            dshifted - dshifted.sum() * largest / len(logits),
        "The upstream gradient of the maximum is taken as ones.": dshifted - V * largest,
    }


def mend_log_softmax(dlogprobs: Tensor, logits: Tensor) -> dict[str, Tensor]:
    """Mistakes in mend_log_softmax.

    Shapes: dlogprobs, logits, and each result (B, V).
    """
    probs, total = logits.softmax(1), dlogprobs.sum(1, keepdim=True)
    counts = (logits - logits.amax(1, keepdim=True)).exp()
    return {
        "The second path into the counts overwrites the first; the two must be added.": -probs * total,
        "The path through the sum is forgotten.": dlogprobs,
        "The path through the sum has the wrong sign.": dlogprobs + probs * total,
        "The slope of the logarithm, 1 / probs, is forgotten.":
            probs * (dlogprobs - (dlogprobs * probs).sum(1, keepdim=True)),
        "The last factor, counts, is forgotten.": (dlogprobs - probs * total) / counts,
        "counts_sum is not squared in its own gradient.":
            dlogprobs - counts * total,
        "The exponential's slope was taken from its input.":
            (dlogprobs / counts - total / counts.sum(1, keepdim=True)) * counts.log(),
    }


def ignored_rows(logits: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Mistakes in ignored_rows.

    Shapes: logits, and each result (B, V); targets (B,).
    """
    B, V = logits.shape
    counted = (targets >= 0).unsqueeze(1)
    probs, wanted = logits.softmax(1), F.one_hot(targets.clamp(min=0), V) * counted
    last = F.one_hot(targets % V, V)
    number = counted.sum()
    return {
        "It is divided by B, and the mean is over the rows that count.": (probs - wanted) * counted / B,
        "There is no division: the loss is a mean over the rows that count.": (probs - wanted) * counted,
        "A target of -1 was read as the last column, and its row was counted.": (probs - last) / number,
        "A target of -1 was read as the last column, its row was counted, and it is divided by B.": (probs - last) / B,
        "A target of -1 was read as the first column, and its row was counted.":
            (probs - F.one_hot(targets.clamp(min=0), V)) / number,
        "A row without a target is pushed down; the loss does not read it at all.": (probs - wanted) / number,
        "Only the correct class gets a gradient.": -wanted.to(logits.dtype) / number,
        "The targets are not subtracted.": probs * counted / number,
        "The targets are added instead of subtracted.": (probs + wanted) * counted / number,
    }
