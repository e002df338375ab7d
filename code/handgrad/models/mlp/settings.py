"""What decides a run of this network, and the parameters that a run begins with."""

from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.models.mlp.model import Parameters, init
from handgrad.support.input_checks import check_indices

# The notebook's seed. It leaves the seed of gamma and beta open; with this one its loss, too, comes out.
SEED = 2147483647
GAIN_SEED = 97


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


def begin(
    settings: Settings, generator: torch.Generator, V: int, context: Tensor, targets: Tensor, dtype: torch.dtype
) -> Parameters:
    """The parameters before the first step, for windows such as these of a vocabulary of V characters.

    Shapes: context (N, T); targets (N,).
    Raises: IndexError if the windows hold a code outside the vocabulary.
    """
    check_indices("context", context, V)
    check_indices("targets", targets, V)
    gains = torch.Generator().manual_seed(settings.gain_seed)
    return init(generator, gains, (V, context.shape[1], settings.D, settings.H), dtype)
