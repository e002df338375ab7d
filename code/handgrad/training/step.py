"""One step of gradient descent, out of place: the form to read."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import torch
from torch import Tensor

from handgrad.models import mlp
from handgrad.models.mlp.model import Parameters


class Method(NamedTuple):
    """One way to take steps; two ways differ in rounding alone.

    start(params, batch) gives the work, in whatever form the steps want it;
    step(work, context, targets, rate) gives the work after one step, and the loss before it;
    finish(work) gives the parameters, which share no memory with the work.
    mode is the mode of torch in which the steps are taken: without autograd nothing is to be recorded, and told so
    once, torch does not ask at every operation, which is a tenth of the time;
    block(work, context, targets, rows, rates) takes many steps in one call, and gives the work and the losses: of the
    windows and targets of a split it uses for each step one of the rows. None where steps are taken one by one.
    Shapes: params as in mlp.Parameters; context (B, T), in a block (N, T); targets (B,), in a block (N,); loss ();
    rows (S, B); rates (S,); losses (S,).
    """

    start: Callable[[Parameters, int], Any]
    step: Callable[[Any, Tensor, Tensor, float], tuple[Any, Tensor]]
    finish: Callable[[Any], Parameters]
    mode: Callable[[], AbstractContextManager] = torch.inference_mode
    block: Callable[[Any, Tensor, Tensor, Tensor, Tensor], tuple[Any, Tensor]] | None = None


def plain_step(
    params: Parameters, context: Tensor, targets: Tensor, rate: float
) -> tuple[Parameters, Tensor]:
    """Move every parameter against its gradient; `params` stay as they are.

    Shapes: params as in mlp.Parameters; context (B, T); targets (B,); loss ().
    Raises: as mlp.forward.
    """
    loss, saved = mlp.forward(params, context, targets)
    gradients = mlp.backward(torch.ones_like(loss), saved)
    params = Parameters(*(p - rate * dp for p, dp in zip(params, gradients, strict=True)))
    return params, loss


def copied(params: Parameters) -> Parameters:
    """The same parameters in memory of their own."""
    return Parameters(*(p.clone() for p in params))


PLAIN = Method(lambda params, batch: params, plain_step, copied)
