"""The hints of an exercise in the order in which they help, and their mathematics as a terminal can show it."""

import re

from handgrad.desk.catalogue import Entry

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


def order(entry: Entry, seen: str) -> list[int]:
    """The places of the hints: first those for what the last check said, then the others.

    seen: sentence and trace of that check, as the record keeps them.
    """
    # Here and not at the top: it loads torch.
    from handgrad.exercises import Verdict, hints_for

    sentence, _, trace = seen.partition("\n")
    verdict = Verdict(entry.name, "wrong", sentence=sentence, trace=trace) if seen else None
    return [entry.hints.index(hint) for hint in hints_for(entry, verdict)]


def plain(text: str) -> str:
    """A text with mathematics between dollars, as a terminal can show it."""
    return re.sub(r"\$([^$]+)\$", lambda found: spelled(found[1]), text)


def spelled(mathematics: str) -> str:
    """A piece of TeX in the signs of Unicode."""
    for pattern, instead in PLAIN:
        mathematics = re.sub(pattern, instead, mathematics)
    return re.sub(" +", " ", mathematics)
