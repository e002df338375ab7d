"""Figures of the chapter *The bug zoo*."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.data import names
from handgrad.figures.style import COLOURS, INK, InlineFigure, figure, heatmap, inline, settings
from handgrad.studies.zoo.riddles import anonymous
from handgrad.studies.zoo.stored_runs import Entry
from handgrad.studies.zoo.walk import Walk, by_name, scene, walk

FAR = 10.0  # a difference of the loss that is written, and not drawn
SHOWN = 16  # columns of a hidden layer: as many as leave room for the signs in the cells


class Panel(NamedTuple):
    """A heat map: its title, its cells, and the words for what runs across and down."""

    title: str
    cells: Tensor
    across: str
    down: str
    letters: str = ""


def gaps(entries: Sequence[Entry], errors: Mapping[str, tuple[float, float]]) -> InlineFigure:
    """Left, how much loss each bug costs, with its interval; right, how far its gradient is off.

    entries: in the order of the rows, from the top; errors: by name, relative error and cosine.
    """
    places = range(len(entries))
    drawable = [one for one in entries if one.paired and one.paired.high < FAR]
    furthest = max([0.1, *(one.paired.high for one in drawable)])
    with settings():
        drawn, (left, right) = figure(5.2, 0.6 + 0.22 * len(entries), columns=2, sharey=True, width_ratios=(1.25, 1))
        left.axvline(0, color=INK, lw=0.8, ls="-")
        for place, one in zip(places, entries, strict=True):
            if one in drawable:
                left.plot([one.paired.low, one.paired.high], [place, place], color=COLOURS[0], ls="-", lw=1.5)
                left.plot(one.paired.mean, place, "o", color=COLOURS[0], ms=3.5, ls="none")
            elif one.runs:
                left.annotate(cost(one), (1, place), xycoords=("axes fraction", "data"), ha="right", va="center")
            right.plot(errors[one.name][0], place, "s", color=COLOURS[1], ms=4, ls="none")
        # Around zero the axis is straight, further out each power of ten is as wide as the one before.
        left.set_xscale("symlog", linthresh=0.01, linscale=1.0)
        left.set_xlim(-0.02, 2 * furthest)
        left.set_xticks([tick for tick in (-0.01, 0, 0.01, 0.1, 1) if tick < 2 * furthest])
        left.xaxis.set_major_formatter("{x:g}")
        left.set_xlabel("loss, less that of the right one")
        left.set_yticks(places, [one.name for one in entries], fontsize=9)
        left.set_ylim(len(entries) - 0.5, -0.5)
        right.set_xscale("log")
        right.xaxis.set_major_formatter("{x:g}")
        right.set_xlabel("relative error")
        for ax in (left, right):
            ax.tick_params(axis="y", length=0)
            ax.grid(axis="y", color=COLOURS[5], lw=0.4, ls="-", alpha=0.5)
    rows = "; ".join(f"{one.name}: {cost(one)}, {errors[one.name][0]:.2g}" for one in entries)
    return inline(drawn, "For each bug a row of two marks, its cost in loss on the left and the relative error of its "
                         f"gradient on the right, from a log scale. {rows}.")


def cost(one: Entry) -> str:
    """The mean difference of an entry in words."""
    if one.failed:
        return "fails"
    if not one.paired:
        return "not recorded"
    return f"{one.paired.mean:+.4f}" if one.paired.mean < FAR else f"{one.paired.mean:+,.0f}"


def columns() -> InlineFigure:
    """Errors of dpre_bn where the mean, and where the variance, is a constant, and x̂ beside them."""
    panels = [hidden(name, error(name).pre_bn) for name in ("constant mean", "constant variance")]
    return maps([*panels, hidden("x̂", scene().values.xhat)],
                "In the first, each column has one colour. The second has the pattern of the third, x̂, "
                "each column times a number of its own")


def factors() -> InlineFigure:
    """The right dpre_bn, and the errors of two bugs that multiply it."""
    panels = [hidden(name, error(name).pre_bn) for name in ("no gain", "no mean")]
    return maps([hidden("right gradient", walk().pre_bn), *panels],
                "The third repeats the first in all its cells. The second repeats it column by column, some "
                "columns strong, some pale, some with blue and red exchanged")


def places() -> InlineFigure:
    """Errors that sit at an index: rows of the table, one-hots of the logits; and one that sits everywhere."""
    table, W1 = error("last write wins").table, error("dflat for flat").W1[:, :SHOWN]
    logits = error("neighbour's target").logits[scene().targets.argsort(stable=True)]
    return maps([rows("last write wins", table),
                 Panel("neighbour's target", logits, f"v, 0 to {logits.shape[1] - 1}", "b, sorted by target"),
                 Panel("dflat for flat", W1, f"h, 0 to {SHOWN - 1}", "input, t·D + d")],
                "In the first some rows are filled and the others are white. In the second a staircase of red cells "
                "descends from left to right, with one scattered blue cell in each row. The third is filled without "
                "a pattern", (1, 2.0, 1.4))


def riddles(letters: str) -> InlineFigure:
    """The errors of anonymous backward passes, each in the first gradient that it makes wrong."""
    return maps([riddle(letter) for letter in letters], "The first gradients that three backward passes make wrong")


def riddle(letter: str) -> Panel:
    """The error of one of them."""
    wrong = anonymous(letter)
    off = Walk(*(got - right for got, right in zip(wrong, walk(), strict=True)))
    # In the order of the backward pass; what rounding leaves is smaller by far.
    name = next(n for n, e in off._asdict().items() if e.abs().max() > 1e-9)
    cells = getattr(off, name)
    if name == "table":
        return rows(f"{letter}: dtable", cells)
    if name == "logits":
        return Panel(f"{letter}: dlogits", cells, f"v, 0 to {cells.shape[1] - 1}", "example b")
    return hidden(f"{letter}: d{name}", cells)


def error(name: str) -> Walk:
    """Every gradient that the bug of that name makes, less the right one."""
    return Walk(*(got - right for got, right in zip(walk(by_name(name)), walk(), strict=True)))


def hidden(title: str, cells: Tensor) -> Panel:
    """The first columns of a value of shape (B, H)."""
    return Panel(title, cells[:, :SHOWN], f"h, 0 to {SHOWN - 1}", "example b")


def rows(title: str, cells: Tensor) -> Panel:
    """A gradient of the table, with the letters of its rows."""
    return Panel(title, cells, f"d, 0 to {cells.shape[1] - 1}", "", names.load().vocabulary)


def maps(panels: Sequence[Panel], alt: str, widths: Sequence[float] | None = None) -> InlineFigure:
    """Heat maps side by side, each with a scale of its own: it is the shape that counts."""
    with settings():
        drawn, axes = figure(5.2, 3.9, columns=len(panels), width_ratios=widths)
        for ax, panel in zip(axes, panels, strict=True):
            heatmap(ax, panel.cells)
            ax.set_title(panel.title, loc="left", fontsize=10)
            ax.set_xlabel(panel.across, fontsize=9)
            ax.set_ylabel(panel.down, fontsize=9)
            ax.set_xticks([])
            ax.set_yticks(range(len(panel.letters)), list(panel.letters), fontsize=8)
            ax.tick_params(length=0)
    titles = ", ".join(f"{panel.title} ({'×'.join(map(str, panel.cells.shape))})" for panel in panels)
    return inline(drawn, f"Heat maps, blue below zero and red above: {titles}. {alt}.")


def read_once() -> str:
    """The characters that the contexts of the minibatch hold exactly once."""
    vocabulary = names.load().vocabulary
    counts = torch.bincount(scene().context.flatten(), minlength=len(vocabulary))
    return "".join(letter for letter, count in zip(vocabulary, counts.tolist(), strict=True) if count == 1)
