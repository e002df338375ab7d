"""What a way of taking steps of training consists of."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import torch
from torch import Tensor


class Method(NamedTuple):
    """One way to take steps; two ways differ in rounding alone.

    start(params, batch) gives the work, in whatever form the steps want it;
    step(work, context, targets, rate) gives the work after one step, and the loss before it;
    finish(work) gives the parameters, which share no memory with the work.
    mode is the mode of torch in which the steps are taken: without autograd nothing is to be recorded, and told so
    once, torch does not ask at every operation, which is a tenth of the time;
    block(work, context, targets, rows, rates) takes many steps in one call, and gives the work and the losses: of the
    windows and targets of a split it uses for each step one of the rows. None where steps are taken one by one.
    Shapes: params the model's Parameters; context (B, T), in a block (N, T); targets, one row for each of context;
    loss (); rows (S, B); rates (S,); losses (S,).
    """

    start: Callable[[Any, int], Any]
    step: Callable[[Any, Tensor, Tensor, float], tuple[Any, Tensor]]
    finish: Callable[[Any], Any]
    mode: Callable[[], AbstractContextManager] = torch.inference_mode
    block: Callable[[Any, Tensor, Tensor, Tensor, Tensor], tuple[Any, Tensor]] | None = None
