"""The lines of a network's description, run: they give what its trace gives."""

from collections.abc import Mapping
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.models import graph
from handgrad.models.consistency import DescriptionError
from handgrad.models.network import Network


def values(network: Network, given: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Every value of a network, in its order, by the forward lines.

    given: the values that no line makes.
    Raises: DescriptionError naming the value whose line fails.
    """
    space = names(network, given)
    for value in network.values:
        run(value.name, value.line, space)
    return {value.name: space[value.name] for value in network.values}


def gradients(network: Network, made: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Every gradient of a network, in the order of the backward pass, by the backward lines.

    made: every value, by its name.
    Raises: as values.
    """
    space = names(network, made)
    for value in graph.back(network):
        run(value.name, value.back, space)
    return {value.name: space[f"d{value.name}"] for value in graph.back(network)}


def names(network: Network, tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """What lines may read besides what they make: sizes, constants, torch and these tensors."""
    return {"torch": torch, "F": F, **dict(network.constants), **graph.sizes(network, tensors), **tensors}


def run(name: str, code: str, space: dict[str, Any]) -> None:
    """Run lines, with the names in `space`, where what they make is kept."""
    try:
        exec(code, space)
    except Exception as error:
        raise DescriptionError(f"{name}: {code!r} fails with {type(error).__name__}: {error}") from error
