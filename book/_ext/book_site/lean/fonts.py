"""Fonts with the characters that the pages show, and no others."""

import html
import io
import logging
import re
from pathlib import Path

from book_site.kept import kept
from book_site.lean.stylesheet import NAME

MATHS, ICONS = "katex/fonts", "vendor/fontawesome"
TEXT = re.compile(r">([^<>]+)<")
CONTENT = re.compile(r"content:\s*\"((?:[^\"\\]|\\.)*)\"")
ESCAPED = re.compile(r"\\([0-9a-f]{2,6})")


def shrink(site: Path) -> None:
    """Cut every font of mathematics and of icons down to what the site shows."""
    static = site / "_static"
    written = by_sheet((static / NAME).read_text(encoding="utf8"))
    shown = {ord(c) for path in site.rglob("*.html") for c in seen(site, path.read_bytes())}
    for folder, characters in ((MATHS, shown | written), (ICONS, written)):
        for font in sorted((static / folder).rglob("*.woff2")):
            original = font.read_bytes()
            needed = " ".join(map(str, sorted(characters))).encode()
            font.write_bytes(kept(site, needed + original, lambda o=original, c=characters: cut(o, c)))


def seen(site: Path, page: bytes) -> str:
    """The characters that a page shows in mathematics; a page that has not changed is not searched again."""
    return kept(site, b"maths\0" + page, lambda: "".join(sorted(set(maths(page.decode())))).encode()).decode()


def maths(page: str) -> str:
    """The text that a page shows in mathematics."""
    # A formula ends somewhere in its piece; some characters of the text behind it come along.
    pieces = page.split('class="katex-html"')[1:]
    return html.unescape("".join(text for piece in pieces for text in TEXT.findall(piece)))


def by_sheet(sheet: str) -> set[int]:
    """The characters that a style sheet writes itself: the icons, and some signs of KaTeX."""
    contents = CONTENT.findall(sheet)
    codes = {int(code, 16) for text in contents for code in ESCAPED.findall(text)}
    return codes | {ord(c) for text in contents for c in ESCAPED.sub("", text)}


def cut(font: bytes, characters: set[int]) -> bytes:
    """The part of a font with these characters."""
    # Here and not at the top: it takes a while to load, and nearly every build finds its fonts in the cache.
    from fontTools import subset

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else it tells of each table of each font
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    loaded = subset.load_font(io.BytesIO(font), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(loaded)
    found = io.BytesIO()
    subset.save_font(loaded, found, options)
    return found.getvalue()
