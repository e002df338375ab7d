"""Checks of a backward pass, from those that hardly ask to those that tell: does each object to a bug?"""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.check.comparison import judge
from handgrad.models.mlp.model import Parameters
from handgrad.studies.zoo import step
from handgrad.studies.zoo.bugs import BUGS
from handgrad.studies.zoo.step import Gradients
from handgrad.studies.zoo.walk import Scene, scene, sizes, whole

RATE = 0.1
LOOSE = 2e-2
ALIGNED = 0.99
DIRECTIONS = 100


class Check(NamedTuple):
    """A question to a backward pass; `objects` gives the share of tries in which the answer is no."""

    name: str
    asks: str
    objects: Callable[[Gradients], float]


def shapes(backward: Gradients) -> float:
    """Has each gradient the shape of its parameter?"""
    seen = scene(torch.float32)
    return float(any(p.shape != dp.shape for p, dp in zip(seen.params, of(backward, seen), strict=True)))


def falls(backward: Gradients) -> float:
    """Is the loss of the minibatch lower after one step?"""
    seen = scene(torch.float32)
    moved = along(seen.params, of(backward, seen), -RATE)
    return float(step.forward(moved, seen.context, seen.targets)[0] >= seen.loss)


def loose(backward: Gradients) -> float:
    """Is no entry further than LOOSE from autograd's?"""
    seen = scene(torch.float32)
    return float((whole(of(backward, seen)) - whole(seen.right)).abs().max() > LOOSE)


def aligned(backward: Gradients) -> float:
    """Is the cosine of the angle to autograd's gradient at least ALIGNED?"""
    seen = scene(torch.float32)
    return float(F.cosine_similarity(whole(of(backward, seen)), whole(seen.right), dim=0) < ALIGNED)


def nudged(dtype: torch.dtype, h: float, tolerance: float) -> Callable[[Gradients], float]:
    """Does the gradient foretell how the loss moves along a random direction, up to `tolerance` of it?"""
    def objects(backward: Gradients) -> float:
        found = whole(of(backward, scene(dtype)))
        measured = slopes(dtype, h)
        foretold = directions(dtype) @ found
        larger = torch.maximum(measured.abs(), foretold.abs())
        return ((measured - foretold).abs() > tolerance * larger).double().mean().item()
    return objects


def compared(backward: Gradients) -> float:
    """Does `compare` accept it in float64?"""
    seen = scene(torch.float64)
    return float(not all(row.agrees for row in judge(of(backward, seen), seen.right, sizes())))


CHECKS = (
    Check("shapes", "has each gradient the shape of its parameter?", shapes),
    Check("falls", f"does the loss fall after one step at rate {RATE:g}?", falls),
    Check("0.02", f"is every entry within {LOOSE:g} of autograd's?", loose),
    Check("cosine", f"is the cosine to autograd's gradient at least {ALIGNED:g}?", aligned),
    Check("float32", "is the slope along a random direction right to a hundredth? (float32, h = 0.01)",
          nudged(torch.float32, 1e-2, 1e-2)),
    Check("float64", "is that slope right to a millionth? (float64, h = 0.0001)",
          nudged(torch.float64, 1e-4, 1e-6)),
    Check("compare", "does `compare` accept it? (float64)", compared),
)


@cache
def answers() -> dict[str, dict[str, float]]:
    """For each bug, and for the right gradient under the name `right`, what every check says, by its name."""
    asked = {"right": step.gradients} | {bug.name: step.broken(bug) for bug in BUGS}
    return {name: {check.name: check.objects(backward) for check in CHECKS} for name, backward in asked.items()}


def of(backward: Gradients, seen: Scene) -> Parameters:
    """The gradients on the minibatch of the book."""
    return backward(seen.params, seen.values)


def along(params: Parameters, direction: Parameters, length: float) -> Parameters:
    """The parameters moved along a direction.

    Shapes: as in mlp.Parameters.
    """
    return Parameters(*(p + length * dp for p, dp in zip(params, direction, strict=True)))


@cache
def directions(dtype: torch.dtype) -> Tensor:
    """Random directions of length 1 in the space of all parameters.

    Shapes: (DIRECTIONS, N), N the number of parameters.
    """
    count = len(whole(scene(dtype).params))
    drawn = torch.randn(DIRECTIONS, count, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return F.normalize(drawn).to(dtype)


@cache
def slopes(dtype: torch.dtype, h: float) -> Tensor:
    """The central differences of the loss along the directions.

    Shapes: (DIRECTIONS,).
    """
    seen, found = scene(dtype), []
    lengths = [p.numel() for p in seen.params]
    for direction in directions(dtype):
        parts = zip(direction.split(lengths), seen.params, strict=True)
        way = Parameters(*(part.view_as(p) for part, p in parts))
        up, down = (step.forward(along(seen.params, way, s), seen.context, seen.targets)[0] for s in (h, -h))
        found.append((up - down) / (2 * h))
    return torch.stack(found)
