"""Which hint comes first: the one that is named after the sentence that the reader sees."""

import re

from handgrad.exercises.definition import Exercise, Hint
from handgrad.exercises.verdict import Verdict


def hints_for(exercise: Exercise, verdict: Verdict | None) -> tuple[Hint, ...]:
    """The hints of an exercise: first those for what the check said, then the others, gentle ones first."""
    said = f"{verdict.sentence}\n{verdict.trace}" if verdict else ""
    return tuple(sorted(exercise.hints, key=lambda hint: not meets(hint, said)))


def meets(hint: Hint, said: str) -> bool:
    """Whether a hint is headed by what was said; the sizes in a shape stand for any number.

    torch puts sizes between its words, "The size of tensor a (3) must match": they are left out.
    """
    words = re.split(r"(\([^()]*\))", hint.when)
    pattern = "".join(shape(word) if word.startswith("(") else re.escape(word) for word in words)
    return re.search(pattern, re.sub(r" \(\d+\)", "", said), re.IGNORECASE) is not None


def shape(text: str) -> str:
    """The pattern of a shape such as (B, V): each name of a size stands for any number."""
    return re.sub(r"\b[A-Z]\b", r"\\d+", re.escape(text))
