"""The book's own commands in formulas, written out for a reader whose MathJax does not know them."""

import re


def expanded(tex: str, macros: dict[str, str]) -> str:
    """A formula without the book's own commands; the argument of one is a group or a single sign."""
    for command, meaning in macros.items():
        wanted = len(set(re.findall(r"#(\d)", meaning)))
        pattern = re.compile(re.escape(command) + r"(?![A-Za-z])")
        while match := pattern.search(tex):
            rest, result = tex[match.end():], meaning
            for number in range(1, wanted + 1):
                argument, rest = first_argument(rest)
                result = result.replace(f"#{number}", argument)
            tex = tex[:match.start()] + result + (" " if result[-1:].isalpha() and rest[:1].isalpha() else "") + rest
    return tex


def first_argument(tex: str) -> tuple[str, str]:
    """The argument with which the text begins, and what follows it."""
    tex, depth = tex.lstrip(), 0
    if not tex.startswith("{"):
        sign = re.match(r"\\[A-Za-z]+|.", tex)
        return sign[0], tex[sign.end():]
    for place, character in enumerate(tex):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if not depth:
            return tex[1:place], tex[place + 1:]
    raise ValueError(f"a brace is never closed in {tex}")
