"""Figures of the chapter *Batch normalisation in one line*."""

import torch
from torch import Tensor

from handgrad.figures.style import COLOURS, INK, InlineFigure, figure, inline, settings


def regression(xhat: Tensor, dy: Tensor, unit: int) -> InlineFigure:
    """One column of dy over xhat, the line that batch normalisation takes away, and what it leaves.

    Shapes: xhat, dy (B, H); unit from 0 to H − 1.
    """
    across, up = xhat[:, unit], dy[:, unit]
    slope = (across * up).sum() / (len(across) - 1)
    ends = torch.stack([across.min(), across.max()])
    with settings():
        drawn, ax = figure(5.2, 3.2)
        ax.vlines(across, up.mean() + slope * across, up, color=COLOURS[1], lw=1.2, label="what passes")
        ax.plot(ends, up.mean() + slope * ends, color=COLOURS[0], ls="--", label="what is taken away")
        ax.plot(across, up, "o", color=INK, ms=4, ls="none", label="dy, one dot a row")
        ax.set_xlabel(f"xhat, column h = {unit}")
        ax.set_ylabel("dy, the same column")
        drawn.legend(loc="outside upper center", ncols=2)
    return inline(drawn, (
        f"A scatter plot of {len(across)} points, dy against xhat, with the least-squares line through them and "
        "a vertical segment from each point to the line."
    ))
