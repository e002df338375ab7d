"""Figures of the chapter *How fast can a gradient be?*"""

import statistics
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from handgrad.figures.style import COLOURS, INK, InlineFigure, figure, inline, settings
from handgrad.speed import stored_bench


def rungs(rows: Mapping[str, dict]) -> InlineFigure:
    """The time of a step on each rung, with the range over the rounds, and the floor as a line.

    rows: by name, as speed.rows gives them; the floor is among them.
    """
    floor = rows["floor"]["median"]
    shown = {name: row for name, row in rows.items() if name != "floor"}
    with settings():
        drawn, ax = figure(5.2, 0.9 + 0.3 * len(shown))
        ax.axvspan(rows["floor"]["fastest"], rows["floor"]["slowest"], color=COLOURS[5], alpha=0.3, lw=0)
        ax.axvline(floor, color=INK, lw=1.0, ls="--")
        for place, row in enumerate(shown.values()):
            ax.plot([row["fastest"], row["slowest"]], [place, place], color=COLOURS[0], ls="-", lw=1.5)
            ax.plot(row["median"], place, "o", color=COLOURS[0], ms=5, ls="none")
            ax.annotate(times(row), (1, place), xycoords=("axes fraction", "data"), ha="right", va="center", fontsize=9)
        ax.annotate("floor", (1.1 * floor, -0.75), ha="left", va="center", fontsize=9)
        ax.set_xscale("log")
        # Room for the numbers on the right.
        ax.set_xlim(0.7 * floor, 4 * max(row["slowest"] for row in shown.values()))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.set_xlabel("microseconds a step, on a logarithmic scale")
        ax.set_yticks(range(len(shown)), list(shown))
        ax.set_ylim(len(shown) - 0.5, -1.1)
        ax.tick_params(axis="y", length=0)
    told = "; ".join(f"{name} {row['median']:,.0f}" for name, row in rows.items())
    return inline(drawn, "For each rung a mark at the microseconds that a step takes, with the range over the rounds, "
                         f"and a dashed line at the floor: {told}.")


def blocks(rows: Sequence[dict]) -> InlineFigure:
    """How many times sooner a native step is done in blocks than with all rows at once, with the middle half of rounds.

    rows: as the record has them, with the number of rows ascending; the last has all.
    """
    sizes = [row["rows"] for row in rows]
    found = [row["faster"] for row in rows]
    halves = [each["median"] * each["spread"] / 2 for each in found]
    with settings():
        drawn, ax = figure(5.2, 2.6)
        ax.axhline(1.0, color=INK, lw=1.0, ls="--")
        ax.errorbar(sizes, [each["median"] for each in found], halves, fmt="o", color=COLOURS[0], ms=5, lw=1.5)
        ax.set_xscale("log", base=2)
        ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
        ax.set_ylim(bottom=0)
        ax.set_xlabel("rows in a block, on a logarithmic scale")
        ax.set_ylabel("times sooner")
    told = "; ".join(f"{size:,} rows {each['median']:.2f}" for size, each in zip(sizes, found, strict=True))
    return inline(drawn, "For each number of rows a mark at how many times sooner the step is done than with all rows "
                         f"at once, with the width of the middle half of the rounds, and a dashed line at 1: {told}.")


def pages(rungs: Mapping[str, list[dict]], cost: float) -> InlineFigure:
    """What a step cost in each round against the pages that it took from the system, with parallel lines.

    rungs: by name, the rounds as the record has them; cost: milliseconds a page, the slope of the lines.
    """
    most = max(one["pages"] for rounds in rungs.values() for one in rounds)
    with settings():
        drawn, ax = figure(5.2, 3.4)
        told = [along_line(ax, name, rounds, cost, COLOURS[place], "os^Dv"[place])
                for place, (name, rounds) in enumerate(rungs.items())]
        # Room for the names on the right.
        ax.set_xlim(-0.02 * most, 1.18 * most)
        ax.set_ylim(bottom=0)
        ax.xaxis.set_major_formatter("{x:,.0f}")
        ax.set_xlabel("pages of new memory a step")
        ax.set_ylabel("milliseconds a step")
    return inline(drawn, "For each rung its rounds as points, milliseconds a step against pages of new memory, along "
                         f"parallel lines: {'; '.join(told)}.")


def along_line(ax: Axes, name: str, rounds: Sequence[dict], cost: float, colour: str, marker: str) -> str:
    """Draw the rounds of a rung and their line, and say in words from where to where they go."""
    pages, spent = ([one[what] for one in rounds] for what in ("pages", "ms"))
    start, end = statistics.fmean(stored_bench.without_pages(rounds, cost)), max(pages)
    top = start + cost * end
    ax.plot(pages, spent, marker, color=colour, ms=4, mew=0, alpha=0.7, ls="none")
    ax.plot([0, end], [start, top], "-", color=colour, lw=1.2)
    ax.annotate(name, (end, top), (6, 0), textcoords="offset points", va="center", fontsize=9)
    return f"{name} {min(pages):,.0f} to {end:,.0f} pages, {min(spent):.0f} to {max(spent):.0f} ms"


def times(row: dict) -> str:
    """How often a rung fits into the time of eager autograd, if that was quoted."""
    found = row["faster"]["median"]
    return "" if found is None else f"×{found:.2f}"
