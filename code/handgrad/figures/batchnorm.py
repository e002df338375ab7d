"""Figures of the chapter *Batch normalisation, line by line*."""

from torch import Tensor

from handgrad.figures.style import COLOURS, DASHES, INK, InlineFigure, figure, inline, settings

# Where each value stands in the drawing, and which values it is computed from.
PLACES = {
    "x": (0, 1), "mean": (1, 2), "centered": (2, 1), "squared": (3, 2), "var": (4, 2),
    "rstd": (5, 2), "xhat": (6, 1), "y": (7, 1), "gamma": (6, 0), "beta": (7, 0),
}
ARROWS = (
    ("x", "mean"), ("x", "centered"), ("mean", "centered"), ("centered", "squared"), ("squared", "var"),
    ("var", "rstd"), ("rstd", "xhat"), ("centered", "xhat"), ("xhat", "y"), ("gamma", "y"), ("beta", "y"),
)


def room(name: str, other: str) -> float:
    """How far from the middle of a name an arrow to or from another ends, in points."""
    level = PLACES[name][1] == PLACES[other][1]
    return 4 + 2.8 * len(name) if level else 17  # a name is wide and not high


def graph() -> InlineFigure:
    """The values of batch normalisation and the arrows between them; forks are drawn in a second colour."""
    leaving = [start for start, _ in ARROWS]
    with settings():
        drawn, ax = figure(5.2, 2.3)
        ax.set_axis_off()
        for start, end in ARROWS:
            fork = leaving.count(start) > 1
            ax.annotate("", PLACES[end], PLACES[start], arrowprops={
                "arrowstyle": "-|>", "color": COLOURS[1] if fork else INK, "lw": 2.2 if fork else 1.0,
                "shrinkA": room(start, end), "shrinkB": room(end, start),
            })
        for name, (column, row) in PLACES.items():
            ax.text(column, row, name, ha="center", va="center", fontsize=9)
        ax.set_xlim(-0.4, 7.4)
        ax.set_ylim(-0.3, 2.3)
    return inline(drawn, (
        "A graph. Arrows: " + ", ".join(f"{start} to {end}" for start, end in ARROWS)
        + ". The arrows that leave x and centered are drawn thick: two leave each."
    ))


def paths(via_xhat: Tensor, via_squared: Tensor, via_mean: Tensor, unit: int) -> InlineFigure:
    """One column of dx as the sum of its three paths, row by row.

    Shapes: via_xhat, via_squared, via_mean (B, H); unit from 0 to H − 1.
    """
    parts = {"straight": via_xhat, "through the variance": via_squared, "through the mean": via_mean}
    with settings():
        drawn, ax = figure(5.2, 3.2)
        for (label, part), colour, dash in zip(parts.items(), COLOURS, DASHES, strict=False):
            ax.plot(part[:, unit], color=colour, ls=dash, label=label, lw=1.5)
        ax.plot(sum(parts.values())[:, unit], "o", color=INK, ms=4, ls="none", label="dx, their sum")
        ax.axhline(0, color=INK, lw=0.5, ls="-")
        ax.set_xlabel(f"row b, 0 to {len(via_xhat) - 1}")
        ax.set_ylabel(f"gradient of column h = {unit}")
        drawn.legend(loc="outside upper center", ncols=2)
    return inline(drawn, (
        f"Three lines over the {len(via_xhat)} rows of one column: the straight path varies most, the path through "
        "the variance is smaller and varies from row to row, the path through the mean is constant. "
        "Dots show their sum, dx."
    ))
