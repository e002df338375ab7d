"""A drawing on fewer letters, which shows the same.

Matplotlib writes six decimals, a group around every mark, an element for every letter in a cell, and a heat map with
four bytes a cell, although a colour map has few colours. Most of what a page with large figures weighed was that.
"""

import base64
import io
import re
from itertools import groupby
from xml.etree import ElementTree

import numpy
from PIL import Image

SVG, LINK = "http://www.w3.org/2000/svg", "{http://www.w3.org/1999/xlink}href"
PNG = "data:image/png;base64,"
# A page shows a unit as 1.4 pixels: two decimals place a mark to within a hundredth of a pixel.
LONG = re.compile(r"-?\d+\.\d{3,}")
# An image of a few cells is enlarged by the numbers of a matrix: there a hundredth would be seen.
MATRIX = re.compile(r"(matrix\([^)]*\))")
COMMAND = re.compile(r"\s*([MLHVCSQTAZ])\s*", re.IGNORECASE)
COLOURS = 256  # that a palette can hold


def compact(svg: str) -> str:
    """The drawing of an <svg> element, on fewer letters."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(svg)
    shorten(root)
    return ElementTree.tostring(root, encoding="unicode")


def shorten(element: ElementTree.Element) -> None:
    """Shorten what is in an element; what a group without attributes holds takes its place."""
    element.text, found = None, []
    for child in element:
        shorten_attributes(child.attrib)
        child.tail = None
        if not child.tag.endswith("}text"):  # there a space is a space
            shorten(child)
        bare = child.tag.endswith("}g") and not child.attrib
        found += child if bare else [] if unseen(child) else [child]
    element[:] = [one for key, run in groupby(found, alike) for one in (joined(list(run)) if key else run)]


def shorten_attributes(attributes: dict[str, str]) -> None:
    """Two decimals, paths without spaces, no turns by nothing, images with a palette."""
    for name, value in attributes.items():
        if name == "d":
            value = COMMAND.sub(r"\1", value.strip())
        if name == LINK and value.startswith(PNG):
            attributes[name] = PNG + base64.b64encode(indexed(base64.b64decode(value[len(PNG):]))).decode()
        elif name not in ("viewBox", LINK):
            parts = MATRIX.split(value)
            attributes[name] = "".join(part if MATRIX.match(part) else LONG.sub(rounded, part) for part in parts)
    if attributes.get("transform", "").startswith(("rotate(0 ", "rotate(-0 ")):
        del attributes["transform"]


def rounded(match: re.Match) -> str:
    """The number with two decimals, and none that is zero at the end."""
    text = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def unseen(element: ElementTree.Element) -> bool:
    """Whether it is a path with neither line nor filling, or holds nothing."""
    if element.tag.endswith(("}g", "}defs")):
        return not len(element)
    return element.tag.endswith("}path") and element.get("style") == "fill: none"


def alike(element: ElementTree.Element) -> str:
    """What two letters must have in common to stand in one element; nothing for all else."""
    letter = element.tag.endswith("}text") and len(element.text or "") == 1 and not len(element)
    return element.get("style", "") if letter and set(element.attrib) == {"x", "y", "style"} else ""


def joined(letters: list[ElementTree.Element]) -> list[ElementTree.Element]:
    """One element for letters of one style; each keeps its place."""
    first = letters[0]
    first.text = "".join(letter.text for letter in letters)
    first.attrib.update({axis: " ".join(letter.get(axis) for letter in letters) for axis in "xy"})
    return [first]


def indexed(png: bytes) -> bytes:
    """The same image with a palette, if it has few colours and none is transparent."""
    pixels = numpy.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    palette, places = numpy.unique(pixels.reshape(-1, 4), axis=0, return_inverse=True)
    if len(palette) > COLOURS or (palette[:, 3] < 255).any():
        return png
    made = Image.fromarray(places.reshape(pixels.shape[:2]).astype("uint8")).convert("P")
    made.putpalette(palette[:, :3].tobytes())
    file = io.BytesIO()
    made.save(file, "PNG", optimize=True)
    return min(png, file.getvalue(), key=len)
