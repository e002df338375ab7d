"""What the pages of a site hold: element names, classes, ids, and words that scripts may add."""

import re
from pathlib import Path
from typing import NamedTuple

from book_site.kept import kept

TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
NAMES = re.compile(r"\b(?:class|id)=(?:\"([^\"]*)\"|'([^']*)')")
WORDS = re.compile(r"[\w-]+")
# Scripts of the theme that no page loads: they name every component there is. And one that draws nothing.
UNLOADED = ("bootstrap.js", "fontawesome.js", "design-tabs.js", "micropython.mjs")
# Parts that the theme's scripts speak of and make for no page of this book: menus, versions, announcements, notes.
UNMADE = frozenset({
    "bd-header-announcement", "dropdown-item", "dropdown-menu", "dropdown-menu-dark", "figure", "linenos",
    "list-group-item", "list-group-item-action", "margin-caption", "marginnote", "pst-button-link-to-stable-version",
    "pst-collapse-sidebar-button", "pst-expand-sidebar-label", "pst-squeeze", "sidebar", "sidenote",
    "thebe-launch-button", "tooltip", "version-switcher__button", "version-switcher__menu",
})
STRINGS = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`")


class Used(NamedTuple):
    """The element names, and the classes and ids, that a rule may be about."""

    tags: frozenset[str]
    names: frozenset[str]


def used(site: Path) -> Used:
    """What the pages and the scripts of a site hold."""
    tags, names = {"html", "body"}, set[str]()
    for path in site.rglob("*.html"):
        page = path.read_bytes()
        found = kept(site, b"used\0" + page, lambda page=page: in_page(page.decode()))
        for words, more in zip((tags, names), found.decode().split("\n"), strict=True):
            words.update(more.split())
    for path in (site / "_static").rglob("*.*js"):
        if path.name in UNLOADED:
            continue
        text = path.read_text(encoding="utf8")
        # Where all is on one line, as in a bundle, nobody can say where a string ends: there every word counts.
        pieces = [text] if path.suffix == ".mjs" else map(" ".join, STRINGS.findall(text))
        for piece in pieces:
            words = set(WORDS.findall(piece)) - UNMADE
            names.update(words)
            tags.update(words)
    return Used(frozenset(tags), frozenset(names))


def in_page(page: str) -> bytes:
    """The element names of a page on one line, its classes and ids on the next."""
    tags, names = set[str](), set[str]()
    for tag, attributes in TAG.findall(page):
        tags.add(tag.lower())
        for double, single in NAMES.findall(attributes):
            names.update((double or single).split())
    return "\n".join(" ".join(sorted(words)) for words in (tags, names)).encode()
