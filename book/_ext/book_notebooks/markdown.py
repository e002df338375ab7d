"""The text of a chapter as plain markdown: what only Sphinx reads is written out."""

import re

from . import directives
from .macros import expanded

FENCE = re.compile(r"(`{3,}|~{3,}|:{3,})\s*(?:\{([\w:-]+)\})?(.*)")
OPTION = re.compile(r":([\w-]+):\s*(.*)")
TARGET = re.compile(r"\([\w.-]+\)=\s*")
LABEL = re.compile(r"\s*(?:\((.+)\))?\s*")
TITLED = re.compile(r"(.+?)\s*<([^<>]+)>")
INLINE = re.compile(
    r"\{(?P<role>[a-z][\w:-]*)\}`(?P<content>[^`]+)`"
    r"|(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<math>\$[^$]+\$)"
    r"|(?<!!)\[(?P<words>(?:[^\[\]`]|`[^`]*`)*)\]\((?P<target>[^()\s]*)\)",
    re.DOTALL,
)


def converted(text: str, answers) -> str:
    """A piece of a chapter, its directives, roles, labels and macros written out."""
    lines, written, plain = text.splitlines(), [], []

    def flush() -> None:
        if plain:
            written.append(inline("\n".join(plain), answers))
            plain.clear()

    place = 0
    while place < len(lines):
        line = lines[place]
        fence = FENCE.fullmatch(line)
        if fence or line.startswith("$$"):
            flush()
            end = closing(lines, place, fence[1]) if fence else display_end(lines, place)
            block = lines[place:end + 1]
            written.append(fenced(fence, block[1:-1], answers) if fence else display("\n".join(block), answers))
            place = end
        elif not TARGET.fullmatch(line):
            plain.append(line)
        place += 1
    flush()
    return "\n".join(written)


def closing(lines: list[str], start: int, marker: str) -> int:
    """The line that closes the fence which opens at `start`."""
    return next(i for i in range(start + 1, len(lines))
                if lines[i].startswith(marker) and not lines[i].strip(marker[0] + " "))


def display_end(lines: list[str], start: int) -> int:
    """The line that holds the second $$."""
    if lines[start].count("$$") > 1:
        return start
    return next(i for i in range(start + 1, len(lines)) if "$$" in lines[i])


def fenced(fence: re.Match, body: list[str], answers) -> str:
    """A block of code as it is, or a directive in words."""
    marker, name, argument = fence[1], fence[2], fence[3].strip()
    if not name:
        return "\n".join([fence[0], *body, marker])
    options = {}
    while body and (option := OPTION.fullmatch(body[0])):
        options[option[1]] = option[2]
        body = body[1:]
    found = directives.Directive(name, argument, options, "\n".join(body).strip("\n"))
    return directives.written(found, answers, converted)


def display(text: str, answers) -> str:
    """A formula between $$, which may carry a label."""
    _, tex, after = text.split("$$", 2)
    return equation(tex, LABEL.fullmatch(after)[1], answers)


def equation(tex: str, label: str | None, answers) -> str:
    """A displayed formula with its number."""
    number = answers.equation(label) if label else ""
    tag = f" \\tag{{{number}}}" if number else ""
    return f"$$\n{expanded(tex.strip(), answers.macros)}{tag}\n$$"


def inline(text: str, answers) -> str:
    """Sentences: roles in words, macros written out, links only where they lead somewhere."""

    def replaced(match: re.Match) -> str:
        if match["role"]:
            return role(match["role"], match["content"], answers)
        if match["math"]:
            return expanded(match[0], answers.macros)
        if match["code"]:
            return match[0]
        words, address = inline(match["words"], answers), answers.address(match["target"])
        return f"[{words}]({address})" if address else words

    return INLINE.sub(replaced, text)


def role(name: str, content: str, answers) -> str:
    """What the page shows in place of a role."""
    titled = TITLED.fullmatch(content)
    if titled:
        return titled[1]
    known = {"glue:text": answers.value, "numref": answers.figure, "ref": answers.title,
             "eq": lambda label: f"({answers.equation(label)})"}
    return known.get(name, str)(content)
