"""Random inputs for the exercises: every draw has other sizes, and no two sizes are equal."""

import contextlib
from collections.abc import Iterator

import torch
from torch import Tensor

# Which of the sizes that `lengths` gives are 1, by place: none, but inside `narrow`.
ONES: set[int] = set()


@contextlib.contextmanager
def narrow(places: tuple[int, ...]) -> Iterator[None]:
    """Give the sizes at these places the length 1: an answer that squeezes every axis fails there."""
    ONES.update(places)
    try:
        yield
    finally:
        ONES.clear()


def normal(generator: torch.Generator, *shape: int, scale: float = 1.0) -> Tensor:
    """Normal numbers in float64.

    Shapes: result `shape`.
    """
    return torch.randn(*shape, generator=generator, dtype=torch.float64) * scale


def lengths(generator: torch.Generator, count: int) -> list[int]:
    """`count` different sizes from 3 to 10, so that no transposed matrix fits by chance; see `narrow`."""
    drawn = (torch.randperm(8, generator=generator)[:count] + 3).tolist()
    return [1 if place in ONES else size for place, size in enumerate(drawn)]


def probabilities(generator: torch.Generator, B: int, V: int) -> Tensor:
    """Rows of positive numbers that sum to one.

    Shapes: result (B, V).
    """
    return normal(generator, B, V).softmax(1)


def targets(generator: torch.Generator, B: int, V: int) -> Tensor:
    """Targets, among them the same one twice, and not all the same, where there are three or more.

    Shapes: result (B,), integers from 0 to V − 1.
    """
    drawn = torch.randint(0, V, (B,), generator=generator)
    if B > 2:
        drawn[1], drawn[2] = drawn[0], (drawn[0] + 1) % V
    return drawn
