"""Figures of the chapter *The embedding*."""

import torch
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from handgrad.figures.style import COLOURS, INK, InlineFigure, figure, heatmap, inline, settings

STEP = 0.3  # how far the dots of one context stand apart, where the examples stand 1 apart


def scatter(context: Tensor, dtable: Tensor, vocabulary: str) -> InlineFigure:
    """Left, a dot for each place of the minibatch in the row of its character; right, what a row adds up to.

    Shapes: context (B, T); dtable (V, D); vocabulary has V characters.
    """
    (B, T), (V, D) = context.shape, dtable.shape
    across = torch.arange(B).unsqueeze(1) + STEP * (torch.arange(T) - (T - 1) / 2)
    places, across = context.flatten(), across.flatten()
    times = torch.bincount(places, minlength=V).tolist()
    last = ~(places.unsqueeze(1) == places).triu(1).any(1)
    with settings():
        drawn, (left, right) = figure(5.2, 5.6, columns=2, sharey=True, width_ratios=(2.7, 1))
        image = heatmap(right, dtable)
        for row in range(V):
            left.axhline(row, color=COLOURS[5], lw=0.4, ls="-", alpha=0.6)
        left.plot(across, places, "o", color=COLOURS[0], ms=2.5, ls="none")
        left.plot(across[last], places[last], "o", mfc="none", mec=INK, ms=6.5, mew=0.9, ls="none")
        left.set_yticks(range(V), list(vocabulary), fontsize=9)
        left.tick_params(axis="y", length=0)
        left.set_xlabel(f"example b, 0 to {B - 1}")
        left.set_title("places that read the row", loc="left", fontsize=10)
        right.tick_params(axis="y", length=0, labelleft=False)
        right.set_xlabel(f"d, 0 to {D - 1}")
        right.set_title("dtable", loc="left", fontsize=10)
        counts = right.secondary_yaxis("right")
        counts.set_yticks(range(V), times, fontsize=9)
        counts.tick_params(length=0)
        counts.spines[:].set_visible(False)
        counts.set_ylabel("number of places")
        drawn.colorbar(image, ax=right, orientation="horizontal", ticks=MaxNLocator(2, symmetric=True))
    most = max(range(V), key=times.__getitem__)
    return inline(drawn, (
        f"Left, a grid of {V} rows, one for each character, with {B * T} dots, {T} for each of {B} examples, "
        f"each in the row of its character. The row of {vocabulary[most]!r} has {times[most]} dots; "
        f"{times.count(0)} rows have none. In each row the last dot is ringed. "
        "Right, the gradient of the table: rows without dots are zero."
    ))
