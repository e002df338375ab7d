"""Figures of the chapter *The whole backward pass*."""

import torch
from matplotlib.ticker import LogLocator
from torch import Tensor

from handgrad.figures.forward import PLACES, Layout, arrows, bottom, draw, forks
from handgrad.figures.style import COLOURS, INK, OPERATIONS, InlineFigure, figure, inline, settings
from handgrad.models import graph
from handgrad.models.mlp.values import NETWORK

# A value at a border is made by one operation and used by the next, which makes its gradient. So the borders lie
# elsewhere than in the map of the forward pass, and the parameters stand above what their gradients are made from.
BACKWARD = Layout(
    NETWORK,
    PLACES | {"table": (2, 0.3), "W1": (2, 2.6), "b1": (2, 3.5), "pre_bn": (1, 4.5), "gamma": (2, 9.9),
              "beta": (2, 10.9), "preact": (1, 12.1), "W2": (2, 13.6), "b2": (2, 14.5), "logits": (1, 15.5)},
    (1.8, 4.0, 11.5, 12.9, 15.0),
)


def way_back(drawn: Layout = BACKWARD) -> InlineFigure:
    """The network with every arrow turned round, and the number of each gradient in the order of the walk."""
    walk = graph.back(drawn.network)
    numbers = {value.name: number for number, value in enumerate(walk)}
    turned = [(end, start) for start, end in arrows(drawn) if start in numbers]
    labels = {name: f"{numbers[name]}  d{name}" for name in drawn.places if name in numbers}
    colours = {value.name: OPERATIONS[value.chapter] for value in walk}
    with settings():
        page, ax = figure(5.2, 8.8)
        draw(ax, drawn, labels, turned, colours)
        borders = zip(drawn.network.layers, (-0.7, *drawn.edges), (*drawn.edges, bottom(drawn)), strict=True)
        for layer, top, end in borders:
            ax.plot([-0.49, -0.49], [top + 0.1, end - 0.1], color=OPERATIONS[layer.stem], lw=4, ls="-")
    return inline(page, (
        f"The graph of the network with its arrows turned round, from d{walk[0].name} at the bottom to "
        f"d{walk[-1].name} at the top. In the order of the walk: "
        + ", ".join(f"{number} d{name}" for name, number in numbers.items())
        + f". Two thick arrows meet in each of {', '.join(f'd{name}' for name in forks(drawn))}. "
        "The boxes of an operation, and a bar beside them, have its colour."
    ))


def norms(gradients: tuple, precise: tuple) -> InlineFigure:
    """The norm of every gradient in the order of the walk, in float32 and in float64.

    gradients, precise: the Steps of the same backward pass in either precision.
    """
    names = [value.name for value in graph.back(NETWORK) if value.name != "loss"]
    rows = range(len(names))
    with settings():
        drawn, ax = figure(5.2, 5.4)
        for found, colour, marker, label in (
            (gradients, COLOURS[0], "o", "float32"), (precise, COLOURS[1], "x", "float64"),
        ):
            sizes = [norm(getattr(found, name)) for name in names]
            ax.plot(sizes, rows, marker, color=colour, mfc="none", ms=6, ls="none", label=label)
        ax.set_yticks(rows, [f"{row + 1}  d{name}" for row, name in enumerate(names)], fontsize=8)
        ax.grid(axis="y", color=INK, lw=0.3, alpha=0.4)
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(numticks=6))
        ax.invert_yaxis()
        ax.set_xlabel("norm")
        drawn.legend(loc="outside upper center", ncols=2)
    found = ", ".join(f"d{name} {norm(getattr(gradients, name)):.1e}" for name in names)
    return inline(drawn, f"Dots at the norm of each gradient, on a logarithmic scale. In float32: {found}.")


def norm(values: Tensor) -> float:
    """The square root of the sum of squares."""
    return torch.linalg.vector_norm(values).item()
