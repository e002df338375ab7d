"""The hints of an exercise in the order in which they help, and their mathematics as a terminal can show it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handgrad.exercises.entry import Hint

if TYPE_CHECKING:  # they need torch, and `handgrad hint` of an unchecked exercise does without
    from handgrad.exercises.definition import Exercise
    from handgrad.exercises.verdict import Verdict

# The mathematics of the hints, as a terminal can show it.
PLAIN = (
    (r"\\[td]?frac(\d)(\d)", r"\1/\2"), (r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}", r"(\1)/(\2)"),
    (r"\\hat\s*\{?(\w)\}?", r"\1hat"), (r"\\grad\{([^{}]*)\}", r"∂L/∂\1"), (r"\\mathbf\s*\{?1\}?|\\one", "1"),
    (r"\\partial\s*", "∂"), (r"\\cdot", "·"), (r"\\times", "×"),
    (r"\\sqrt\{([^{}]*)\}", r"√(\1)"), (r"\^\{?\\(T|top)\b\}?|\\T\b", "ᵀ"), (r"\\sum", "Σ"), (r"\\ne\b", "≠"),
    (r"\\infty", "∞"), (r"\\varepsilon|\\epsilon", "eps"),
    (r"\\le\b", "≤"), (r"\\ge\b", "≥"), (r"\\odot", "⊙"), (r"\\text\{([^{}]*)\}", r"\1"), (r"\\[,;! ]", " "),
    (r"([_^])\{([^{} ]*)\}", r"\1\2"), (r"([_^])\{([^{}]*)\}", r"\1(\2)"),
    # Whatever else has a name, such as mu or tanh, is called by it.
    (r"\\([A-Za-z]+)", r"\1"),
)


def hints_for(exercise: Exercise, verdict: Verdict | None) -> tuple[Hint, ...]:
    """The hints of an exercise: first those for what the check said, then the others, gentle ones first."""
    return in_order(exercise.hints, f"{verdict.sentence}\n{verdict.trace}" if verdict else "")


def in_order(hints: tuple[Hint, ...], said: str) -> tuple[Hint, ...]:
    """Hints: first those for what a check said, then the others."""
    return tuple(sorted(hints, key=lambda hint: not meets(hint, said)))


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


def plain(text: str) -> str:
    """A text with mathematics between dollars, as a terminal can show it."""
    return re.sub(r"\$([^$]+)\$", lambda found: spelled(found[1]), text)


def spelled(mathematics: str) -> str:
    """A piece of TeX in the signs of Unicode."""
    for pattern, instead in PLAIN:
        mathematics = re.sub(pattern, instead, mathematics)
    return re.sub(" +", " ", mathematics)
