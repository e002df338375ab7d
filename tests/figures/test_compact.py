"""A drawing on fewer letters: what is shortened, and that all of it is still there."""

import base64
import io
import random
import re

import pytest
from PIL import Image

from handgrad.figures.compact import PNG, compact, indexed

OPENING = ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
           'viewBox="0 0 374.4 201.625">')
TEXT = '<g><text style="{style}" x="{x}" y="{y}">{text}</text></g>'


def inside(drawing):
    """What a drawing holds after it was made compact."""
    made = compact(f"{OPENING}\n{drawing}\n</svg>")
    return re.fullmatch(r"<svg [^>]*?(?: /|>(.*)</svg)>", made, re.DOTALL)[1] or ""


@pytest.mark.parametrize(("written", "read"), [
    ("M 1.234567 -2.5 \nL 3.999999 -0.001234 \nz\n", "M1.23 -2.5L4 0z"),
    ("M 0 0 C 12.345678 100.000001 -0.005 1e-05 7 7", "M0 0C12.35 100 -0.01 1e-05 7 7"),
    ("M 12345.678901 0", "M12345.68 0"),
])
def test_a_path_keeps_two_decimals_and_no_space_that_it_does_not_need(written, read):
    assert inside(f'<path d="{written}" style="stroke: red"/>') == f'<path d="{read}" style="stroke: red" />'


def test_the_enlargement_of_an_image_is_kept_whole_and_the_box_of_the_drawing_too():
    image = '<image transform="matrix(6.612426 0 0 7.756259 16.000943 16.598756)" width="16" />'
    assert inside(image) == image
    assert 'viewBox="0 0 374.4 201.625"' in compact(f"{OPENING}</svg>")


def test_what_cannot_be_seen_goes_and_what_can_stays():
    assert inside('<g><g/><defs></defs><path d="M 0 0" style="fill: none"/></g>') == ""
    for seen in ('<path d="M0 0" style="fill: none; stroke: red" />', '<path d="M0 0" />',
                 '<g clip-path="url(#a)"><use x="1" /></g>', '<defs><path d="M0 0" id="a" /></defs>'):
        assert inside(f"<g>\n{seen}\n</g>") == seen


def test_letters_of_one_style_become_one_element_in_which_each_has_its_place():
    letters = [("a", "1", "2", "+"), ("a", "3", "2", "\u2212"), ("b", "5", "6.123", "+"), ("b", "7", "8", "+")]
    drawing = "".join(TEXT.format(style=style, x=x, y=y, text=text) for style, x, y, text in letters)
    assert inside(drawing) == ('<text style="a" x="1 3" y="2 2">+\u2212</text>'
                               '<text style="b" x="5 7" y="6.12 8">++</text>')


@pytest.mark.parametrize("kept", [
    '<text style="a" x="1" y="2">two</text><text style="a" x="1" y="2">words</text>',
    '<text style="a" x="1" y="2"><tspan x="3">a</tspan> <tspan>b</tspan></text>',
    '<text style="a" transform="rotate(-90 1 2)" x="1" y="2">a</text><text style="a" x="1" y="2">b</text>',
    '<text x="1" y="2">a</text><text x="3" y="4">b</text>',
])
def test_words_and_turned_letters_stay_as_they_are(kept):
    assert inside(kept) == kept


def test_a_turn_by_nothing_goes():
    assert inside('<text transform="rotate(-0 1.5 2.5)" x="1">ab</text>') == '<text x="1">ab</text>'
    assert "rotate(-0.5 " in inside('<text transform="rotate(-0.5 1.5 2.5)" x="1">ab</text>')


def png(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def picture(colours, alpha=255):
    image = Image.new("RGBA", (32, 32))
    drawn = random.Random(0)
    some = [(*drawn.randbytes(3), alpha) for _ in range(colours)]
    image.putdata([*some, *drawn.choices(some, k=1024 - colours)])
    return image


def test_a_heat_map_gets_a_palette_and_keeps_every_pixel():
    image = picture(65)
    found = re.search(f'"{PNG}([^"]*)"', inside(f'<image xlink:href="{PNG}{base64.b64encode(png(image)).decode()}" />'))
    small = Image.open(io.BytesIO(base64.b64decode(found[1])))
    assert small.mode == "P" and small.convert("RGBA").tobytes() == image.tobytes()
    assert len(indexed(png(image))) < len(png(image))


@pytest.mark.parametrize("image", [picture(1024), picture(5, alpha=128)])
def test_an_image_of_many_colours_and_a_transparent_one_stay(image):
    assert indexed(png(image)) == png(image)
