"""One network in many spellings: which of its 26 gradients equal autograd's bit for bit.

What may be spelled in more than one way is in spelled_lines.py.
"""

from functools import partial

import torch
from torch import Tensor

from handgrad.check.comparison import autograd
from handgrad.data import example, names
from handgrad.models.mlp import trace
from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.values import EPS
from handgrad.ops import linear
from handgrad.studies.bit_for_bit.spelled_lines import Spelling

# In the order in which the notebook compares them, from the loss backward.
ORDER = (
    "logprobs", "probs", "counts_sum_inv", "counts_sum", "counts", "shifted", "row_max", "logits", "h",
    "W2", "b2", "preact", "gamma", "beta", "xhat", "rstd", "var", "squared", "centered", "mean",
    "pre_bn", "flat", "W1", "b1", "emb", "table",
)


def forward(spelling: Spelling, params: Parameters, context: Tensor, targets: Tensor) -> trace.Steps:
    """The network in this spelling, every value kept.

    Shapes: as in trace.Steps.
    """
    table, W1, b1, gamma, beta, W2, b2 = params
    B = len(context)
    emb = table[context]
    flat = emb.flatten(1)
    pre_bn = flat @ W1 + b1
    mean = spelling.mean(pre_bn.sum(0, keepdim=True), B)
    centered = pre_bn - mean
    squared = spelling.square(centered)
    var = spelling.var(squared.sum(0, keepdim=True), B - 1)
    rstd = spelling.rstd(var + EPS)
    xhat = centered * rstd
    preact = gamma * xhat + beta
    h = preact.tanh()
    logits = h @ W2 + b2
    front = (context, targets, table, emb, flat, W1, b1, pre_bn, mean, centered, squared, var, rstd, xhat)
    return trace.Steps(*front, gamma, beta, preact, h, W2, b2, logits, *to_loss(spelling, logits, targets))


def to_loss(spelling: Spelling, logits: Tensor, targets: Tensor) -> tuple[Tensor, ...]:
    """From the logits to the loss, row_max to loss in the order of trace.Steps.

    Shapes: as in trace.Steps.
    """
    row_max, row_argmax = logits.max(1, keepdim=True)
    shifted = logits - row_max
    counts = shifted.exp()
    counts_sum = counts.sum(1, keepdim=True)
    counts_sum_inv = spelling.inverse(counts_sum)
    probs = counts * counts_sum_inv
    logprobs = probs.log()
    loss = -logprobs[range(len(targets)), targets].mean()
    return row_max, row_argmax, shifted, counts, counts_sum, counts_sum_inv, probs, logprobs, loss


def backward(spelling: Spelling, v: trace.Steps) -> dict[str, Tensor]:
    """The 26 gradients in this spelling, by name, from the values of `forward`."""
    d = from_loss(spelling, v)
    d["h"], d["W2"], d["b2"] = linear.backward(d["logits"], linear.Saved(v.h, v.W2))
    d["preact"] = spelling.dtanh(d["h"], v.h)
    d |= through_batchnorm(spelling, v, d["preact"])
    d["flat"], d["W1"], d["b1"] = linear.backward(d["pre_bn"], linear.Saved(v.flat, v.W1))
    d["emb"] = d["flat"].view(v.emb.shape)
    d["table"] = spelling.dtable(d["emb"], v.context, len(v.table))
    return {name: d[name] for name in ORDER}


def from_loss(spelling: Spelling, v: trace.Steps) -> dict[str, Tensor]:
    """The gradients from logprobs to logits."""
    B, V = v.logits.shape
    dlogprobs = torch.zeros_like(v.logprobs)
    dlogprobs[range(B), v.targets] = -1.0 / B
    dprobs = spelling.dlogarithm(dlogprobs, v.probs)
    dcounts_sum_inv = (dprobs * v.counts).sum(1, keepdim=True)
    dcounts_sum = dcounts_sum_inv * spelling.dinverse(v.counts_sum, v.counts_sum_inv)
    dcounts = dprobs * v.counts_sum_inv + dcounts_sum.expand(B, V)
    dshifted = dcounts * v.counts
    drow_max = -dshifted.sum(1, keepdim=True)
    dlogits = dshifted + torch.zeros_like(v.logits).scatter(1, v.row_argmax, drow_max)
    return {
        "logprobs": dlogprobs, "probs": dprobs, "counts_sum_inv": dcounts_sum_inv, "counts_sum": dcounts_sum,
        "counts": dcounts, "shifted": dshifted, "row_max": drow_max, "logits": dlogits,
    }


def through_batchnorm(spelling: Spelling, v: trace.Steps, dy: Tensor) -> dict[str, Tensor]:
    """The gradients from gamma to pre_bn.

    Shapes: dy (B, H).
    """
    B, H = dy.shape
    dxhat = dy * v.gamma
    drstd = (dxhat * v.centered).sum(0, keepdim=True)
    dvar = drstd * spelling.drstd(v.var + EPS, v.rstd)
    dsquared = spelling.dvar(dvar, B - 1).expand(B, H)
    dcentered = spelling.dcentered(dxhat * v.rstd, v.centered, dsquared)
    dmean = -dcentered.sum(0, keepdim=True)
    dpre_bn = dcentered + spelling.dmean(dmean, B).expand(B, H)
    return {
        "gamma": (dy * v.xhat).sum(0), "beta": dy.sum(0), "xhat": dxhat, "rstd": drstd, "var": dvar,
        "squared": dsquared, "centered": dcentered, "mean": dmean, "pre_bn": dpre_bn,
    }


def minibatch(B: int) -> example.Example:
    """The book's parameters, with its own minibatch for 32 rows and the first windows of the names else.

    Shapes: params as in mlp.Parameters; context (B, T); targets (B,).
    """
    chosen = example.load()
    if len(chosen.targets) == B:
        return chosen
    context, targets = names.load().train
    return example.Example(chosen.params, context[:B], targets[:B])


def truth(spelling: Spelling, inputs: example.Example) -> dict[str, Tensor]:
    """Autograd's gradients of the network in this spelling, by name."""
    found = autograd(partial(forward, spelling), *inputs)
    return {name: getattr(found, name) for name in ORDER}


def exact(spelling: Spelling, B: int = 32) -> dict[str, bool]:
    """For each of the 26 values: does its gradient, in this spelling, equal autograd's bit for bit?"""
    inputs = minibatch(B)
    mine, expected = backward(spelling, forward(spelling, *inputs)), truth(spelling, inputs)
    return {name: torch.equal(mine[name], expected[name]) for name in ORDER}
