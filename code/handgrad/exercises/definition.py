"""What an exercise is: everything about it that is not the reader's code or the solution."""

from collections.abc import Callable
from typing import NamedTuple

import torch

# code: write the function. bug: mend a function, one line of which is wrong. further: what the chapter left open.
KINDS = ("code", "bug", "further")


class Hint(NamedTuple):
    """One piece of help, headed by the error that the reader sees."""

    when: str
    text: str


class Mutant(NamedTuple):
    """A plausible wrong answer: the solution with one piece of its text replaced.

    `says` is a piece of the sentence that the checker must answer with.
    """

    old: str
    new: str
    says: str


class Exercise(NamedTuple):
    """One exercise. The stub and the solution are functions called `name` in the files called `stem`.

    chapter, section: the page and the heading on it where to read; the chapter is `stem` where none is named.
    gives: the names of what the function returns, in order; a gradient is called d and its variable.
    dtypes: the function is tried in each of these; leave one out where the exercise means nothing in it.
    kind: one of KINDS. The stub of a bug is its first mutant.
    mistakes: from the inputs, by the sentence that names it, what a plausible mistake gives.
    draw: inputs for the function, from a generator; every call gives other shapes.
    narrow: which of the sizes that draw takes from `draws.lengths` are 1 in one draw more, by place; none where that
        means nothing.
    worked: inputs small enough to print, for the worked value in the chapter.
    difficulty, importance: 1 to 5. minutes: how long it took a careful newcomer.
    sizes: from the inputs, by name of what is given, the size of the terms that were added to make it, as in
        `checking.compare`; for what is zero in mathematics, and for what lies many operations from the inputs.
    """

    name: str
    stem: str
    section: str
    title: str
    difficulty: int
    importance: int
    minutes: int
    gives: tuple[str, ...]
    draw: Callable[[torch.Generator], tuple]
    worked: Callable[[], tuple]
    hints: tuple[Hint, ...]
    mutants: tuple[Mutant, ...]
    kind: str = "code"
    mistakes: Callable[..., dict] | None = None
    sizes: Callable[..., dict] | None = None
    chapter: str = ""
    dtypes: tuple[torch.dtype, ...] = (torch.float64, torch.float32)
    narrow: tuple[int, ...] = (1,)

    @property
    def page(self) -> str:
        """Where to read, as CHAPTER#ANCHOR."""
        return f"{self.chapter or self.stem}#{self.section}"
