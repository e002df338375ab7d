"""Other right answers to the exercises of the chapter *The whole backward pass*."""

import torch
import torch.nn.functional as F

from handgrad.exercises.listing import find
from handgrad.models import mlp
from handgrad.models.mlp import trace
from handgrad.ops import batchnorm, cross_entropy, embedding, linear


def parameters_of(steps):
    return mlp.Parameters(*(getattr(steps, name) for name in mlp.Parameters._fields))


def mlp_backward__of_the_package(dloss, steps):
    gradients = trace.backward_steps(dloss, steps)
    return tuple(getattr(gradients, name[1:]) for name in find("mlp_backward").gives)


def mlp_backward__einsum_and_loops(dloss, steps):
    s, (B, T) = steps, steps.context.shape
    dlogprobs = -dloss / B * F.one_hot(s.targets, s.probs.shape[1]).to(s.probs.dtype)
    dprobs = dlogprobs * (1 / s.probs)
    dinverse = torch.einsum("bv,bv->b", dprobs, s.counts)[:, None]
    dcounts_sum = -dinverse * s.counts_sum_inv * s.counts_sum_inv
    dcounts = torch.addcmul(dcounts_sum, dprobs, s.counts_sum_inv)
    dshifted = s.counts * dcounts
    drow_max = dshifted.sum(1, keepdim=True).neg()
    # The path through the maximum is zero in mathematics, so it may be left out.
    dlogits = dshifted
    dh, dpreact = dlogits.mm(W2 := s.W2.t()), None
    dpreact = dh - dh * s.h.square()
    dxhat = torch.einsum("bh,h->bh", dpreact, s.gamma)
    drstd = torch.einsum("bh,bh->h", dxhat, s.centered)[None]
    dvar = -0.5 * s.rstd**3 * drstd
    dsquared = dvar.div(B - 1).repeat(B, 1)
    dcentered = 2 * s.centered * dsquared + s.rstd * dxhat
    dmean = dcentered.sum(0, keepdim=True).neg()
    dpre_bn = dcentered - dcentered.mean(0)
    dflat = torch.einsum("bh,ih->bi", dpre_bn, s.W1)
    demb = dflat.unflatten(1, (T, -1))
    dtable = torch.zeros_like(s.table)
    for place, code in enumerate(s.context.flatten()):
        dtable[code] += demb.flatten(0, 1)[place]
    assert W2.shape == (dlogits.shape[1], s.h.shape[1])
    return (
        dlogprobs, dprobs, dinverse, dcounts_sum, dcounts, dshifted, drow_max, dlogits,
        dlogits.sum(0), torch.einsum("bh,bv->hv", s.h, dlogits), dh, dpreact, dpreact.sum(0),
        torch.einsum("bh,bh->h", dpreact, s.xhat), dxhat, drstd, dvar, dsquared, dcentered, dmean,
        dpre_bn, dpre_bn.sum(0), torch.einsum("bi,bh->ih", s.flat, dpre_bn), dflat, demb, dtable,
    )


def mlp_parameters__operations(dloss, steps):
    dlogits = cross_entropy.backward(dloss, cross_entropy.Saved(steps.probs, steps.targets))
    dh, dW2, db2 = linear.backward(dlogits, linear.Saved(steps.h, steps.W2))
    saved = batchnorm.Saved(steps.xhat, steps.rstd, steps.gamma, 1)
    dpre_bn, dgamma, dbeta = batchnorm.backward(dh * (1 - steps.h * steps.h), saved)
    dflat, dW1, db1 = linear.backward(dpre_bn, linear.Saved(steps.flat, steps.W1))
    demb = dflat.view(steps.emb.shape)
    dtable = embedding.backward(demb, embedding.Saved(steps.context, *steps.table.shape))
    return db2, dW2, dbeta, dgamma, db1, dW1, dtable


def mlp_parameters__line_by_line(dloss, steps):
    found = dict(zip(find("mlp_backward").gives, mlp_backward__einsum_and_loops(dloss, steps), strict=True))
    return tuple(found[f"d{name}"] for name in ("b2", "W2", "beta", "gamma", "b1", "W1", "table"))
