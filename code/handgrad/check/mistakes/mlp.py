"""Plausible mistakes in the exercises on the whole network, by the sentence that names each.

What an operation can get wrong is in its own module; here it is carried on to the gradients behind it.
"""

import torch
from torch import Tensor

from handgrad.check.mistakes.batchnorm import SHIFT_FOR_GAIN
from handgrad.check.mistakes.batchnorm import of_backward as of_batchnorm
from handgrad.check.mistakes.cross_entropy import of_backward as of_cross_entropy
from handgrad.check.mistakes.embedding import of_backward as of_embedding
from handgrad.check.mistakes.linear import of_backward as of_linear
from handgrad.check.mistakes.tanh import of_backward as of_tanh
from handgrad.models.mlp import trace
from handgrad.models.mlp.trace import Steps
from handgrad.ops import batchnorm, cross_entropy, embedding, linear

Wrong = dict[str, Tensor]


def where(wrong: Wrong, place: str) -> Wrong:
    """The same sentences with a place at their end, since the network has two linear operations."""
    return {f"{sentence.removesuffix('.')}, {place}.": value for sentence, value in wrong.items()}


def mlp_backward(dloss: Tensor, steps: Steps) -> Wrong:
    """Shapes: dloss (); steps as in trace.Steps; each result that of the gradient it stands for."""
    g = trace.backward_steps(dloss, steps)
    return counting(dloss, steps, g) | normalising(steps, g) | between(dloss, steps, g)


def counting(dloss: Tensor, steps: Steps, g: Steps) -> Wrong:
    """Mistakes in single lines from the loss to the logits.

    Shapes: dloss (); steps and g as in trace.Steps; each result (B, V) or (B, 1).
    """
    B = len(steps.targets)
    via_probs, via_sum = g.probs * steps.counts_sum_inv, g.counts_sum.expand_as(g.counts)
    return {
        "The division by B is missing: the loss is a mean.": g.logprobs * B,
        "dloss is forgotten.": g.logprobs / dloss,
        "Every row was given every target: rows and columns must be indexed in pairs.":
            torch.zeros_like(g.logprobs).index_fill(1, steps.targets, 1.0) * -dloss / B,
        "This multiplies by probs; the slope of the logarithm is 1 / probs.": g.logprobs * steps.probs,
        "The square is missing: the slope of 1 / S is −1 / S².": -g.counts_sum_inv * steps.counts_sum_inv,
        "The path through counts_sum is forgotten.": via_probs,
        "The direct path from counts to probs is forgotten.": via_sum,
        "The path through counts_sum is subtracted; it must be added.": via_probs - via_sum,
        "The slope of the exponential, counts, is forgotten.": g.counts,
    }


def normalising(steps: Steps, g: Steps) -> Wrong:
    """Mistakes in single lines of batch normalisation.

    Shapes: steps and g as in trace.Steps; each result (B, H), (1, H) or (H,).
    """
    B, eps = len(steps.targets), trace.EPS
    via_xhat, via_squared = g.xhat * steps.rstd, g.squared * 2 * steps.centered
    return {
        SHIFT_FOR_GAIN: g.beta,
        "The gain is forgotten on the way to xhat.": g.preact,
        "This sums against xhat where centered belongs.": (g.xhat * steps.xhat).sum(0, keepdim=True),
        "The exponent is still −1/2; in a derivative it falls by one.": g.rstd * -0.5 * (steps.var + eps) ** -0.5,
        "The factor −1/2 of the power is missing.": g.rstd * (steps.var + eps) ** -1.5,
        "Divided by B where the forward pass divided by B − 1.": (g.var / B).expand_as(g.squared),
        "Nothing was divided by B − 1.": g.var.expand_as(g.squared),
        "The path through squared is forgotten.": via_xhat,
        "The straight path from centered to xhat is forgotten.": via_squared,
        "The factor 2 of the square is missing.": via_xhat + via_squared / 2,
        "The path through the mean is forgotten.": g.centered,
        "The gradient of the mean was not divided by B.": g.centered + g.mean,
    }


def between(dloss: Tensor, steps: Steps, g: Steps) -> Wrong:
    """Mistakes in whole operations, each in the gradient of its input or of its parameters.

    Shapes: dloss (); steps and g as in trace.Steps; each result that of the gradient it stands for.
    """
    first = of_linear(g.pre_bn, linear.Saved(steps.flat, steps.W1))
    second = of_linear(g.logits, linear.Saved(steps.h, steps.W2))
    return (
        of_cross_entropy(dloss, cross_entropy.Saved(steps.probs, steps.targets))
        | where(second, "in the output layer")
        | of_tanh(g.h, steps.preact)
        | where(of_normalised(steps, g), "in batch normalisation")
        | where(first, "in the first layer")
        | cuts(g)
        | of_embedding(g.emb, embedding.Saved(steps.context, *steps.table.shape))
    )


def of_normalised(steps: Steps, g: Steps) -> Wrong:
    """Wrong gradients of the input of batch normalisation.

    Shapes: steps and g as in trace.Steps; each result (B, H).
    """
    return of_batchnorm(g.preact, batchnorm.Saved(steps.xhat, steps.rstd, steps.gamma, trace.CORRECTION))


def cuts(g: Steps) -> Wrong:
    """Wrong gradients of the vectors of the context.

    Shapes: g as in trace.Steps; each result (B, T, D).
    """
    B, T, D = g.emb.shape
    return {
        "The rows were cut into D pieces of T numbers where T pieces of D belong.":
            g.flat.view(B, D, T).transpose(1, 2),
        "The rows were cut as if T came before B.": g.flat.view(T, B, D).transpose(0, 1),
    }


def mlp_parameters(dloss: Tensor, steps: Steps) -> Wrong:
    """Shapes: dloss (); steps as in trace.Steps; each result that of the parameter it stands for."""
    g = trace.backward_steps(dloss, steps)
    wrong = {what: dlogits.sum(0) for what, dlogits in
             of_cross_entropy(dloss, cross_entropy.Saved(steps.probs, steps.targets)).items()}
    wrong["The division by B is missing: the loss is a mean."] = g.b2 * len(steps.targets)
    wrong |= where(of_linear(g.logits, linear.Saved(steps.h, steps.W2)), "in the output layer")
    wrong |= {what: dpreact.sum(0) for what, dpreact in of_tanh(g.h, steps.preact).items()}
    wrong[SHIFT_FOR_GAIN] = g.beta
    straight = (steps.gamma * steps.rstd * g.preact).sum(0)
    wrong |= {
        "The path through the mean is forgotten: the columns of dpre_bn do not sum to zero.": straight,
        "The path through the mean has the wrong sign: the columns of dpre_bn do not sum to zero.": 2 * straight,
    }
    of_dpre_bn = where(of_normalised(steps, g), "in batch normalisation")
    wrong |= {what: steps.flat.T @ dpre_bn for what, dpre_bn in of_dpre_bn.items()}
    wrong |= where(of_linear(g.pre_bn, linear.Saved(steps.flat, steps.W1)), "in the first layer")
    return wrong | of_embedding(g.emb, embedding.Saved(steps.context, *steps.table.shape))
