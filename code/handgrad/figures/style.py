"""How the book's figures look, and the object that puts one into a page.

A figure becomes inline SVG: it has no background and its ink is `currentColor`, so it is right in light and
dark mode, its text is text, and screen readers meet one image with a description. A PNG travels beside it
for LaTeX. The same figure gives the same bytes on every build.
"""

import base64
import io
from contextlib import contextmanager
from typing import NamedTuple

import matplotlib
import numpy
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from handgrad.figures.svg import INK, embed
from handgrad.ops import catalogue

ON_CELLS = ("#0a0a0a", "#ffffff")  # not INK: the cells of a heat map have the same colours in light and dark mode
DARK = 0.18  # the luminance from which downwards white stands out more than black
# Mid-tones, at least 3 to 1 against the light and the dark page; the dashes tell them apart without colour.
COLOURS = ("#2f7fc1", "#c8641f", "#2f8f5b", "#c2476b", "#8867c4", "#7d7d7d")
# Each operation has one of them where colour links its parts; book.css has shades of the same for text.
OPERATIONS = {operation.stem: COLOURS[operation.colour] for operation in catalogue.OPERATIONS}
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)), (0, (1, 3)))
# As many colours as an eye can tell apart, and an odd number, of which the middle one is white.
SHADES = 65
GRADIENTS = LinearSegmentedColormap.from_list("gradients", ["#1f5fa8", "#ffffff", "#c0282d"], SHADES)
PROBABILITIES = LinearSegmentedColormap.from_list(
    "probabilities", ["#fffbe8", "#f2c14e", "#a84a1f", "#3d1322"], SHADES
)
MAPS = {"gradient": GRADIENTS, "probability": PROBABILITIES}

SETTINGS = {
    "svg.fonttype": "none",
    "svg.hashsalt": "handgrad",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # comes with matplotlib, so the layout is the same everywhere
    "font.size": 10,
    "figure.dpi": 100,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=COLOURS) + cycler(linestyle=DASHES),
    "legend.frameon": False,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
}


@contextmanager
def settings():
    """A context in which matplotlib draws in the book's style, whatever the reader's own settings are."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(SETTINGS)
        yield


def figure(width: float = 5.2, height: float = 2.8, rows: int = 1, columns: int = 1, **options):
    """An empty figure in the book's style, and its axes. Sizes are in inches; call inside `settings()`.

    A page shows an inch as 100 pixels, and on a telephone as 65: keep to 5.2 wide.
    """
    drawn = Figure(figsize=(width, height), layout="constrained")
    return drawn, drawn.subplots(rows, columns, **options)


def heatmap(axes: Axes, values, kind: str = "gradient", limit: float | None = None, signs: bool = True):
    """Draw a matrix, cell by cell, and return what a colour bar needs.

    kind: "gradient", blue below zero, white at zero, red above; or "probability", pale 0 to dark 1.
    limit: the value with the full colour; the largest size in the matrix if it is None.
    signs: write a minus or a plus into cells above half the limit, for readers who see no colour.
    """
    values = numpy.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
    limit = limit or float(abs(values).max()) or 1.0
    norm = Normalize(-limit if kind == "gradient" else 0.0, limit)
    # `none` keeps one pixel a cell: the browser enlarges it, and the file stays small.
    image = axes.imshow(values, cmap=MAPS[kind], norm=norm, interpolation="none", aspect="auto")
    for spine in axes.spines.values():
        spine.set_visible(True)
    if kind == "gradient" and signs:
        for ink, row, column in loud(values, limit, image):
            sign = "+" if values[row, column] > 0 else "−"
            axes.text(column, row, sign, color=ink, fontsize=7, ha="center", va="center")
    return image


def ink_on(cell) -> str:
    """The ink that stands out from a cell of this colour: black or white."""
    red, green, blue = ((part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4) for part in cell[:3])
    return ON_CELLS[int(0.2126 * red + 0.7152 * green + 0.0722 * blue < DARK)]


def loud(values, limit: float, image) -> list[tuple]:
    """Ink, row and column of the cells above half the limit; those of one ink together, which the page joins."""
    cells = numpy.argwhere(abs(values) > limit / 2)
    return sorted((ink_on(image.to_rgba(values[row, column])), row, column) for row, column in cells)


class InlineFigure(NamedTuple):
    """A figure as a page shows it: SVG for the browser, PNG for print, and a description."""

    svg: str
    png: bytes
    alt: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {
            "text/html": f'<div class="inline-figure">{self.svg}</div>',
            "image/png": base64.b64encode(self.png).decode(),
            "text/plain": self.alt,
        }

    def __repr__(self) -> str:
        return self.alt


def inline(drawn: Figure, alt: str) -> InlineFigure:
    """Turn a matplotlib figure into an InlineFigure.

    alt: what is in the figure, for someone who cannot see it; the caption says what to notice.
    Raises: ValueError if alt is empty.
    """
    if not alt.strip():
        raise ValueError("a figure needs a description: say in `alt` what it shows")
    with settings():
        FigureCanvasAgg(drawn)
        vector, raster = io.StringIO(), io.BytesIO()
        drawn.savefig(vector, format="svg", metadata={"Date": None})
        drawn.savefig(raster, format="png", dpi=200, facecolor="#ffffff", metadata={"Software": None})
    return InlineFigure(embed(vector.getvalue(), alt), raster.getvalue(), alt)
