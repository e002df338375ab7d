"""The notebook's own steps, to measure against: with autograd, and by hand with a loop in Python."""

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.mlp import Parameters
from handgrad.training_step import Method

EPS = 1e-5


def leaves(params: Parameters, batch: int) -> Parameters:
    """Copies of the parameters that autograd follows."""
    return Parameters(*(p.detach().clone().requires_grad_() for p in params))


def notebook_forward(params: Parameters, context: Tensor, targets: Tensor) -> tuple[Tensor, ...]:
    """The notebook's forward pass: flat, rstd, xhat, h, logits, loss.

    Shapes: as in trace.Steps.
    """
    table, W1, b1, gamma, beta, W2, b2 = params
    emb = table[context]
    flat = emb.view(emb.shape[0], -1)
    pre_bn = flat @ W1 + b1
    mean = pre_bn.mean(0, keepdim=True)
    var = pre_bn.var(0, keepdim=True, unbiased=True)
    rstd = (var + EPS) ** -0.5
    xhat = (pre_bn - mean) * rstd
    h = torch.tanh(gamma * xhat + beta)
    logits = h @ W2 + b2
    return flat, rstd, xhat, h, logits, F.cross_entropy(logits, targets)


def autograd_step(
    params: Parameters, context: Tensor, targets: Tensor, rate: float
) -> tuple[Parameters, Tensor]:
    """The notebook's loop as it is with loss.backward(), in place."""
    *_, loss = notebook_forward(params, context, targets)
    for p in params:
        p.grad = None
    loss.backward()
    for p in params:
        p.data += -rate * p.grad
    return params, loss.detach()


def notebook_step(
    params: Parameters, context: Tensor, targets: Tensor, rate: float
) -> tuple[Parameters, Tensor]:
    """The notebook's loop with gradients by hand, in place, its embedding a loop in Python."""
    flat, rstd, xhat, h, logits, loss = notebook_forward(params, context, targets)
    n = len(targets)
    dlogits = F.softmax(logits, 1)
    dlogits[range(n), targets] -= 1
    dlogits /= n
    dh = dlogits @ params.W2.T
    dpreact = (1.0 - h**2) * dh
    dgamma, dbeta = (xhat * dpreact).sum(0), dpreact.sum(0)
    dpre_bn = params.gamma * rstd / n * (n * dpreact - dbeta - n / (n - 1) * xhat * dgamma)
    dtable = notebook_embedding(dpre_bn @ params.W1.T, params.table, context)
    gradients = (
        dtable, flat.T @ dpre_bn, dpre_bn.sum(0), dgamma, dbeta, h.T @ dlogits, dlogits.sum(0)
    )
    for p, dp in zip(params, gradients, strict=True):
        p.data += -rate * dp
    return params, loss


def notebook_embedding(dflat: Tensor, table: Tensor, context: Tensor) -> Tensor:
    """The gradient of the table, one character at a time."""
    demb = dflat.view(*context.shape, -1)
    dtable = torch.zeros_like(table)
    for k in range(context.shape[0]):
        for j in range(context.shape[1]):
            dtable[context[k, j]] += demb[k, j]
    return dtable


def detached(params: Parameters) -> Parameters:
    """Copies of the parameters that autograd does not follow."""
    return Parameters(*(p.detach().clone() for p in params))


AUTOGRAD = Method(leaves, autograd_step, detached)
NOTEBOOK = Method(lambda params, batch: detached(params), notebook_step, detached)
