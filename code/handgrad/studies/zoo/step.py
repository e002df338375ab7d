"""One step of training whose backward pass can be broken on purpose: the lines of the chapters, and one changed.

The gradients stand here once more, a line for each and without checks: a bug is a piece of this text replaced, and
what comes out is one function that torch.compile takes, which halves the time of the many trainings.
"""

import inspect
import textwrap
from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.models.method import Method
from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.trace import CORRECTION, EPS
from handgrad.studies.zoo.bugs import Bug
from handgrad.training.step import copied


class Values(NamedTuple):
    """What the backward pass reads of the forward pass.

    Shapes: context (B, T); wanted, probs (B, V); flat (B, T·D); rstd (1, H); xhat, preact, h (B, H).
    """

    context: Tensor
    wanted: Tensor
    flat: Tensor
    rstd: Tensor
    xhat: Tensor
    preact: Tensor
    h: Tensor
    probs: Tensor


Gradients = Callable[[Parameters, Values], Parameters]


def forward(params: Parameters, context: Tensor, targets: Tensor) -> tuple[Tensor, Values]:
    """Forward, with the operations written out and no checks, so that the whole step can be compiled.

    Shapes: context (B, T); targets (B,); loss (); params as in mlp.Parameters.
    """
    table, W1, b1, gamma, beta, W2, b2 = params
    flat = table[context].flatten(1)
    pre_bn = flat @ W1 + b1
    var, mean = torch.var_mean(pre_bn, 0, keepdim=True, correction=CORRECTION)
    rstd = (var + EPS) ** -0.5
    xhat = (pre_bn - mean) * rstd
    preact = gamma * xhat + beta
    h = preact.tanh()
    logprobs = (h @ W2 + b2).log_softmax(1)
    wanted = F.one_hot(targets, len(b2)).to(logprobs.dtype)
    loss = -(wanted * logprobs).sum(1).mean()
    return loss, Values(context, wanted, flat, rstd, xhat, preact, h, logprobs.exp())


def gradients(params: Parameters, values: Values) -> Parameters:
    """Backward, fused: the gradients of the parameters, a line for each.

    Shapes: params and the result as in mlp.Parameters; values as in Values.
    Source: book/mlp.md.
    """
    table, W1, _, gamma, _, W2, _ = params
    context, wanted, flat, rstd, xhat, preact, h, probs = values
    (B, T), (V, D) = context.shape, table.shape
    dlogits = (probs - wanted) / B
    dh = dlogits @ W2.T
    dW2 = h.T @ dlogits
    db2 = dlogits.sum(0)
    dpreact = (1 - h * h) * dh
    dgamma = (dpreact * xhat).sum(0)
    dbeta = dpreact.sum(0)
    via_mean = dbeta / B
    via_var = xhat * (dgamma / (B - 1))
    dpre_bn = gamma * rstd * (dpreact - via_mean - via_var)
    dflat = dpre_bn @ W1.T
    dW1 = flat.T @ dpre_bn
    db1 = dpre_bn.sum(0)
    dtable = torch.zeros_like(table).index_add(0, context.flatten(), dflat.view(-1, D))
    return Parameters(dtable, dW1, db1, dgamma, dbeta, dW2, db2)


def source(bug: Bug | None = None) -> str:
    """The text of `gradients`, with the bug in it.

    Raises: ValueError if the piece that the bug replaces does not stand there exactly once.
    """
    text = textwrap.dedent(inspect.getsource(gradients))
    if bug is None:
        return text
    if text.count(bug.right) != 1:
        raise ValueError(f"{bug.name}: {bug.right!r} stands {text.count(bug.right)} times in gradients, not once")
    return text.replace(bug.right, bug.wrong)


def broken(bug: Bug | None = None) -> Gradients:
    """The function `gradients` with the bug in it; without one, as it stands.

    Raises: as source.
    """
    if bug is None:
        return gradients
    found: dict[str, Gradients] = {}
    exec(compile(source(bug), f"<{bug.name}>", "exec"), globals(), found)
    return found["gradients"]


def method(bug: Bug | None = None, factor: float = 1.0, compiled: bool = True) -> Method:
    """How to train with a bug; `factor` multiplies the learning rate.

    compiled: let torch.compile join the lines, which needs a C++ compiler and halves the time.
    """
    backward = broken(bug)

    def descend(params: Parameters, context: Tensor, targets: Tensor, rate: Tensor) -> Tensor:
        loss, values = forward(params, context, targets)
        for p, dp in zip(params, backward(params, values), strict=True):
            p.sub_(rate * dp)
        return loss

    run = descend
    if compiled:
        # Each bug is a function of its own: without the reset the compiler gives up after the eighth.
        torch.compiler.reset()
        run = torch.compile(descend, dynamic=False)
    rates: dict[float, Tensor] = {}

    def step(params: Parameters, context: Tensor, targets: Tensor, rate: float) -> tuple[Parameters, Tensor]:
        # A tensor, since the compiler would compile anew for every number.
        if rate not in rates:
            rates[rate] = torch.tensor(rate * factor, dtype=params.W1.dtype)
        return params, run(params, context, targets, rates[rate])

    return Method(lambda params, batch: copied(params), step, copied)
