"""The figures' style: the same bytes each time, nothing that reaches out of a figure, legible."""

import base64
import io
import random
import re
from pathlib import Path

import matplotlib
import numpy
import pytest
import torch
from matplotlib.colors import rgb_to_hsv, to_rgb
from PIL import Image

from handgrad.figures import style
from handgrad.figures.svg import INK
from handgrad.models.mlp.values import NETWORK
from handgrad.ops import catalogue

CSS = Path(__file__).resolve().parents[2] / "book" / "_static" / "book.css"
LIGHT_PAGE, DARK_PAGE = "#ffffff", "#14181e"


def draw(alt: str = "A line and a heat map.", slope: float = 1.0) -> style.InlineFigure:
    with style.settings():
        drawn, axes = style.figure(columns=2)
        axes[0].plot([0, 1], [0, slope], marker="o", label="$x_{bv}$")
        axes[0].legend()
        drawn.colorbar(style.heatmap(axes[1], torch.tensor([[-1.0, 0.0], [0.5, 1.0]])), ax=axes[1])
    return style.inline(drawn, alt)


def test_the_same_figure_has_the_same_bytes():
    first = draw()
    random.seed(1)
    assert draw() == first


def test_the_readers_own_settings_change_nothing():
    first = draw()
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}):
        assert draw() == first
        assert matplotlib.rcParams["font.size"] == 30, "and they are left as they were"


def test_text_is_text_and_ink_is_the_pages_own():
    svg = draw().svg
    assert "<text" in svg and INK not in svg and "fill: currentColor" in svg
    assert "DejaVu" not in svg


def test_nothing_reaches_out_of_the_figure():
    svg = draw().svg
    assert "<style" not in svg and "<metadata" not in svg and "<!DOCTYPE" not in svg
    addresses = re.findall(r'="(https?://[^"]+)"', svg)
    assert set(addresses) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}  # names only


def test_two_figures_share_no_id_and_every_reference_has_its_id():
    one, other = draw().svg, draw(slope=2.0).svg
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (one, other)]
    assert ids[0] and not ids[0] & ids[1]
    for svg, known in zip((one, other), ids, strict=True):
        assert set(re.findall(r'(?:url\(#|xlink:href="#)([^)"]+)', svg)) == known


def test_the_description_is_escaped_and_must_not_be_empty():
    assert 'aria-label="dx &lt; 0 &amp; &quot;small&quot;"' in draw('dx < 0 & "small"').svg
    with pytest.raises(ValueError, match="needs a description"):
        draw("  ")


def test_the_width_follows_the_page():
    svg = draw().svg
    assert 'viewBox="0 0 374.4 201.6"' in svg and "width:100%;max-width:520px;height:auto" in svg
    assert not re.search(r'<svg[^>]* (width|height)="', svg)


def test_what_jupyter_is_given():
    figure = draw()
    bundle = figure._repr_mimebundle_()
    assert bundle["text/html"] == f'<div class="inline-figure">{figure.svg}</div>'
    assert base64.b64decode(bundle["image/png"]) == figure.png
    assert bundle["text/plain"] == repr(figure) == figure.alt


def test_the_picture_for_print_is_dark_on_white():
    picture = Image.open(io.BytesIO(draw().png)).convert("RGB")
    assert picture.getpixel((0, 0)) == (255, 255, 255) and picture.width > 1000


def luminance(colour) -> float:
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return numpy.dot([0.2126, 0.7152, 0.0722], channels)


def contrast(one, other) -> float:
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("page", [LIGHT_PAGE, DARK_PAGE])
@pytest.mark.parametrize("colour", style.COLOURS)
def test_lines_stand_out_from_the_page(colour, page):
    assert contrast(colour, page) >= 3


def shades(theme: str) -> dict[str, str]:
    """The colours of the operations for text, by class, as the style sheet has them for light or dark."""
    rule = {"light": r":root", "dark": r'html\[data-theme="dark"\]'}[theme]
    body = re.search(rule + r" \{ (--of-.*?) \}", CSS.read_text(), re.DOTALL)[1]
    return dict(re.findall(r"--(of-[\w-]+): (#\w{6});", body))


@pytest.mark.parametrize(("theme", "pages"), [
    ("light", (LIGHT_PAGE, "#f3f4f5")), ("dark", ("#121212", DARK_PAGE, "#29313d")),
])
def test_text_in_the_colour_of_an_operation_is_legible_and_of_the_figures_hue(theme, pages):
    found = shades(theme)
    # Operations that share a colour share its shade, which is called after the first of them.
    called = {colour: stem for stem, colour in reversed(style.OPERATIONS.items())}
    assert found.keys() == {f"of-{stem.replace('_', '-')}" for stem in called.values()}
    assert set(style.OPERATIONS) == set(catalogue.BY_STEM) >= {layer.stem for layer in NETWORK.layers}
    for colour, stem in called.items():
        shade = found[f"of-{stem.replace('_', '-')}"]
        assert min(contrast(shade, page) for page in pages) >= 4.5, stem
        one, other = (rgb_to_hsv(to_rgb(c))[0] for c in (shade, colour))
        assert min(abs(one - other), 1 - abs(one - other)) < 0.05, stem
    for name in found:
        assert f".{name} {{ --of: var(--{name}); }}" in CSS.read_text()


def test_lines_differ_without_colour():
    assert len(set(map(str, style.DASHES))) == len(style.DASHES) == len(style.COLOURS)


def test_the_map_of_gradients_is_white_at_zero_blue_below_red_above():
    below, zero, above = (to_rgb(style.GRADIENTS(x)) for x in (0.0, 0.5, 1.0))
    assert min(zero) > 0.98
    assert below[2] > 2 * below[0] and above[0] > 2 * above[2]


def test_the_map_of_probabilities_darkens_all_the_way():
    light = [luminance(style.PROBABILITIES(x)) for x in numpy.linspace(0, 1, 50)]
    assert all(numpy.diff(light) < 0)


def test_signs_are_legible_on_their_cells():
    for x in [*numpy.linspace(0, 0.25, 9), *numpy.linspace(0.75, 1, 9)]:
        assert contrast(style.ink_on(style.GRADIENTS(x)), style.GRADIENTS(x)) >= 4.5


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_a_heat_map_is_symmetric_about_zero_and_marks_the_signs_of_large_cells():
    with style.settings():
        _, axes = style.figure()
        image = style.heatmap(axes, [[-2.0, 0.5], [0.0, 1.5]])
    assert image.get_clim() == (-2.0, 2.0) and set(texts(axes)) == {"−", "+"}


def test_a_heat_map_of_probabilities_begins_at_zero_and_has_no_signs():
    with style.settings():
        _, axes = style.figure()
        image = style.heatmap(axes, torch.tensor([[0.2, 0.8]]), "probability", limit=1.0)
    assert image.get_clim() == (0.0, 1.0) and texts(axes) == []


def test_a_heat_map_of_zeros_can_be_drawn():
    with style.settings():
        _, axes = style.figure()
        assert style.heatmap(axes, torch.zeros(2, 2)).get_clim() == (-1.0, 1.0)
