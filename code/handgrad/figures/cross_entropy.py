"""Figures of the chapter *From the loss to the logits*."""

import torch
from torch import Tensor

from handgrad.figures.style import InlineFigure, figure, heatmap, inline, settings

ROWS = 8


def sparse_and_dense(dlogprobs: Tensor, dlogits: Tensor, targets: Tensor) -> InlineFigure:
    """The first and the last gradient of the chapter, the first eight rows, with the targets ringed.

    Shapes: dlogprobs, dlogits (B, V); targets (B,).
    """
    with settings():
        drawn, axes = figure(5.2, 4.4, rows=2, sharex=True)
        for ax, gradient, name in zip(axes, (dlogprobs, dlogits), ("dlogprobs", "dlogits"), strict=True):
            limit = gradient[:ROWS].abs().max().item()
            image = heatmap(ax, gradient[:ROWS], limit=limit, signs=False)
            ax.plot(targets[:ROWS], torch.arange(ROWS), "o", mfc="none", mec="#111111", ms=8, ls="none")
            ax.set_title(f"{name}, rows 0 to {ROWS - 1}", loc="left")
            ax.set_ylabel("row b")
            drawn.colorbar(image, ax=ax, shrink=0.9)
        axes[1].set_xlabel(f"character v, 0 to {dlogits.shape[1] - 1}")
    return inline(drawn, (
        f"Two heat maps of {ROWS} rows by {dlogits.shape[1]} columns. In dlogprobs one entry a row is negative, "
        "at the target, and all others are zero. In dlogits the target's entry is negative and every other "
        "entry is positive."
    ))
