"""What the exercises say of themselves, read without running them: torch takes seconds to load."""

import difflib
import re
from functools import cache
from pathlib import PurePath
from typing import NamedTuple

from handgrad.exercises import literals


class Hint(NamedTuple):
    """One piece of help, headed by the error that the reader sees."""

    when: str
    text: str


class Entry(NamedTuple):
    """What can be told of an exercise without its functions.

    slip: of a bug, the right piece of the solution, and what stands there in the file of exercises.
    """

    number: int
    name: str
    stem: str
    chapter: str
    section: str
    title: str
    kind: str
    difficulty: int
    importance: int
    minutes: int
    hints: tuple[Hint, ...]
    slip: tuple[str, ...]

    @property
    def page(self) -> str:
        """Where to read, as CHAPTER#ANCHOR."""
        return f"{self.chapter}#{self.section}"


class UnknownExercise(Exception):
    """There is no exercise of that name; the message names the nearest."""


@cache
def entries() -> tuple[Entry, ...]:
    """All exercises, in the order of the chapters."""
    try:
        found = literals.read()
    except literals.NotLiteral:
        found = imported()
    return tuple(entry(number, fields) for number, fields in enumerate(found, 1))


def entry(number: int, fields: dict) -> Entry:
    """An entry from the fields of a definition, its hints and its mutants among them."""
    hints = tuple(Hint(*hint) for hint in fields.pop("hints"))
    mutants = fields.pop("mutants")
    slip = tuple(mutants[0][:2]) if fields["kind"] == "bug" else ()
    return Entry(number=number, hints=hints, slip=slip, **fields | {"chapter": fields["chapter"] or fields["stem"]})


def imported() -> list[dict]:
    """The fields of the definitions, by running them."""
    from handgrad.exercises import registry

    wanted = (*literals.FIELDS, "hints", "mutants")
    return [{field: getattr(exercise, field) for field in wanted} for exercise in registry.ALL]


def find_all(word: str) -> tuple[Entry, ...]:
    """The exercises that a word means: those of a file, or the one with that name or number.

    Raises: UnknownExercise naming the nearest.
    """
    name = PurePath(word).name
    if name.endswith(".py"):
        of_file = tuple(each for each in entries() if f"{each.stem}.py" == name)
        if not of_file:
            raise UnknownExercise(f"there is no file of exercises {name}; there are {', '.join(files())}")
        return of_file
    return (find(word),)


def files() -> list[str]:
    """The names of the files of exercises, in order."""
    return list(dict.fromkeys(f"{each.stem}.py" for each in entries()))


def find(word: str) -> Entry:
    """The exercise with that name or number.

    Raises: UnknownExercise naming the nearest.
    """
    known = {each.name: each for each in entries()}
    if word in known:
        return known[word]
    if re.fullmatch("[0-9]{1,9}", word):
        if 1 <= int(word) <= len(known):
            return entries()[int(word) - 1]
        raise UnknownExercise(f"there is no exercise {word}; they are numbered from 1 to {len(known)}")
    parts = [name for name in known if word.lower() in name.lower()]
    near = difflib.get_close_matches(word, known, n=3) or parts[:3]
    guess = f"did you mean {', '.join(near)}?" if near else "`handgrad list` shows them all"
    raise UnknownExercise(f"there is no exercise {word!r}; {guess}")
