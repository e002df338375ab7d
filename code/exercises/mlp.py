"""Exercises of the chapter *The whole backward pass*."""

import torch
from torch import Tensor

from handgrad.models.mlp.trace import Steps


def mlp_backward(dloss: Tensor, steps: Steps) -> tuple[Tensor, ...]:
    """Return the gradient of every value, by hand and one line each, from the loss back to the table.

    The values of the forward pass are in `steps`, with their names and shapes; `dloss` is the gradient of
    the loss. The variance divides by B - 1, and eps is 1e-5. The order of the return is that of the walk.
    Give None for what you have not written yet: the table then shows how far you are.

    Shapes: dloss (); each gradient has the shape of its value.
    """
    context, targets, table, emb, flat, W1, b1, pre_bn, mean, centered, squared, var = steps[:12]
    rstd, xhat, gamma, beta, preact, h, W2, b2, logits, row_max, row_argmax = steps[12:23]
    shifted, counts, counts_sum, counts_sum_inv, probs, logprobs, loss = steps[23:]
    B, T = context.shape
    V, D = table.shape
    # Yours from here: a line for each gradient, then the return, in the order of the walk.
    # return (
    #     dlogprobs, dprobs, dcounts_sum_inv, dcounts_sum, dcounts, dshifted, drow_max, dlogits,
    #     db2, dW2, dh, dpreact, dbeta, dgamma, dxhat, drstd, dvar, dsquared, dcentered, dmean,
    #     dpre_bn, db1, dW1, dflat, demb, dtable,
    # )
    raise NotImplementedError


def mlp_parameters(dloss: Tensor, steps: Steps) -> tuple[Tensor, ...]:
    """Return the gradients of the seven parameters, `b2`, `W2`, `beta`, `gamma`, `b1`, `W1`, `table`.

    Use the fused forms: of the forward values only `probs`, `h`, `xhat`, `rstd`, `flat` are needed, besides
    `context`, `targets`, and the parameters. The variance divides by B - 1; `dloss` is the gradient of the loss.

    Shapes: dloss (); each gradient has the shape of its parameter.
    """
    raise NotImplementedError
