"""One step of gradient descent, out of place: the form to read."""

from functools import cache, partial
from types import ModuleType

import torch
from torch import Tensor

from handgrad.models import mlp
from handgrad.models.method import Method
from handgrad.optim import sgd


def plain_step(
    params: tuple[Tensor, ...], context: Tensor, targets: Tensor, rate: float, model: ModuleType = mlp
) -> tuple[tuple[Tensor, ...], Tensor]:
    """Move every parameter against its gradient; `params` stay as they are.

    Shapes: params the model's Parameters; context (B, T); targets (B,) or (B, T), as the model says; loss ().
    Raises: as the model's forward.
    """
    loss, saved = model.forward(params, context, targets)
    gradients = model.backward(torch.ones_like(loss), saved)
    return sgd.descend(params, gradients, rate), loss


def copied(params: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The same parameters in memory of their own."""
    return type(params)(*(p.clone() for p in params))


@cache
def plain(model: ModuleType) -> Method:
    """The plain step of a model as a method."""
    return Method(lambda params, batch: params, partial(plain_step, model=model), copied)


PLAIN = plain(mlp)
