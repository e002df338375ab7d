"""Plausible mistakes in the exercises of *From the loss to the logits*, by the sentence that names each."""

import torch
import torch.nn.functional as F
from torch import Tensor


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


def extra_logits(logits: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Mistakes in exercises that go from the loss to the logits, beside those of the operation.

    Shapes: logits, and each result (B, V); targets (B,).
    """
    B, V = logits.shape
    wanted = torch.eye(V, dtype=logits.dtype)[targets]
    return {
        "The path through counts_sum has the wrong sign.": -(logits.softmax(1) + wanted) / B,
        "The softmax was taken over a column instead of a row.": (logits.softmax(0) - wanted) / B,
        "The softmax is forgotten: these are the logits less the targets.": (logits - wanted) / B,
    }
