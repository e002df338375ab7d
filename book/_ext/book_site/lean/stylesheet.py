"""All style sheets joined into one, less the rules that no page can meet."""

import re
from functools import partial
from pathlib import Path

import rcssmin
import tinycss2

from book_site.kept import FOLDER, kept
from book_site.lean.used import Used, used

# In the order in which the theme loads them; a name ending in * has a checksum in it.
SHEETS = (
    "basic.css", "styles/pydata-sphinx-theme.css", "pygments.css", "styles/sphinx-book-theme.css",
    "katex/katex.min.css", "mystnb.*.css", "copybutton.css", "sphinx-design.min.css", "book.css",
    "map.css", "page/boxes.css", "print.css",
)
NAME = "site.css"
OLD_FONT = re.compile(r",\s*url\([^)]*\.ttf\)\s*format\([^)]*\)")  # beside a font that every browser takes
URL = re.compile(r"url\(\s*[\"']?(?!data:|/|#)([^\"')]+)[\"']?\s*\)")
TOKEN = re.compile(r"[.#]((?:\\.|[\w-])+)")
ELEMENT = re.compile(r"(?:^|[\s>+~(,])([a-zA-Z][\w-]*)")
# What stands in these parentheses or brackets need not be on a page for the rule to hold.
NEGATED = re.compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]|::?[\w-]+(?:\([^()]*\))?")
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
VALUE = re.compile(r"(?<=[{;\s])(--[\w-]+)\s*:(?:[^;{}\"']|\"[^\"]*\"|'[^']*')*;?")


def join(site: Path) -> None:
    """Write _static/site.css from the style sheets in _static."""
    static = site / "_static"
    files = [found for pattern in SHEETS for found in sorted(static.glob(pattern))]
    text, found = "\n".join(moved(path, static) for path in files), used(site)
    whole(site).parent.mkdir(exist_ok=True)
    whole(site).write_text(text, encoding="utf8")
    ingredients = "\0".join([text, *sorted(found.tags), "", *sorted(found.names)]).encode()
    (static / NAME).write_bytes(kept(site, ingredients, lambda: purged(text, found).encode()))


def whole(site: Path) -> Path:
    """Where all rules are left, beside the site, for the test that compares how the pages look with both."""
    return site.parent / FOLDER / "whole.css"


def moved(path: Path, static: Path) -> str:
    """A style sheet whose relative addresses hold in _static, and which names no character set."""
    folder = path.parent.relative_to(static)

    def address(match: re.Match) -> str:
        parts: list[str] = []
        for part in (folder / match[1]).as_posix().split("/"):
            parts = parts[:-1] if part == ".." else [*parts, part]
        return f"url({'/'.join(parts)})"

    text = OLD_FONT.sub("", path.read_text("utf8"))
    return URL.sub(address, re.sub(r"@charset[^;]*;|/\*# sourceMappingURL[^*]*\*/", "", text))


def purged(text: str, found: Used) -> str:
    """A style sheet with the rules that the pages can meet, and the variables that these read."""
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    css = "\n".join(filter(None, (possible_part(rule, found) for rule in rules)))
    return rcssmin.cssmin(without_unread(without_unseen(css)))


def possible_part(rule, found: Used) -> str:
    """A rule as text, without the selectors that no page can meet; nothing if none is left."""
    if rule.type == "qualified-rule":
        selectors = [s for s in split(tinycss2.serialize(rule.prelude)) if possible(s, found)]
        return f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}" if selectors else ""
    if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports", "layer", "container"):
        if rule.content is None:
            return rule.serialize()
        inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        body = "\n".join(filter(None, (possible_part(each, found) for each in inner)))
        return f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{body}}}" if body else ""
    return rule.serialize()


def split(selectors: str) -> list[str]:
    """The selectors of a list, which commas part, but not those in parentheses."""
    parts, depth = [""], 0
    for character in selectors:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def possible(selector: str, found: Used) -> bool:
    """Whether the pages hold every element, class and id that the selector names."""
    bare = NEGATED.sub("", selector)
    names = {name.replace("\\", "") for name in TOKEN.findall(bare)}
    tags = {tag.lower() for tag in ELEMENT.findall(TOKEN.sub("", f" {bare}"))}
    return names <= found.names and tags <= found.tags


def without_unseen(css: str) -> str:
    """Without the fonts and the animations that no rule names."""
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    naming = "\n".join(r.serialize() for r in rules if getattr(r, "lower_at_keyword", "") not in ("font-face",))
    lines = []
    for rule in rules:
        word = getattr(rule, "lower_at_keyword", "")
        text = rule.serialize()
        if word == "font-face":
            family = re.search(r"font-family\s*:\s*[\"']?([^\"';}]+)", text)
            if family and not re.search(rf"(?<![\w-]){re.escape(family[1].strip())}(?![\w-])", naming):
                continue
        if word.endswith("keyframes"):
            name = tinycss2.serialize(rule.prelude).strip()
            if not re.search(rf"animation[^;}}]*\b{re.escape(name)}\b", naming):
                continue
        lines.append(text)
    return "\n".join(lines)


def without_unread(css: str) -> str:
    """Without the variables that no rule reads, nor a variable that one reads."""
    while True:
        smaller = VALUE.sub(partial(if_read, set(VARIABLE.findall(css))), css)
        if smaller == css:
            return css
        css = smaller


def if_read(read: set[str], match: re.Match) -> str:
    """The line that sets a variable, if the variable is read."""
    return match[0] if match[1] in read else ""
