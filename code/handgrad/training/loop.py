"""Training a network with the gradients of this book: minibatches, descent, and no autograd.

One run, the notebook's fourth exercise, is 200,000 steps. The matrices are small, so one thread is fastest:
call `torch.set_num_threads(1)` first; this module leaves the setting, which is the whole program's, alone.
"""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from handgrad.data.batches import draw, minibatch
from handgrad.data.names import Data
from handgrad.models import mlp
from handgrad.models.method import Method
from handgrad.training.runs import NonFiniteLoss, State, begin, rate, require_same_run
from handgrad.training.step import plain

# Steps between two looks at the losses, and between two calls of `progress`.
BLOCK = 1_000
# Steps between two calls of `save`.
SAVE_EVERY = 10_000


def train(
    data: Data,
    settings: tuple | None = None,
    state: State | None = None,
    progress: Callable[[State], object] | None = None,
    save: Callable[[State], object] | None = None,
    method: Method | None = None,
    model: ModuleType = mlp,
) -> State:
    """Train to the last step, then calibrate; `runs.trained` takes the network out of the result.

    settings: None means those of `state`, or the model's defaults.
    state: where to go on, from `checkpoint.load`; None begins anew.
    progress: called with the state after every BLOCK steps; state.losses[-1] is their mean loss.
    save: called with the state after every SAVE_EVERY steps, when interrupted, and at the end.
    method: how to take a step, such as that of a rung of `speed`; None takes the fastest that is plain PyTorch.
    model: what to train, if no state says it.
    Raises: NonFiniteLoss; RunError if settings, state and data do not fit together; whatever save raises.
    """
    settings = settings or (state.settings if state else model.Settings())
    state = state or begin(data, settings, model)
    require_same_run(state, data, settings)
    progress, save = progress or ignore, save or ignore
    try:
        while state.step < settings.steps:
            state = advance(state, data.train, method)
            progress(state)
            if state.step % SAVE_EVERY == 0:
                save(state)
    except KeyboardInterrupt:
        # `state` is still that of the last whole block, so no step in it is half done.
        save(state)
        raise
    if state.statistics is None:
        state = calibrated(state, data.train)
        save(state)
    return state


def calibrated(state: State, split: tuple) -> State:
    """The state of a run that is finished, with the statistics that its model needs, if any."""
    calibrate = getattr(state.model, "calibrate", None)
    return state._replace(statistics=calibrate(state.params, split[0]) if calibrate else ())


def ignore(state: State) -> None:
    """Do nothing with the state."""


def advance(state: State, split: tuple, method: Method | None = None) -> State:
    """The state after the next block of steps; the one given stays as it is.

    A block begins and ends with plain parameters, so it makes no difference where a run is interrupted.
    Raises: NonFiniteLoss.
    """
    settings, method = state.settings, method or fastest(state.model, split)
    generator = torch.Generator()
    generator.set_state(state.generator)
    stop = min(state.step + BLOCK, settings.steps)
    work = method.start(state.params, settings.batch)
    rates = [rate(settings, step) for step in range(state.step, stop)]
    work, losses = take(method, work, split, settings.batch, rates, generator)
    mean = finite_mean(losses, state)
    params = method.finish(work)
    if not all(p.isfinite().all() for p in params):
        raise NonFiniteLoss(stop, settings)
    return state._replace(
        step=stop, params=params, generator=generator.get_state(), losses=(*state.losses, mean)
    )


def take(
    method: Method, work: Any, split: tuple, batch: int, rates: Sequence[float], generator: torch.Generator
) -> tuple[Any, Tensor]:
    """Take a step with each of the rates, on minibatches drawn one after another; the work, and the losses.

    Shapes: losses (S,), for S rates.
    """
    with method.mode():
        if method.block:
            # One draw of many numbers gives the numbers of many draws.
            rows = draw(split, (len(rates), batch), generator)
            return method.block(work, *split, rows, torch.tensor(rates, dtype=torch.float64))
        losses = []
        for eta in rates:
            work, loss = method.step(work, *minibatch(split, batch, generator), eta)
            losses.append(loss)
        return work, torch.stack(losses)


def fastest(model: ModuleType, split: tuple) -> Method:
    """The model's own method for the device of the data, or else the plain one."""
    return getattr(model, "METHODS", {}).get(split[0].device.type) or plain(model)


def finite_mean(losses: Tensor, state: State) -> float:
    """The mean of the losses that followed `state`.

    Raises: NonFiniteLoss naming the first that is not finite.
    """
    wrong = (~losses.isfinite()).nonzero()
    if len(wrong):
        raise NonFiniteLoss(state.step + wrong[0].item() + 1, state.settings)
    return losses.double().mean().item()
