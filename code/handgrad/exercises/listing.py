"""All exercises by name and number, without their functions: torch takes seconds to load."""

import difflib
import re
from functools import cache
from pathlib import PurePath

from handgrad.exercises import chapter_texts
from handgrad.exercises.entry import Entry

# The chapters with exercises, in the order of the book: each is a TOML file and a module in `chapters`.
CHAPTERS = (
    "forward", "vjp", "checking", "cross_entropy", "softmax", "linear", "tanh", "batchnorm", "batchnorm_fused",
    "embedding", "mlp", "exactness", "training", "speed",
)


class UnknownExercise(Exception):
    """There is no exercise of that name; the message names the nearest."""


@cache
def entries() -> tuple[Entry, ...]:
    """All exercises, in the order of the chapters.

    Raises: chapter_texts.ChapterError.
    """
    found = [fields for chapter in CHAPTERS for fields in chapter_texts.read(chapter)]
    return tuple(Entry(number=number, **fields) for number, fields in enumerate(found, 1))


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
