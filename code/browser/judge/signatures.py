"""`inspect.signature`, read off the text: MicroPython's functions do not know the names of their arguments."""

import re

# The reader's text, put here before it is judged.
TEXT = [""]


class Signature:
    """The names of the arguments, and how many may be left out."""

    def __init__(self, names, optional=0, star=False):
        self.parameters, self.optional, self.star = names, optional, star

    def bind(self, *values):
        """Refuse another number of values than the function takes."""
        most, least = len(self.parameters), len(self.parameters) - self.optional
        if not self.star and not least <= len(values) <= most or len(values) < least:
            raise TypeError("other arguments")


class Solution:
    """What stands for the solution: the names of its arguments."""

    def __init__(self, names):
        self.names = names


def signature(function):
    """The signature of the reader's function, or of the solution.

    Raises: ValueError where the text does not show it.
    """
    if isinstance(function, Solution):
        return Signature(function.names)
    name = getattr(function, "__name__", "")
    lines = TEXT[0].split("\n")
    # The last one counts, as for Python.
    for start in range(len(lines) - 1, -1, -1):
        if re.match(r"def\s+" + name + r"\s*\(", lines[start]):
            return read("\n".join(lines[start:]))
    raise ValueError("no signature")


def read(text):
    """The arguments between the first brackets of a text."""
    parts, depth, part = [], 0, ""
    for letter in text[text.find("(") + 1 :]:
        if letter == ")" and depth == 0:
            break
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += letter
    return arguments([each.strip() for each in [*parts, part] if each.strip()])


def arguments(parts):
    """The signature that the arguments make."""
    names, optional, star = [], 0, False
    for part in parts:
        if part in ("*", "/"):
            continue
        name = part.split("=")[0].split(":")[0].strip()
        star = star or name[0] == "*"
        optional += "=" in part or name[0] == "*"
        names.append(name.strip("*"))
    return Signature(names, optional, star)


def isgenerator(value):
    return type(value).__name__ == "generator" and not hasattr(value, "cr_await")


def iscoroutine(value):
    """MicroPython's coroutines are generators."""
    return type(value).__name__ == "coroutine"
