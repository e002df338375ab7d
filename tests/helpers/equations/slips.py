"""Slips of the pen in the TeX of an equation, right of its first `=`."""

import re
from collections.abc import Iterator

SUM = re.compile(r"\\sum_(?:\w|\{(?:[^{}]|\{[^{}]*\})*\})")
# What is found, and what is written for it; each place in turn.
SLIPS = (
    ("sum dropped", SUM, lambda match: ""),
    ("sign", re.compile(r"(?<!\w)-|\+"), lambda match: {"-": "+", "+": "-"}[match[0]]),
    ("indices changed over", re.compile(r"_\{(\w)(\w)\}"), lambda match: f"_{{{match[2]}{match[1]}}}"),
    ("index dropped", re.compile(r"_\{(\w)\w\}"), lambda match: f"_{{{match[1]}}}"),
    ("index dropped", re.compile(r"_\{\w(\w)\}"), lambda match: f"_{{{match[1]}}}"),
    ("another index", re.compile(r"_([bhv])\b"), lambda match: "_" + {"b": "v", "h": "b", "v": "b"}[match[1]]),
    ("number", re.compile(r"[0-9](?!ex)"), lambda match: str(int(match[0]) + 1)),
    ("value for a gradient", re.compile(r"\\grad\{((?:[^{}]|\{[^{}]*\})*)\}"), lambda match: match[1]),
    ("hat dropped", re.compile(r"\\hat "), lambda match: ""),
    ("divisor", re.compile(r"B - k"), lambda match: "B"),
    ("relation", re.compile(r"\\ne\b"), lambda match: "="),
)


def slips(tex: str) -> Iterator[tuple[str, str]]:
    """Every slip, one at a time, with its kind."""
    left, equals, right = tex.partition("=")
    minus, bare = right.lstrip().startswith("-"), right.lstrip().removeprefix("-")
    yield "minus in front", f"{left}{equals} {'' if minus else '-'}{bare}"
    for kind, pattern, change in SLIPS:
        for match in pattern.finditer(right):
            yield kind, left + equals + right[:match.start()] + change(match) + right[match.end():]
