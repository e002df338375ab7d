"""One step of gradient descent, in place: the same mathematics as plain_step in about a third of the time.

At this size the time goes into starting operations and fetching memory, not into multiplying. So most
memory is allocated once, one operation does the work of several where it can, and the product that computes a
gradient adds it to its parameter. The price is rounding: the library may round a parameter with each row that it
adds, and not once a step. tests/models/test_inplace.py holds the two forms together within a bound derived from that.
"""

import torch
from torch import Tensor

from handgrad.models.method import Method
from handgrad.models.mlp.workspace import Workspace, finish, start

# The chapters' formulas as the library's compiled functions; nothing is recorded, nothing differentiated.
log_softmax_backward = torch._log_softmax_backward_data
tanh_backward = torch.ops.aten.tanh_backward.default
batch_norm_backward = torch.ops.aten.native_batch_norm_backward.default


def inplace_step(work: Workspace, context: Tensor, targets: Tensor, rate: float) -> tuple[Workspace, Tensor]:
    """Move every parameter against its gradient, in the memory of `work`, which is also returned.

    Shapes: work as in Workspace; context (B, T); targets (B,); loss ().
    Raises: ValueError if the minibatch has not the shape that the memory was allocated for.
    """
    B, width = work.flat.shape
    if context.shape != (B, width // work.table.shape[1]):
        raise ValueError(f"this memory is for {B} rows of context, not for the shape {tuple(context.shape)}")
    codes, column = context.flatten(), targets.view(B, 1)
    loss = forward(work, codes, column)
    descend(work, codes, column, rate)
    return work, loss


def forward(work: Workspace, codes: Tensor, column: Tensor) -> Tensor:
    """Forward: the loss, with every value left in the workspace.

    Shapes: codes (B·T,); column (B, 1); loss ().
    """
    torch.index_select(work.table, 0, codes, out=work.emb)
    # Without b1: batch normalisation subtracts it again, so its gradient is 0 and it stays as it is.
    torch.mm(work.flat, work.W1, out=work.pre_bn)
    torch.native_batch_norm(
        work.pre_bn, work.gain, work.shift, None, None, True, 0.0, work.eps,
        out=(work.doubled, work.mean, work.rstd),
    )
    # tanh(x) = 2 sigmoid(2x) − 1, and sigmoid takes a fifth of the time; gain and shift hold the 2.
    torch.sigmoid(work.doubled, out=work.doubled)
    torch.add(work.minus_one, work.doubled, alpha=2, out=work.h)
    torch.mm(work.h_one, work.W2, out=work.logits)
    torch.log_softmax(work.logits, 1, out=work.logprobs)
    return torch.dot(work.logprobs.gather(1, column).flatten(), work.weights)


def descend(work: Workspace, codes: Tensor, column: Tensor, rate: float) -> None:
    """Backward: every gradient times −rate, which is linear from dlogits on, added to its parameters.

    Shapes: codes (B·T,); column (B, 1).
    """
    B = len(column)
    # The function gives g − probs·(sum of g): with g = rate/B at the target, −rate·(probs − one-hot)/B.
    work.dlogprobs.zero_().scatter_(1, column, rate / B)
    log_softmax_backward(work.dlogprobs, work.logprobs, 1, work.logprobs.dtype, out=work.dlogits)
    # dh comes before W2 moves: it takes the W2 of the forward pass. The half is the derivative of `doubled`.
    torch.addmm(work.dh, work.dlogits, work.W2_T, beta=0, alpha=0.5, out=work.dh)
    work.W2.addmm_(work.h_one_T, work.dlogits)
    ddoubled = tanh_backward(work.dh, work.h)
    dpre_bn, dgain, dshift = batch_norm_backward(
        ddoubled, work.pre_bn, work.gain, None, None, work.mean, work.rstd, True, work.eps, (True, True, True)
    )
    # gain is unit·gamma: its gradient is 1/unit of gamma's, its step unit times gamma's.
    work.gain.add_(dgain, alpha=work.unit**2)
    work.shift.add_(dshift, alpha=4)
    torch.mm(dpre_bn, work.W1_T, out=work.dflat)
    work.W1.addmm_(work.flat_T, dpre_bn)
    # Summed first: it has many rows, each small beside the parameter, which would surely be rounded with each of them.
    work.dtable.zero_().index_put_((codes,), work.demb, accumulate=True)
    work.table.add_(work.dtable)


INPLACE = Method(start, inplace_step, finish)
# Made for, and measured on, a CPU.
METHODS = {"cpu": INPLACE}
