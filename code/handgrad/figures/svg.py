"""Matplotlib's SVG file made into an element of a page."""

import html
import re

from handgrad.figures.compact import compact
from handgrad.support import digest

INK = "#1b1c1d"  # a colour that nothing else in a figure has: here it becomes currentColor
LINES = "stroke-linejoin:round;stroke-linecap:butt"


def embed(svg: str, alt: str) -> str:
    """The drawing without what only a file needs: no size, no background, no names, no style sheet.

    alt: the description for readers who do not see it.
    """
    svg = svg[svg.index("<svg"):]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace(INK, "currentColor")
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    # Matplotlib's own style sheet would reach every other drawing of the page.
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    svg = compact(own_ids(svg))
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    # Matplotlib counts 72 units an inch, the page shows 100 pixels.
    style = f"width:100%;max-width:{float(box[1]) / 0.72:.0f}px;height:auto;{LINES}"
    opening = (
        f'<svg viewBox="0 0 {box[1]} {box[2]}" role="img" aria-label="{html.escape(alt)}" style="{style}" '
        'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    )
    return opening + svg[svg.index(">") + 1:].strip()


def own_ids(svg: str) -> str:
    """Keep the ids that something refers to, and make them this figure's own.

    Matplotlib names the parts of every figure alike, and two figures of one page share its ids.
    """
    salt = "f" + digest.of_bytes(svg.encode())[:8]
    used = set(re.findall(r'(?:url\(#|xlink:href="#)([^)"]+)', svg))
    svg = re.sub(r' id="([^"]+)"', lambda m: f' id="{salt}-{m[1]}"' if m[1] in used else "", svg)
    return re.sub(r'(url\(#|xlink:href="#)', rf"\1{salt}-", svg)
