"""What an exercise is: its texts, and the functions that its check runs beside the reader's and the solution."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from handgrad.exercises import listing
from handgrad.exercises.entry import Entry


@dataclass(frozen=True)
class Exercise(Entry):
    """One exercise, with its functions.

    draw: inputs for the function, from a generator; every call gives other shapes.
    worked: inputs small enough to print, for the worked value in the chapter.
    mistakes: from the inputs, by the sentence that names it, what a plausible mistake gives.
    sizes: from the inputs, by name of what is given, the size of the terms that were added to make it, as in
        `checking.compare`; for what is zero in mathematics, and for what lies many operations from the inputs.
    dtypes: the function is tried in each of these; leave one out where the exercise means nothing in it.
    narrow: which of the sizes that draw takes from `draws.lengths` are 1 in one draw more, by place; none where that
        means nothing.
    """

    draw: Callable[[torch.Generator], tuple]
    worked: Callable[[], tuple | str]
    mistakes: Callable[..., dict] | None = None
    sizes: Callable[..., dict] | None = None
    dtypes: tuple[torch.dtype, ...] = (torch.float64, torch.float32)
    narrow: tuple[int, ...] = (1,)


def define(name: str, **functions) -> Exercise:
    """The exercise whose texts are under this name in the chapter's TOML file, with these functions.

    Raises: listing.UnknownExercise if there are no such texts.
    """
    return Exercise(**vars(listing.find(name)), **functions)
