"""Plausible mistakes in the exercises of *The names* and *The forward pass*, by the sentence that names each."""

import math

import torch
from torch import Tensor


def context_windows(codes: Tensor, T: int) -> dict[str, Tensor]:
    """Shapes: codes (n,); each result (n + 1, T), (n + 1,) or (n, ...)."""
    n = len(codes)
    dots = codes.new_zeros(T + 1)
    padded = torch.cat([dots[1:], codes, dots[:1]])
    context = padded.unfold(0, T, 1)
    return {
        "The window after the last letter, whose answer is the dot, is missing.": context[:n],
        "Each context holds its own target: it is one character too late.": context[1:],
        "The contexts are read from right to left; the character next to the target stands last.":
            context[: n + 1].flip(1),
        "The targets are the last characters of the contexts; they should be the ones that come next.":
            context[: n + 1, -1],
        "The targets lack the dot at the end.": codes,
    }


def following_probs(last: Tensor, targets: Tensor, prior: Tensor) -> dict[str, Tensor]:
    """Shapes: last, targets (N,); prior, each result (V, V)."""
    one = torch.ones((), dtype=prior.dtype)
    counts = prior.index_put((last, targets), one, accumulate=True)
    once = prior.index_put((last, targets), prior[last, targets] + 1)
    turned = prior.index_put((targets, last), one, accumulate=True)
    return {
        "A pair that comes several times was counted once: the last write wins.": once / once.sum(1, keepdim=True),
        "Rows and columns are exchanged: the row is the character before, the column the one after.":
            turned / turned.sum(1, keepdim=True),
        "These are the columns over their sums; the probabilities of a row must sum to 1.": counts / counts.sum(0),
        "All counts were divided by one sum; each row has a sum of its own.": counts / counts.sum(),
        "These are the counts; they still have to be divided by the sum of their row.": counts,
        "The prior was added after the division.":
            (counts - prior) / (counts - prior).sum(1, keepdim=True) + prior,
    }


def batchnorm_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> dict[str, Tensor]:
    """Shapes: x, each result (B, H); gamma, beta (H,)."""
    centered, var = x - x.mean(0), x.var(0)
    xhat = centered / (var + eps) ** 0.5
    return {
        "The variance divides by B where B − 1 belongs.":
            gamma * centered / (x.var(0, correction=0) + eps) ** 0.5 + beta,
        "eps was added to the standard deviation and not to the variance.":
            gamma * centered / (var**0.5 + eps) + beta,
        "eps was added to one over the root; it belongs under the root, beside the variance.":
            gamma * centered * (var**-0.5 + eps) + beta,
        "eps was added after the division; it belongs under the root, beside the variance.":
            gamma * (centered / var**0.5 + eps) + beta,
        "eps is forgotten.": gamma * centered / var**0.5 + beta,
        "The square root is missing: this divides by the variance.": gamma * centered / (var + eps) + beta,
        "The mean is not subtracted.": gamma * x / (var + eps) ** 0.5 + beta,
        "The shift is forgotten.": gamma * xhat,
        "The gain is forgotten.": xhat + beta,
        "The gain multiplies the shift as well.": gamma * (xhat + beta),
        "One mean and one variance were taken of the whole matrix; each column has its own.":
            gamma * (x - x.mean()) / (x.var() + eps) ** 0.5 + beta,
        "The mean and the variance were taken along rows; each column has its own.":
            gamma * (x - x.mean(1, keepdim=True)) / (x.var(1, keepdim=True) + eps) ** 0.5 + beta,
    }


def loss_forward(logits: Tensor, targets: Tensor) -> dict[str, Tensor]:
    """Shapes: logits (B, V); targets (B,); each result (B, V) or ()."""
    logprobs, B = logits.log_softmax(1), len(targets)
    chosen = logprobs[torch.arange(B), targets]
    return {
        "These are the probabilities and not their logarithms.": logprobs.exp(),
        "Softmax was taken over columns; the probabilities of a row must sum to 1.": logits.log_softmax(0),
        "The mean of the exponentials was taken where their sum belongs.": logprobs + math.log(logits.shape[1]),
        "These are the shifted logits; the logarithm of the sum is not subtracted.":
            logits - logits.amax(1, keepdim=True),
        "Every row was given every target: rows and columns must be indexed in pairs.":
            -logprobs[:, targets].mean(),
        "This is the loss of the mean probability; the mean has to be taken of the logarithms.":
            -chosen.exp().mean().log(),
        "This is the mean over all classes, and not that of the targets.": -logprobs.mean(),
    }
