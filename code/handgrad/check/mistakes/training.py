"""Plausible mistakes in the exercises of *200,000 steps by hand*, by the sentence that names each."""

import torch
from torch import Tensor

from handgrad.check.mistakes.batchnorm import SHIFT_FOR_GAIN
from handgrad.check.mistakes.cross_entropy import of_backward as of_cross_entropy
from handgrad.check.mistakes.embedding import of_backward as of_embedding
from handgrad.check.mistakes.linear import of_backward as of_linear
from handgrad.check.mistakes.mlp import of_normalised, where
from handgrad.check.mistakes.tanh import of_backward as of_tanh
from handgrad.models import mlp
from handgrad.models.mlp import trace
from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.trace import Steps
from handgrad.ops import batchnorm, cross_entropy, embedding, linear

Wrong = dict[str, Tensor]


def train_step(params: Parameters, context: Tensor, targets: Tensor, rate: float) -> Wrong:
    """Shapes: params as in mlp.Parameters; context (B, T); targets (B,); each result as what it stands for."""
    steps = trace.forward_steps(params, context, targets)
    g = trace.backward_steps(torch.ones_like(steps.loss), steps)
    moved = Parameters(*(p - rate * getattr(g, name) for name, p in params._asdict().items()))
    table = {
        "It climbs: the gradient was added where it has to be subtracted.": params.table + rate * g.table,
        "The rate is forgotten.": params.table - g.table,
        "It did not move.": params.table,
        "This is the gradient; it still has to be subtracted from the parameter.": g.table,
        "This is what is subtracted, and not what is left.": rate * g.table,
    }
    behind = {what: params.table - rate * dtable for what, dtable in wrong_tables(steps, g).items()}
    return table | behind | alone(params, steps, g, rate) | {
        "This is the loss after the step; what is asked for is the loss before it.":
            mlp.forward(moved, context, targets)[0],
        "The mean over the rows was not taken.": steps.loss * len(targets),
    }


def wrong_tables(steps: Steps, g: Steps) -> Wrong:
    """The gradients of the table that mistakes further back in the walk lead to.

    Shapes: steps and g as in trace.Steps; each result (V, D).
    """
    dlogits = of_cross_entropy(torch.ones_like(steps.loss), cross_entropy.Saved(steps.probs, steps.targets))
    dlogits["The division by B is missing: the loss is a mean."] = g.logits * len(steps.targets)
    dpreact = {what: of_logits(steps, wrong) for what, wrong in dlogits.items()}
    dpreact |= of_tanh(g.h, steps.preact)
    saved = batchnorm.Saved(steps.xhat, steps.rstd, steps.gamma, trace.CORRECTION)
    dpre_bn = {what: batchnorm.backward(wrong, saved)[0] for what, wrong in dpreact.items()}
    dpre_bn |= where(of_normalised(steps, g), "in batch normalisation")
    places = embedding.Saved(steps.context, *steps.table.shape)
    return {
        what: embedding.backward((wrong @ steps.W1.T).view(steps.emb.shape), places) for what, wrong in dpre_bn.items()
    } | of_embedding(g.emb, places)


def of_logits(steps: Steps, dlogits: Tensor) -> Tensor:
    """The gradient of preact that a gradient of the logits leads to.

    Shapes: steps as in trace.Steps; dlogits (B, V); result (B, H).
    """
    return (1 - steps.h**2) * (dlogits @ steps.W2.T)


def alone(params: Parameters, steps: Steps, g: Steps, rate: float) -> Wrong:
    """Mistakes that show in one parameter and leave the table right.

    Shapes: params as in mlp.Parameters; steps and g as in trace.Steps; each result as its parameter.
    """
    second = of_linear(g.logits, linear.Saved(steps.h, steps.W2))
    first = of_linear(g.pre_bn, linear.Saved(steps.flat, steps.W1))
    found = {
        "The gain moved by the gradient of the shift; its own multiplies each entry by xhat.":
            params.gamma - rate * g.beta,
        "The shift moved by the gradient of the gain.": params.beta - rate * g.gamma,
    }
    by_shape = {p.shape: p for p in (params.W1, params.W2, params.b2)}
    for title, wrong in (("in the output layer", second), ("in the first layer", first)):
        parameters = {what: dvalue for what, dvalue in where(wrong, title).items() if dvalue.shape in by_shape}
        found |= {what: by_shape[dvalue.shape] - rate * dvalue for what, dvalue in parameters.items()}
    return found


def in_parts(gradients: Tensor, sizes: Tensor) -> Wrong:
    """Shapes: gradients (K, M); sizes (K,); each result (M,)."""
    weights = sizes.to(gradients.dtype)
    return {
        "Every part counts alike; a part with more rows has to count for more.": gradients.mean(0),
        "The parts were added and nothing was divided.": gradients.sum(0),
        "Only the last part is left: what came before it was emptied.": gradients[-1],
        "Only the first part is there.": gradients[0],
        "The parts are weighted with their rows; divide by the number of all rows.": weights @ gradients,
        "The parts are weighted with their rows and divided by the number of parts, not of rows.":
            weights @ gradients / len(sizes),
        "The sum was divided by the number of all rows; each part is a mean and has to be weighted first.":
            gradients.sum(0) / weights.sum(),
    }


def running_statistics(mean: Tensor, var: Tensor, x: Tensor, momentum: float) -> Wrong:
    """Shapes: mean, var, each result (1, H); x (B, H)."""
    found = {"The variance of the minibatch divides by B where B − 1 belongs.":
             (1 - momentum) * var + momentum * x.var(0, correction=0, keepdim=True)}
    for name, old, new in (("mean", mean, x.mean(0, keepdim=True)), ("variance", var, x.var(0, keepdim=True))):
        found |= {
            f"The two shares of the {name} are exchanged: momentum is the share of the minibatch.":
                momentum * old + (1 - momentum) * new,
            f"The old {name} was not made smaller before the minibatch was added.": old + momentum * new,
            f"The {name} is that of the minibatch alone.": new,
            f"The {name} did not move.": old,
            f"The minibatch's share of the {name} is missing.": (1 - momentum) * old,
            f"The {name} moved away from that of the minibatch.": old - momentum * (new - old),
        }
    return found | {
        "This mixes standard deviations; the variance is asked for.":
            (1 - momentum) * var + momentum * x.std(0, keepdim=True),
    }


def evaluation_backward(dy: Tensor, x: Tensor, mean: Tensor, var: Tensor, gamma: Tensor, eps: float) -> Wrong:
    """Shapes: dy, x (B, H); mean, var (1, H); gamma (H,); each result as what it stands for."""
    rstd = (var + eps) ** -0.5
    xhat = (x - mean) * rstd
    own = batchnorm.forward(x, gamma, gamma, eps)[1]
    trained = batchnorm.backward(dy, own)
    along = xhat * (dy * xhat).sum(0) / (len(x) - 1)
    return {
        "This is the gradient of training, with the statistics of these rows; here they are given.": trained[0],
        "A path through the mean and one through the variance are subtracted; both are constants here.":
            gamma * rstd * (dy - dy.mean(0) - along),
        "A path through the mean is subtracted; it is a constant here.": gamma * rstd * (dy - dy.mean(0)),
        "A path through the variance is subtracted; it is a constant here.": gamma * rstd * (dy - along),
        "The gain is forgotten.": dy * rstd,
        "The standard deviation is forgotten.": dy * gamma,
        "This divides by the variance; it wants the root of it.": dy * gamma / (var + eps),
        "eps is forgotten.": dy * gamma * var**-0.5,
        "The variance of these rows was used; here it is given.": dy * gamma * own.rstd,
        "The statistics of these rows were used for xhat; here they are given.": trained[1],
        SHIFT_FOR_GAIN: dy.sum(0),
        "x was used where xhat belongs.": (dy * x).sum(0),
    }


def mend_steps(p: Tensor, gradients: Tensor, rate: float) -> Wrong:
    """Shapes: p, each result (M,); gradients (K, M)."""
    return {
        "The first step is right; later ones still move against the gradients of earlier ones.":
            p - rate * gradients.cumsum(0).sum(0),
        "Only the last step was taken.": p - rate * gradients[-1],
        "Only the first step was taken.": p - rate * gradients[0],
        "It climbs: the gradients were added where they have to be subtracted.": p + rate * gradients.sum(0),
        "The rate is forgotten.": p - gradients.sum(0),
        "It did not move.": p,
        "It moved against the mean of the gradients, one step in all.": p - rate * gradients.mean(0),
    }


def pooled_statistics(means: Tensor, variances: Tensor, sizes: Tensor) -> Wrong:
    """Shapes: means, variances (K, H); sizes (K,); each result (H,)."""
    counts = sizes.to(means.dtype)[:, None]
    N = counts.sum()
    mean = (counts * means).sum(0) / N
    within, apart = ((counts - 1) * variances).sum(0), (counts * (means - mean) ** 2).sum(0)
    return {
        "Every part counts alike; the mean of a part with more rows has to count for more.": means.mean(0),
        "The part of the variance that lies between the means of the parts is forgotten.": within / (N - 1),
        "The part of the variance that lies inside the parts is forgotten.": apart / (N - 1),
        "The variances were averaged; the means of the parts lie apart, and that is variance too.":
            (counts * variances).sum(0) / N,
        "The variances were averaged, and every part counts alike.": variances.mean(0),
        "Divided by N where N − 1 belongs.": (within + apart) / N,
        "Divided by N less one for each part; only one mean was taken of all rows.":
            (within + apart) / (N - len(sizes)),
        "The variances were multiplied by sizes; their sums of squares were divided by one less.":
            ((counts * variances).sum(0) + apart) / (N - 1),
        "The distances of the means were counted once a part; every row of a part has it.":
            (within + ((means - mean) ** 2).sum(0)) / (N - 1),
    }
