"""What each line of a MyST page is, prose, mathematics, code or an option, and which fences do not fit."""

import re
from typing import NamedTuple

LABEL = re.compile(r"[a-z][A-Za-z0-9-]*")  # a variable such as dW keeps its capital
FENCE = re.compile(r"(`{3,}|~{3,}|:{3,})\s*(.*)")
# Directives whose body is not prose; the body of any other is read as the page is.
CODE = re.compile(r"\{(code-cell|code-block|code|raw|literalinclude|mermaid)\}")
CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


class Problem(NamedTuple):
    """One thing to change: where, which rule, and what to do."""

    line: int
    rule: str
    message: str


class Line(NamedTuple):
    """One line of a page and what it is: prose, math, code or option."""

    number: int
    kind: str
    text: str


def read(page: str) -> tuple[list[Line], list[Problem]]:
    """The lines of a page with their kinds, and what is wrong with its fences and displays."""
    reader = Reader()
    lines = page.splitlines()
    start = lines.index("---", 1) + 1 if lines[:1] == ["---"] and "---" in lines[1:] else 0
    for number, text in enumerate(lines[start:], start + 1):
        reader.take(number, text)
    reader.end(len(lines))
    return reader.lines, reader.problems


class Reader:
    """Goes through a page line by line and knows which fences and which display are open."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.problems: list[Problem] = []
        self.fences: list[tuple[str, str]] = []  # the marker and the kind of the body
        self.display = 0  # the line on which an open $$ stands
        self.options = False  # whether the lines of a directive's options may still come

    @property
    def kind(self) -> str:
        return self.fences[-1][1] if self.fences else "prose"

    def take(self, number: int, text: str) -> None:
        stripped = text.strip()
        fence = FENCE.match(stripped)
        if fence and not self.display and self.fence(number, fence[1], fence[2]):
            return
        if self.options and stripped.startswith(":"):
            self.option(number, stripped)
        elif self.kind == "prose" and (self.display or "$$" in CODE_SPAN.sub(" ", stripped)):
            self.dollars(number, stripped)
        else:
            self.options = False
            self.lines.append(Line(number, self.kind, text))

    def fence(self, number: int, marker: str, info: str) -> bool:
        """Open or close a fence; say whether this line did."""
        if self.fences and not info and marker.startswith(self.fences[-1][0]):
            self.fences.pop()
            return True
        if self.kind in ("code", "math"):
            return False
        if "`" in marker and "`" in info:
            message = "this fence does not open, since its first line holds a backtick: write ::: for ```"
            self.problems.append(Problem(number, "fence", message))
            info = "{meant}"  # so that the rest of the page is read as it was meant
        kind = "math" if info.startswith("{math}") else "prose"
        if not info.startswith("{") or CODE.match(info):
            kind = "code"
        self.fences.append((marker, kind))
        self.options = info.startswith("{")
        if kind == "prose":
            self.lines.append(Line(number, "prose", info))
        return True

    def option(self, number: int, text: str) -> None:
        """An option of a directive; a caption is prose."""
        name, _, value = text[1:].partition(":")
        if name == "label" and not LABEL.fullmatch(value.strip()):
            self.label(number, value.strip())
        self.lines.append(Line(number, "option", text))

    def dollars(self, number: int, text: str) -> None:
        """A line with $$ in it, or inside an open display."""
        inside, closed, after = text, False, ""
        if not self.display:
            if not text.startswith("$$"):
                message = "a display begins on a line of its own: put $$ first"
                self.problems.append(Problem(number, "display", message))
                return
            self.display, inside = number, text[2:]
        inside, closed, after = inside.partition("$$")
        self.lines.append(Line(number, "math", inside))
        if closed:
            self.display = 0
            label = re.fullmatch(r"\s*(?:\((.*)\))?\s*", after)
            if not label or (label[1] is not None and not LABEL.fullmatch(label[1])):
                self.label(number, after.strip())

    def label(self, number: int, text: str) -> None:
        message = f"{text!r} is no label: letters, digits and hyphens, and nothing after it"
        self.problems.append(Problem(number, "label", message))

    def end(self, number: int) -> None:
        if self.fences:
            message = f"a fence {self.fences[-1][0]} is never closed"
            self.problems.append(Problem(number, "fence", message))
        if self.display:
            self.problems.append(Problem(self.display, "display", "this $$ is never closed"))
