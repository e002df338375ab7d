"""Figures of the chapter *Softmax and cross-entropy in one line*."""

import torch
from torch import Tensor

from handgrad.figures.style import COLOURS, INK, InlineFigure, figure, heatmap, inline, settings

LETTERS = ".abcdefghijklmnopqrstuvwxyz"


def jacobian(J: Tensor) -> InlineFigure:
    """The Jacobian of softmax for one row, with the most probable letter ringed.

    Shapes: J (V, V).
    """
    V = len(J)
    largest = int(J.diagonal().argmax())
    with settings():
        drawn, ax = figure(4.6, 3.9)
        # Off the diagonal the entries are products of two probabilities: a tenth of the scale shows them.
        image = heatmap(ax, J, limit=J.abs().max().item() / 3, signs=False)
        ax.plot(largest, largest, "o", mfc="none", mec="#111111", ms=9, ls="none")
        ax.set_xlabel(f"logit j, 0 to {V - 1}")
        ax.set_ylabel(f"probability i, 0 to {V - 1}")
        drawn.colorbar(image, ax=ax, extend="both")
    return inline(drawn, (
        f"A heat map of {V} rows by {V} columns: positive on the diagonal, negative elsewhere. "
        f"Row and column {largest} are the strongest."
    ))


def pull_and_push(dlogits: Tensor, targets: Tensor, row: int) -> InlineFigure:
    """One row of dlogits as bars, one a letter; the target's bar is hatched and points down.

    Shapes: dlogits (B, V); targets (B,); row from 0 to B − 1.
    """
    values, target = dlogits[row], int(targets[row])
    colours = [COLOURS[0] if v == target else COLOURS[1] for v in range(len(values))]
    with settings():
        drawn, ax = figure(5.2, 2.8)
        bars = ax.bar(range(len(values)), values.tolist(), color=colours)
        bars[target].set_hatch("///")
        ax.axhline(0, color=INK, lw=0.8, ls="-")
        ax.set_xticks(range(len(values)), LETTERS[:len(values)], fontsize=8)
        ax.set_xlabel("letter v")
        ax.set_ylabel(f"dlogits, row {row}")
    pushes = torch.cat([values[:target], values[target + 1:]])
    return inline(drawn, (
        f"A bar chart of row {row} of dlogits. The bar of the target, {LETTERS[target]!r}, is negative; "
        f"the other {len(pushes)} bars are positive and of different heights."
    ))
