"""Steps whose gradients come from autograd: as in the notebook, and with what the library offers for speed."""

from contextlib import nullcontext

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.models.method import Method
from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.trace import EPS


def leaves(params: Parameters, batch: int) -> Parameters:
    """Copies of the parameters that autograd follows."""
    return Parameters(*(p.detach().clone().requires_grad_() for p in params))


def detached(params: Parameters) -> Parameters:
    """Copies of the parameters that autograd does not follow."""
    return Parameters(*(p.detach().clone() for p in params))


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


def eager_step(params: Parameters, context: Tensor, targets: Tensor, rate: float) -> tuple[Parameters, Tensor]:
    """The notebook's loop as it is with loss.backward(), in place."""
    # The other values are let go: autograd keeps those that it needs.
    loss = notebook_forward(params, context, targets)[-1]
    for p in params:
        p.grad = None
    loss.backward()
    for p in params:
        p.data += -rate * p.grad
    return params, loss.detach()


def tuned_loss(params: Parameters, context: Tensor, targets: Tensor) -> Tensor:
    """The loss by fused operations, in which gamma stands for gamma times √((B − 1)/B).

    Shapes: as in trace.Steps.
    """
    table, W1, b1, gamma, beta, W2, b2 = params
    flat = F.embedding(context, table).flatten(1)
    pre_bn = torch.addmm(b1, flat, W1)
    # The library divides by B and the book by B − 1: gamma and eps take the ratio (book/batchnorm.md).
    preact = F.batch_norm(pre_bn, None, None, gamma, beta, True, 0.0, EPS * ratio(len(targets)))
    return F.cross_entropy(torch.addmm(b2, preact.tanh(), W2), targets)


def ratio(batch: int) -> float:
    """The biased variance over Bessel's."""
    return (batch - 1) / batch


def scaled_leaves(params: Parameters, batch: int) -> Parameters:
    """As `leaves`, with the gamma that tuned_loss takes."""
    return leaves(params._replace(gamma=params.gamma * ratio(batch) ** 0.5), batch)


def tuned_step(
    work: tuple[Parameters, int], context: Tensor, targets: Tensor, rate: float, loss_of=tuned_loss
) -> tuple[tuple[Parameters, int], Tensor]:
    """As eager_step by fused operations, all parameters but gamma moved by one."""
    params, batch = work
    loss = loss_of(params, context, targets)
    gradients = torch.autograd.grad(loss, params)
    with torch.no_grad():
        others = [(p, dp) for p, dp in zip(params, gradients, strict=True) if p is not params.gamma]
        torch._foreach_add_(*map(list, zip(*others, strict=True)), alpha=-rate)
        # Scaled by √ratio, its gradient is that of gamma over √ratio, and its step is √ratio times gamma's.
        params.gamma.add_(gradients[3], alpha=-rate * ratio(batch))
    return work, loss.detach()


def unscaled(work: tuple[Parameters, int]) -> Parameters:
    """The parameters out of what tuned_step moves."""
    params, batch = work
    return detached(params._replace(gamma=params.gamma / ratio(batch) ** 0.5))


EAGER = Method(leaves, eager_step, detached, nullcontext)
TUNED = Method(lambda params, batch: (scaled_leaves(params, batch), batch), tuned_step, unscaled, nullcontext)
