"""Figures of the chapter *Bit for bit*."""

import itertools

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from handgrad.figures.style import COLOURS, INK, InlineFigure, figure, inline, settings
from handgrad.studies.bit_for_bit.bounds import Bound
from handgrad.studies.bit_for_bit.exactness import LEVELS, TITLES, counts
from handgrad.studies.bit_for_bit.spelled_lines import LINES

GROUP = 4.7  # a title and three strips


def strips(measured: dict) -> InlineFigure:
    """For every spelling three strips of 26 cells, a set of kernels each: filled where equal to autograd."""
    order, names = measured["order"], list(LINES)
    with settings():
        drawn, ax = figure(5.2, 10.8)
        for place, name in enumerate(names):
            group(ax, measured, name, GROUP * place)
        ax.set_xlim(-0.2, len(order) + 2.2)
        ax.set_ylim(GROUP * len(names) - 0.1, -0.1)
        ax.set_xticks([column + 0.5 for column in range(len(order))], order, rotation=90, fontsize=9)
        ax.set_yticks(
            [GROUP * place + 1.88 + row for place in range(len(names)) for row in range(len(LEVELS))],
            [TITLES[level] for level in LEVELS] * len(names), fontsize=8,
        )
        ax.tick_params(length=0, labeltop=True)
        for spine in ax.spines.values():
            spine.set_visible(False)
    return inline(drawn, described(measured))


def group(ax: Axes, measured: dict, name: str, top: float):
    """The title of one spelling and its strips: bars where exact, frames with strokes where not."""
    ax.text(0, top + 0.75, LINES[name].title, fontsize=10, va="center", family="monospace")
    shapes = {"0": [], "1": []}
    for row, (level, count) in enumerate(zip(LEVELS, counts(measured, name), strict=True)):
        y, x = top + 1.45 + row, 0
        for bit, run in itertools.groupby(measured["levels"][level]["exact"][name]):
            width = len(list(run))
            shapes[bit].append(rectangle(x, y, width))
            shapes[bit] += [stroke(cell, y) for cell in range(x, x + width) if bit == "0"]
            x += width
        ax.text(len(measured["order"]) + 0.3, y + 0.43, str(count), fontsize=8, va="center")
    fill(ax, shapes["1"], COLOURS[0])
    between = [Path([(column, top + 1.45), (column, top + 4.25)]) for column in range(1, x)]
    fill(ax, shapes["0"] + between, "none")


def rectangle(x: float, y: float, width: float) -> Path:
    """A run of cells."""
    corners = [(x, y), (x + width, y), (x + width, y + 0.8), (x, y + 0.8), (x, y)]
    return Path(corners, closed=True)


def stroke(x: float, y: float) -> Path:
    """A slanted line through a cell."""
    return Path([(x + 0.25, y + 0.65), (x + 0.75, y + 0.15)])


def fill(ax: Axes, shapes: list[Path], colour: str):
    """Draw many shapes as one path: the page stays light."""
    if shapes:
        whole = Path.make_compound_path(*shapes)
        ax.add_patch(PathPatch(whole, facecolor=colour, edgecolor=COLOURS[5], lw=0.6))


def described(measured: dict) -> str:
    """The same in words, for someone who cannot see it."""
    order = measured["order"]
    rows = [
        f"{LINES[name].title}: " + ", ".join(map(str, counts(measured, name))) for name in LINES
    ]
    return (
        f"{len(rows)} groups of three strips of {len(order)} cells, from {order[0]} to {order[-1]}. "
        f"How many are exact with {', '.join(TITLES[level] for level in LEVELS)}: " + "; ".join(rows) + "."
    )


def errors(bounds: list[Bound]) -> InlineFigure:
    """Four rows of dots, the worst error of each draw, and in each row the bound."""
    with settings():
        drawn, ax = figure(5.2, 2.8)
        for row, bound in enumerate(bounds):
            # The draws are spread over the height of the row in their own order.
            draws = len(bound.errors)
            heights = [row + 0.6 * (draw / draws - 0.5) for draw in range(draws)]
            ax.plot(bound.errors, heights, "o", ms=2.5, ls="none", color=COLOURS[row])
            ax.plot([bound.demand] * 2, [row - 0.4, row + 0.4], color=INK, ls="-", lw=2)
            label = f"{bound.demand:g}"
            ax.annotate(label, (bound.demand, row), (4, 0), textcoords="offset points", va="center")
        ax.set_yticks(range(len(bounds)), [bound.title for bound in bounds])
        ax.set_ylim(len(bounds) - 0.5, -0.5)
        ax.set_xlim(0, 1.1 * max(bound.demand for bound in bounds))
        ax.set_xlabel("worst error, in u times the size of the terms")
    said = "; ".join(
        f"{bound.title}, at most {max(bound.errors):.1f} of {bound.demand:g}" for bound in bounds
    )
    return inline(drawn, (
        f"{len(bounds)} rows of {len(bounds[0].errors)} dots each on one axis of errors, and in each row a bar "
        f"at its bound, to the right of all dots: {said}."
    ))
