"""The whole network with every value kept: what the book reads, and what it checks line by line."""

from typing import NamedTuple

from torch import Tensor

from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.values import CORRECTION, EPS
from handgrad.ops import batchnorm, cross_entropy, embedding, linear, tanh


class Steps(NamedTuple):
    """Every value of the forward pass, or the gradient of every value.

    Shapes: context (B, T); targets (B,); emb (B, T, D); flat (B, T·D); the parameters as in
    mlp.Parameters; pre_bn to preact as x to y in batchnorm.Steps, logits to loss as in cross_entropy.Steps.
    A gradient's Steps holds None for context, targets and row_argmax, which are indices.
    """

    context: Tensor | None
    targets: Tensor | None
    table: Tensor
    emb: Tensor
    flat: Tensor
    W1: Tensor
    b1: Tensor
    pre_bn: Tensor
    mean: Tensor
    centered: Tensor
    squared: Tensor
    var: Tensor
    rstd: Tensor
    xhat: Tensor
    gamma: Tensor
    beta: Tensor
    preact: Tensor
    h: Tensor
    W2: Tensor
    b2: Tensor
    logits: Tensor
    row_max: Tensor
    row_argmax: Tensor | None
    shifted: Tensor
    counts: Tensor
    counts_sum: Tensor
    counts_sum_inv: Tensor
    probs: Tensor
    logprobs: Tensor
    loss: Tensor


def forward_steps(params: Parameters, context: Tensor, targets: Tensor) -> Steps:
    """Forward, every value kept.

    Shapes: context (B, T); targets (B,); the rest as in Steps.
    Raises: as the operations.
    Source: book/forward.md.
    """
    table, W1, b1, gamma, beta, W2, b2 = params
    emb, _ = embedding.forward(table, context)
    flat = emb.flatten(1)
    pre_bn, _ = linear.forward(flat, W1, b1)
    norm = batchnorm.forward_steps(pre_bn, gamma, beta, EPS, CORRECTION)
    h, _ = tanh.forward(norm.y)
    logits, _ = linear.forward(h, W2, b2)
    last = cross_entropy.forward_steps(logits, targets)
    return Steps(context, targets, table, emb, flat, W1, b1, *inside(norm), h, W2, b2, *outside(last))


def backward_steps(dloss: Tensor, steps: Steps) -> Steps:
    """Backward, the gradient of every value kept.

    Shapes: dloss (); each gradient has the shape of its value in Steps.
    """
    last = cross_entropy.backward_steps(dloss, cross_entropy_steps(steps))
    dh, dW2, db2 = linear.backward(last.logits, linear.Saved(steps.h, steps.W2))
    dpreact = tanh.backward(dh, steps.h)
    norm = batchnorm.backward_steps(dpreact, batchnorm_steps(steps))
    dflat, dW1, db1 = linear.backward(norm.x, linear.Saved(steps.flat, steps.W1))
    demb = dflat.view(steps.emb.shape)
    dtable = embedding.backward(demb, embedding.Saved(steps.context, *steps.table.shape))
    return Steps(None, None, dtable, demb, dflat, dW1, db1, *inside(norm), dh, dW2, db2, *outside(last))


def batchnorm_steps(steps: Steps) -> batchnorm.Steps:
    """The part of the trace that belongs to batch normalisation, under that operation's names."""
    named = steps._asdict() | {
        "x": steps.pre_bn, "y": steps.preact, "eps": EPS, "correction": CORRECTION,
    }
    return batchnorm.Steps(*(named[field] for field in batchnorm.Steps._fields))


def cross_entropy_steps(steps: Steps) -> cross_entropy.Steps:
    """The part of the trace that belongs to cross-entropy."""
    return cross_entropy.Steps(*(getattr(steps, field) for field in cross_entropy.Steps._fields))


def inside(norm: batchnorm.Steps) -> tuple[Tensor, ...]:
    """The values of batch normalisation in the order of Steps, pre_bn to preact."""
    return (
        norm.x, norm.mean, norm.centered, norm.squared, norm.var,
        norm.rstd, norm.xhat, norm.gamma, norm.beta, norm.y,
    )


def outside(last: cross_entropy.Steps) -> tuple[Tensor | None, ...]:
    """The values of cross-entropy in the order of Steps, logits to loss."""
    return (
        last.logits, last.row_max, last.row_argmax, last.shifted, last.counts,
        last.counts_sum, last.counts_sum_inv, last.probs, last.logprobs, last.loss,
    )
