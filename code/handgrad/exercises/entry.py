"""What is said of an exercise, without its functions: texts and numbers, for which torch need not be loaded."""

from dataclasses import dataclass
from typing import NamedTuple

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


@dataclass(frozen=True)
class Entry:
    """The texts of one exercise; its function is called `name` in the files called `stem`.

    number: its place in the book, from 1; source: the stem of the TOML file in which all this stands.
    chapter, section: the page and the heading on it where to read.
    kind: one of KINDS; the stub of a bug is its first mutant.
    difficulty, importance: 1 to 5. minutes: how long it took a careful newcomer.
    gives: the names of what the function returns, in order; a gradient is called d and its variable.
    """

    number: int
    source: str
    name: str
    stem: str
    chapter: str
    section: str
    title: str
    kind: str
    difficulty: int
    importance: int
    minutes: int
    gives: tuple[str, ...]
    hints: tuple[Hint, ...]
    mutants: tuple[Mutant, ...]

    @property
    def page(self) -> str:
        """Where to read, as CHAPTER#ANCHOR."""
        return f"{self.chapter}#{self.section}"

    @property
    def slip(self) -> tuple[str, ...]:
        """Of a bug, the right piece of the solution, and what stands there in the file of exercises."""
        return self.mutants[0][:2] if self.kind == "bug" else ()
