"""Fonts that are there when a page is first drawn.

A font that arrives later moves what stands beside its letters. A browser fetches the fonts of a style sheet when
it knows that the page needs them, which is late, and reads them after it has drawn; a font that a script hands
to it is ready at once. So each font that stands in lines of text is also published as a script, and a page
asks for those that it shows before it is drawn, without waiting for them while it is read.
Where no script runs the style sheet has the same fonts.
"""

import base64
import json
import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

from book_site.each_page import rewrite
from handgrad.support import digest

FOLDER = "early"


class Face(NamedTuple):
    """What a page must hold to need the font, and how the style sheet calls it."""

    sign: re.Pattern
    family: str
    style: str
    weight: str


def katex(words: str, family: str, style: str = "normal", weight: str = "400") -> Face:
    """A font of KaTeX, needed where one of these classes is."""
    return Face(re.compile(rf"class=\"(?:[^\"]* )?(?:{words})[ \"]"), f"KaTeX_{family}", style, weight)


FACES = {
    "katex/fonts/KaTeX_Main-Regular.woff2": katex("katex", "Main"),
    "katex/fonts/KaTeX_Math-Italic.woff2": katex("mathnormal", "Math", style="italic"),
    "katex/fonts/KaTeX_Main-Bold.woff2": katex("mathbf", "Main", weight="700"),
    "katex/fonts/KaTeX_Size1-Regular.woff2": katex("small-op|size1|delim-size1", "Size1"),
    "katex/fonts/KaTeX_Size2-Regular.woff2": katex("large-op|size2", "Size2"),
    "katex/fonts/KaTeX_Size3-Regular.woff2": katex("delimsizing size3", "Size3"),
    "katex/fonts/KaTeX_Size4-Regular.woff2": katex("delim-size4|delimsizing size4", "Size4"),
    "vendor/fontawesome/webfonts/fa-solid-900.woff2":
        Face(re.compile(r"class=\"[^\"]*\bfa-solid\b"), "Font Awesome 6 Free", "normal", "900"),
}
# Letter by letter, as browsers from before 2025 must have it, takes longer than to read the font.
SCRIPT = """\
((letters) => document.fonts.add(new FontFace({family}, Uint8Array.fromBase64?.(letters) ??
  Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0)), {how})))({letters});
"""
TAG = '<script async blocking="render" src="{address}"></script>'
TAGS = re.compile(rf'\n<script async blocking="render" src="[^"]*/{FOLDER}/[^"]*"></script>')
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def forget(site: Path) -> None:
    """Remove the scripts of an earlier build, which are no part of what the style sheet is made for."""
    shutil.rmtree(site / "_static" / FOLDER, ignore_errors=True)


def publish(site: Path) -> None:
    """Write the scripts, and have every page ask for those that it needs."""
    names = {font: script(site / "_static", font, face) for font, face in FACES.items()
             if (site / "_static" / font).is_file()}

    def with_needed(path: Path, page: str) -> str:
        root = os.path.relpath(site / "_static" / FOLDER, path.parent)
        return asking(page, [f"{root}/{name}" for font, name in names.items() if FACES[font].sign.search(page)])

    rewrite(site, with_needed)


def script(static: Path, font: str, face: Face) -> str:
    """Write the script of one font, and give its name with what tells browsers that it has changed."""
    letters = (static / font).read_bytes()
    how = {"style": face.style, "weight": face.weight}
    text = SCRIPT.format(family=json.dumps(face.family), how=json.dumps(how),
                         letters=json.dumps(base64.b64encode(letters).decode()))
    file = static / FOLDER / f"{Path(font).stem}.js"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf8")
    return f"{file.name}?v={digest.of_bytes(letters)[:8]}"


def asking(page: str, addresses: list[str]) -> str:
    """A page that asks for these scripts and for no others, after the policy, which must come first."""
    tags = "".join(f"\n{TAG.format(address=address)}" for address in addresses)
    return POLICY.sub(lambda match: match[0] + tags, TAGS.sub("", page), count=1)
