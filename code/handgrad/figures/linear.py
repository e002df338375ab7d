"""Figures of the chapter *The linear operation*."""

import torch
from torch import Tensor

from handgrad.figures.style import COLOURS, InlineFigure, figure, heatmap, inline, settings

UNITS = 8
EXAMPLES = (0, 1, 2)


def outer_products(x: Tensor, dy: Tensor, targets: Tensor, vocabulary: str) -> InlineFigure:
    """What single examples write into dW, the first eight rows of it, and below what all of them write.

    Shapes: x (B, M); dy (B, N); targets (B,), the column of each example that a triangle marks;
    vocabulary has N characters.
    """
    parts = {f"example {b}": torch.outer(x[b], dy[b])[:UNITS] for b in EXAMPLES}
    shared = max(part.abs().max().item() for part in parts.values())
    whole = (x.T @ dy)[:UNITS]
    with settings():
        drawn, axes = figure(5.2, 6.0, rows=len(parts) + 1, sharex=True)
        for ax, b, (title, part) in zip(axes, EXAMPLES, parts.items(), strict=False):
            image = heatmap(ax, part, limit=shared)
            ax.plot(targets[b], -1.1, "v", color=COLOURS[5], ms=7, ls="none", clip_on=False)
            ax.set_ylim(UNITS - 0.5, -0.5)  # the triangle stands above the matrix, not in it
            ax.set_title(f"{title}, target {vocabulary[targets[b]]!r}", loc="right")
        drawn.colorbar(image, ax=axes[:-1], shrink=0.5)
        drawn.colorbar(heatmap(axes[-1], whole), ax=axes[-1])
        axes[-1].set_title(f"dW, the sum over all {len(x)} examples", loc="right")
        for ax in axes:
            ax.set_ylabel("input m")
        axes[-1].set_xticks(range(dy.shape[1]), list(vocabulary), fontsize=8)
        axes[-1].set_xlabel(f"output n, one of {dy.shape[1]} characters")
    return inline(drawn, (
        f"Four heat maps of {UNITS} rows by {dy.shape[1]} columns. In the first three, one for each of "
        f"examples {', '.join(map(str, EXAMPLES))}, every row is a multiple of the same row, and one column, "
        "marked by a triangle, is the strongest. The fourth is the sum over all examples and has no such "
        "pattern."
    ))
