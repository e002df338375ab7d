"""A training run between two steps: its settings, its state, and what must be true of them."""

import math
from types import ModuleType
from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.data.names import Data
from handgrad.models import mlp
from handgrad.models.mlp.settings import Settings as Settings  # the settings of a run are its model's
from handgrad.optim import schedules
from handgrad.support import digest
from handgrad.training.evaluation import Trained

DTYPES = {"float32": torch.float32, "float64": torch.float64}
# The least of a setting that is a whole number; of any other, such as a size, it is 1.
LEAST = {"batch": 2, "seed": 0, "gain_seed": 0}


class State(NamedTuple):
    """All that is needed to go on as if the run had never stopped.

    settings are the model's; names is the sha256 of the names; generator the state of the one that draws minibatches;
    losses holds the mean loss of every block of steps; statistics is None until the last step is done.
    """

    settings: tuple
    vocabulary: str
    names: str
    step: int
    params: tuple
    generator: Tensor
    losses: tuple[float, ...] = ()
    statistics: tuple | None = None
    model: ModuleType = mlp


class RunError(ValueError):
    """A run cannot begin, go on or be used; the message says what to change."""


class NonFiniteLoss(ArithmeticError):
    """The loss, or a parameter, is no finite number any more, from `step` on, which is counted from 1."""

    def __init__(self, step: int, settings: tuple):
        self.step = step
        used = rate(settings, step - 1)
        super().__init__(
            f"the loss is not a finite number any more in step {step:,} of {settings.steps:,}; "
            f"try a learning rate lower than {used:g}, or another seed"
        )


def rate(settings: tuple, step: int) -> float:
    """The learning rate of a step, counted from 0."""
    return schedules.two_rates(step, settings.steps, settings.rate, settings.late_rate)


def begin(data: Data, settings: tuple, model: ModuleType = mlp) -> State:
    """The state before the first step; the parameters are on the device of the data.

    Raises: RunError as require_sound, and if there is nothing to train on; as the model's begin.
    """
    require_sound(settings)
    if not len(data.train[0]):
        raise RunError("the training split holds no windows")
    generator = torch.Generator().manual_seed(settings.seed)
    dtype = DTYPES[settings.dtype]
    params = model.begin(settings, generator, len(data.vocabulary), *data.train, dtype)
    params = type(params)(*(p.to(data.train[0].device) for p in params))
    return State(settings, data.vocabulary, fingerprint(data), 0, params, generator.get_state(), model=model)


def require_sound(settings: tuple) -> None:
    """Demand settings with which a run can be made.

    Raises: RunError naming the one that is out of range.
    """
    for name, value in settings._asdict().items():
        if isinstance(settings._field_defaults[name], int):
            least = LEAST.get(name, 1)
            if not (isinstance(value, int) and least <= value < 2**63):
                raise RunError(f"{name} must be a whole number, at least {least}, not {value!r}")
    for name in ("rate", "late_rate"):
        value = getattr(settings, name)
        if not (isinstance(value, int | float) and 0 < value < math.inf):
            raise RunError(f"{name} must be a positive number, not {value!r}")
    if settings.dtype not in DTYPES:
        raise RunError(f"dtype must be one of {', '.join(DTYPES)}, not {settings.dtype!r}")


def require_same_run(state: State, data: Data, settings: tuple) -> None:
    """Demand that a state was made from these names with these settings.

    Raises: RunError naming what differs.
    """
    if state.names != fingerprint(data) or state.vocabulary != data.vocabulary:
        raise RunError("the saved run was made from other names; choose their file, or begin anew")
    for name, value in state.settings._asdict().items():
        wanted = getattr(settings, name)
        if value != wanted:
            raise RunError(
                f"the saved run was made with {name} {value}, not {wanted}; choose {value}, or begin anew"
            )


def fingerprint(data: Data) -> str:
    """The sha256 of the names, in their order."""
    return digest.of_bytes("\n".join(data.words).encode())


def trained(state: State) -> Trained:
    """The trained network of a finished run.

    Raises: RunError if the run is not finished.
    """
    if state.statistics is None:
        raise RunError(
            f"training stopped after step {state.step:,} of {state.settings.steps:,}; finish it first"
        )
    return Trained(state.params, state.statistics, state.vocabulary, state.model)
