"""The minibatch and the parameters that every chapter looks at."""

from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.data import names
from handgrad.models.mlp import trace
from handgrad.models.mlp.model import Parameters, init
from handgrad.models.mlp.settings import GAIN_SEED, SEED

BATCH = 32


class Example(NamedTuple):
    """Shapes: params as in mlp.Parameters; context (B, T); targets (B,)."""

    params: Parameters
    context: Tensor
    targets: Tensor


def load(dtype: torch.dtype = torch.float32) -> Example:
    """The network of the book, fresh, and one minibatch of the training names.

    Raises: as names.read.
    """
    data = names.load()
    context, targets = data.train
    generator = torch.Generator().manual_seed(SEED)
    gains = torch.Generator().manual_seed(GAIN_SEED)
    params = init(generator, gains, (len(data.vocabulary), context.shape[1], 10, 64), dtype)
    rows = torch.randint(0, len(context), (BATCH,), generator=generator)
    return Example(params, context[rows], targets[rows])


def steps(dtype: torch.dtype = torch.float32) -> trace.Steps:
    """Every value of the forward pass on that minibatch."""
    return trace.forward_steps(*load(dtype))


def gradients(dtype: torch.dtype = torch.float32) -> trace.Steps:
    """The gradient of every value of that forward pass, by hand."""
    values = steps(dtype)
    return trace.backward_steps(torch.ones_like(values.loss), values)
