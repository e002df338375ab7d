"""A training run between two steps: its settings, its state, and what must be true of them."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.data.example import GAIN_SEED, SEED
from handgrad.data.names import Data
from handgrad.models.mlp.model import Parameters, init
from handgrad.support import digest
from handgrad.support.input_checks import check_indices
from handgrad.training.evaluation import Model, Statistics

DTYPES = {"float32": torch.float32, "float64": torch.float64}


class Settings(NamedTuple):
    """What decides a run: with the same settings, names and method on one machine, the same parameters come out.

    The learning rate is `rate` for the first half of the steps and `late_rate` for the second.
    """

    steps: int = 200_000
    batch: int = 32
    rate: float = 0.1
    late_rate: float = 0.01
    D: int = 10
    H: int = 200
    seed: int = SEED
    gain_seed: int = GAIN_SEED
    dtype: str = "float32"


class State(NamedTuple):
    """All that is needed to go on as if the run had never stopped.

    names is the sha256 of the names; generator the state of the one that draws minibatches; losses holds
    the mean loss of every block of steps; statistics is None until the last step is done.
    """

    settings: Settings
    vocabulary: str
    names: str
    step: int
    params: Parameters
    generator: Tensor
    losses: tuple[float, ...] = ()
    statistics: Statistics | None = None


class RunError(ValueError):
    """A run cannot begin, go on or be used; the message says what to change."""


class NonFiniteLoss(ArithmeticError):
    """The loss, or a parameter, is no finite number any more, from `step` on, which is counted from 1."""

    def __init__(self, step: int, settings: Settings):
        self.step = step
        used = rate(settings, step - 1)
        super().__init__(
            f"the loss is not a finite number any more in step {step:,} of {settings.steps:,}; "
            f"try a learning rate lower than {used:g}, or another seed"
        )


def rate(settings: Settings, step: int) -> float:
    """The learning rate of a step, counted from 0."""
    return settings.rate if step < settings.steps / 2 else settings.late_rate


def begin(data: Data, settings: Settings) -> State:
    """The state before the first step; the parameters are on the device of the data.

    Raises: RunError as require_sound; IndexError if the windows hold a code outside the vocabulary.
    """
    require_sound(settings)
    context, targets = data.train
    if not len(targets):
        raise RunError("the training split holds no windows")
    check_indices("context", context, len(data.vocabulary))
    check_indices("targets", targets, len(data.vocabulary))
    generator = torch.Generator().manual_seed(settings.seed)
    gains = torch.Generator().manual_seed(settings.gain_seed)
    sizes = (len(data.vocabulary), context.shape[1], settings.D, settings.H)
    params = init(generator, gains, sizes, DTYPES[settings.dtype])
    params = Parameters(*(p.to(context.device) for p in params))
    return State(settings, data.vocabulary, fingerprint(data), 0, params, generator.get_state())


def require_sound(settings: Settings) -> None:
    """Demand settings with which a run can be made.

    Raises: RunError naming the one that is out of range.
    """
    least = {"steps": 1, "batch": 2, "D": 1, "H": 1, "seed": 0, "gain_seed": 0}
    for name, value in settings._asdict().items():
        if name in least and not (isinstance(value, int) and least[name] <= value < 2**63):
            raise RunError(f"{name} must be a whole number, at least {least[name]}, not {value!r}")
    for name in ("rate", "late_rate"):
        value = getattr(settings, name)
        if not (isinstance(value, int | float) and 0 < value < math.inf):
            raise RunError(f"{name} must be a positive number, not {value!r}")
    if settings.dtype not in DTYPES:
        raise RunError(f"dtype must be one of {', '.join(DTYPES)}, not {settings.dtype!r}")


def require_same_run(state: State, data: Data, settings: Settings) -> None:
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


def model(state: State) -> Model:
    """The trained network of a finished run.

    Raises: RunError if the run is not finished.
    """
    if state.statistics is None:
        raise RunError(
            f"training stopped after step {state.step:,} of {state.settings.steps:,}; finish it first"
        )
    return Model(state.params, state.statistics, state.vocabulary)
