"""The notebook's own training loop with gradients by hand, and the same without its loop over characters.

The gradients are spelled as the notebook spells them: the time of that spelling is what is measured.
"""

from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.models.method import Method
from handgrad.models.mlp.model import Parameters
from handgrad.speed.rungs.autograd import detached, notebook_forward


def notebook_step(
    params: Parameters, context: Tensor, targets: Tensor, rate: float,
    table_gradient: Callable[[Tensor, Tensor, Tensor], Tensor],
) -> tuple[Parameters, Tensor]:
    """The notebook's loop with gradients by hand, in place; `table_gradient` gives that of the table."""
    flat, rstd, xhat, h, logits, loss = notebook_forward(params, context, targets)
    n = len(targets)
    dlogits = F.softmax(logits, 1)
    dlogits[range(n), targets] -= 1
    dlogits /= n
    dh = dlogits @ params.W2.T
    dpreact = (1.0 - h**2) * dh
    dgamma, dbeta = (xhat * dpreact).sum(0), dpreact.sum(0)
    dpre_bn = params.gamma * rstd / n * (n * dpreact - dbeta - n / (n - 1) * xhat * dgamma)
    dtable = table_gradient(dpre_bn @ params.W1.T, params.table, context)
    gradients = (dtable, flat.T @ dpre_bn, dpre_bn.sum(0), dgamma, dbeta, h.T @ dlogits, dlogits.sum(0))
    for p, dp in zip(params, gradients, strict=True):
        p.data += -rate * dp
    return params, loss


def by_character(dflat: Tensor, table: Tensor, context: Tensor) -> Tensor:
    """The gradient of the table, one character at a time.

    Shapes: dflat (B, T·D); table, result (V, D); context (B, T).
    """
    demb = dflat.view(*context.shape, -1)
    dtable = torch.zeros_like(table)
    for k in range(context.shape[0]):
        for j in range(context.shape[1]):
            dtable[context[k, j]] += demb[k, j]
    return dtable


def by_index(dflat: Tensor, table: Tensor, context: Tensor) -> Tensor:
    """The gradient of the table, all characters in one operation.

    Shapes: as by_character.
    """
    return torch.zeros_like(table).index_add_(0, context.flatten(), dflat.view(-1, table.shape[1]))


def copies(params: Parameters, batch: int) -> Parameters:
    """Copies of the parameters, to be moved in place."""
    return detached(params)


# The notebook works under torch.no_grad(), so do these.
LOOP = Method(copies, partial(notebook_step, table_gradient=by_character), detached, torch.no_grad)
INDEX_ADD = Method(copies, partial(notebook_step, table_gradient=by_index), detached, torch.no_grad)
