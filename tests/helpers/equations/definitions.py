"""The displayed forward equations: what each value is, in the letters of the chapter."""

import re

import chapters

from equations import reading, tree

DISPLAY = re.compile(r"^\$\$(.*?)\$\$", re.MULTILINE | re.DOTALL)


def definition(stem: str, letter: str) -> tree.Equation:
    """What a chapter displays as `letter` = ..., before its backward pass; LookupError if it does not."""
    text = chapters.source(stem).partition("\n## Backward")[0]
    for match in DISPLAY.finditer(text):
        for part in re.split(r",\s*\\qquad", match[1]):
            if re.match(rf"{re.escape(letter)}(_|\s*=)", part.strip()):
                line = text.count("\n", 0, match.start(1)) + 1
                return reading.read(part.strip(), f"{letter} in {stem}", line)
    raise LookupError(f"{stem} does not display what {letter} is")
