"""Solutions of the chapter *The whole backward pass*."""

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
    dlogprobs = torch.zeros_like(logprobs)
    dlogprobs[range(B), targets] = -dloss / B
    dprobs = dlogprobs / probs
    dcounts_sum_inv = (dprobs * counts).sum(1, keepdim=True)
    dcounts_sum = dcounts_sum_inv * -(counts_sum**-2)
    dcounts = dprobs * counts_sum_inv + dcounts_sum
    dshifted = dcounts * counts
    drow_max = -dshifted.sum(1, keepdim=True)
    dlogits = dshifted.scatter_add(1, row_argmax, drow_max)
    db2 = dlogits.sum(0)
    dW2 = h.T @ dlogits
    dh = dlogits @ W2.T
    dpreact = (1 - h**2) * dh
    dbeta = dpreact.sum(0)
    dgamma = (dpreact * xhat).sum(0)
    dxhat = dpreact * gamma
    drstd = (dxhat * centered).sum(0, keepdim=True)
    dvar = drstd * -0.5 * (var + 1e-5) ** -1.5
    dsquared = (dvar / (B - 1)).expand_as(squared)
    dcentered = dxhat * rstd + dsquared * 2 * centered
    dmean = -dcentered.sum(0, keepdim=True)
    dpre_bn = dcentered + dmean / B
    db1 = dpre_bn.sum(0)
    dW1 = flat.T @ dpre_bn
    dflat = dpre_bn @ W1.T
    demb = dflat.view(B, T, D)
    dtable = torch.zeros_like(table).index_add(0, context.flatten(), demb.reshape(-1, D))
    return (
        dlogprobs, dprobs, dcounts_sum_inv, dcounts_sum, dcounts, dshifted, drow_max, dlogits,
        db2, dW2, dh, dpreact, dbeta, dgamma, dxhat, drstd, dvar, dsquared, dcentered, dmean,
        dpre_bn, db1, dW1, dflat, demb, dtable,
    )


def mlp_parameters(dloss: Tensor, steps: Steps) -> tuple[Tensor, ...]:
    """Return the gradients of the seven parameters, `b2`, `W2`, `beta`, `gamma`, `b1`, `W1`, `table`.

    Use the fused forms: of the forward values only `probs`, `h`, `xhat`, `rstd`, `flat` are needed, besides
    `context`, `targets`, and the parameters. The variance divides by B - 1; `dloss` is the gradient of the loss.

    Shapes: dloss (); each gradient has the shape of its parameter.
    """
    context, targets, table = steps.context, steps.targets, steps.table
    B, D = len(targets), table.shape[1]
    dlogits = steps.probs.clone()
    dlogits[torch.arange(B), targets] -= 1
    dlogits = dlogits * dloss / B
    db2 = dlogits.sum(0)
    dW2 = steps.h.T @ dlogits
    dpreact = (1 - steps.h**2) * (dlogits @ steps.W2.T)
    dbeta = dpreact.sum(0)
    dgamma = (dpreact * steps.xhat).sum(0)
    via_var = steps.xhat * dgamma / (B - 1)
    dpre_bn = steps.gamma * steps.rstd * (dpreact - dbeta / B - via_var)
    db1 = dpre_bn.sum(0)
    dW1 = steps.flat.T @ dpre_bn
    demb = (dpre_bn @ steps.W1.T).view(-1, D)
    dtable = torch.zeros_like(table).index_add(0, context.flatten(), demb)
    return db2, dW2, dbeta, dgamma, db1, dW1, dtable
