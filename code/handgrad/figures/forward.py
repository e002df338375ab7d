"""Figures of the chapter *The forward pass*."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from matplotlib.axes import Axes
from torch import Tensor

from handgrad.figures.style import COLOURS, DASHES, INK, InlineFigure, figure, inline, settings
from handgrad.models import graph, layout
from handgrad.models.mlp.values import NETWORK
from handgrad.models.network import Network
from handgrad.support.markdown import size

# Where the values of the network of Part I stand: column 0 holds what is summed up, 1 the way through, 2 what is given.
PLACES = {
    "context": (1, 0), "table": (2, 0.6), "emb": (1, 1.2), "flat": (1, 2.4),
    "W1": (2, 3.6), "b1": (2, 4.6), "pre_bn": (1, 4.1),
    "mean": (0, 6.3), "centered": (1, 6.9), "squared": (0, 7.9), "var": (0, 9.1), "rstd": (0, 10.3),
    "xhat": (1, 10.6), "gamma": (2, 11.3), "beta": (2, 12.3), "preact": (1, 11.8), "h": (1, 13.5),
    "W2": (2, 14.7), "b2": (2, 15.7), "logits": (1, 15.2), "row_max": (0, 17.4), "shifted": (1, 18),
    "counts": (1, 19.2), "counts_sum": (0, 20), "counts_sum_inv": (0, 21.2), "probs": (1, 21.8),
    "logprobs": (1, 23), "targets": (2, 23.6), "loss": (1, 24.2),
}
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


class Layout(NamedTuple):
    """Where each value of a network stands, and the heights at which one operation ends and the next begins."""

    network: Network
    places: Mapping[str, tuple[float, float]]
    edges: tuple[float, ...]


FORWARD = Layout(NETWORK, PLACES, (3.0, 5.1, 12.8, 14.1, 16.2))


def computed(network: Network) -> Layout:
    """A layout for a network whose values nobody has placed: that of its map."""
    found = layout.layout(network)
    places = {
        name: (layout.column(network, node.value), node.y / layout.ROW) for name, node in found.nodes.items()
    }
    return Layout(network, places, tuple(band.bottom / layout.ROW for band in found.bands[:-1]))


def arrows(drawn: Layout) -> list[tuple[str, str]]:
    """The edges between values that are drawn; of the arrows to one value, that of the way through first."""
    spine, order = graph.spine(drawn.network), list(graph.by_name(drawn.network))
    found = [edge for edge in graph.edges(drawn.network) if set(edge) <= set(drawn.places)]
    return [tuple(edge) for edge in sorted(found, key=lambda edge: (order.index(edge.end), edge.start not in spine))]


def forks(drawn: Layout = FORWARD) -> list[str]:
    """The values that are used more than once."""
    starts = [start for start, _ in arrows(drawn)]
    return [name for name in drawn.places if starts.count(name) > 1]


def network(drawn: Layout = FORWARD) -> InlineFigure:
    """Every value of the forward pass with its shape, and the arrows between them; forks are drawn thick."""
    values, found, thick = graph.by_name(drawn.network), arrows(drawn), forks(drawn)
    with settings():
        page, ax = figure(5.2, 8.8 * height(drawn) / height(FORWARD))
        draw(ax, drawn, {name: f"{name} {size(values[name].shape)}" for name in drawn.places}, found)
    return inline(page, (
        f"A graph from {next(iter(values))} at the top to {list(values)[-1]} at the bottom, in "
        f"{WORDS[len(drawn.network.layers)]} parts: "
        + ", ".join(layer.title for layer in drawn.network.layers) + ". Arrows: "
        + ", ".join(f"{start} to {end}" for start, end in found)
        + f". The arrows that leave {', '.join(thick[:-1])} and {thick[-1]} are drawn thick: "
        "two leave each."
    ))


def bottom(drawn: Layout) -> float:
    """Where the figure ends."""
    return max(y for _, y in drawn.places.values()) + 0.5


def height(drawn: Layout) -> float:
    """The height of the figure, in the units of the places."""
    return bottom(drawn) + 0.75


def draw(
    ax: Axes, drawn: Layout, labels: Mapping[str, str], lines: Iterable[tuple[str, str]],
    colours: Mapping[str, str] | None = None,
) -> None:
    """Draw the values that have a label in their places, and arrows; thick where the upper end is used twice.

    colours: by value, the colour of its box and of the thick arrows at it.
    """
    places, colours, forward, thick = drawn.places, colours or {}, arrows(drawn), forks(drawn)
    ax.set_axis_off()
    boxes = {
        name: ax.text(
            *places[name], label, ha="center", va="center", fontsize=9,
            bbox={"boxstyle": "round,pad=0.25", "fc": "none", "ec": colours.get(name, INK),
                  "lw": 1.4 if name in colours else 0.6,
                  "ls": "-" if graph.by_name(drawn.network)[name].line else "--"},
        ).get_bbox_patch()
        for name, label in labels.items()
    }
    for start, end in lines:
        upper = start if (start, end) in forward else end
        fork = upper in thick
        ax.annotate("", places[end], places[start], arrowprops={
            "arrowstyle": "-|>", "color": colours.get(upper, COLOURS[1]) if fork else INK,
            "lw": 2.2 if fork else 0.9,
            "patchA": boxes[start], "patchB": boxes[end], "shrinkA": 1, "shrinkB": 1,
        })
    for layer, top in zip(drawn.network.layers, (-0.7, *drawn.edges), strict=True):
        ax.text(-0.45, top + 0.15, layer.title, fontsize=9, fontweight="bold", va="top")
    for edge in drawn.edges:
        ax.axhline(edge, color=INK, lw=0.5, ls=":")
    ax.set_xlim(-0.5, 2.4)
    ax.set_ylim(bottom(drawn), -0.75)


def draws(losses: Mapping[str, Tensor], own: float, uniform: float) -> InlineFigure:
    """The loss before training for many draws of one thing, all else as it is; a row for each thing.

    Shapes: each of losses (number of draws,).
    """
    with settings():
        drawn, ax = figure(5.2, 2.9)
        for row, found in enumerate(losses.values()):
            # Spread over the height of the row by a fixed pattern, so that no dot hides another.
            heights = [row + 0.56 * (index * 0.618 % 1 - 0.5) for index in range(len(found))]
            ax.plot(found, heights, ".", color=COLOURS[row], ms=4, ls="none", alpha=0.6)
        ax.axvline(uniform, color=INK, ls=DASHES[1], lw=1.2, label="uniform")
        ax.axvline(own, color=INK, ls=DASHES[0], lw=1.2, label="this book's")
        ax.set_yticks(range(len(losses)), list(losses))
        ax.tick_params(axis="y", length=0)
        ax.invert_yaxis()
        ax.set_xlabel("loss")
        drawn.legend(loc="outside upper center", ncols=2)
    spreads = "; ".join(f"{name}, {found.min():.2f} to {found.max():.2f}" for name, found in losses.items())
    return inline(drawn, (
        f"Dots in {len(losses)} rows, one for each draw, at its loss: {spreads}. "
        f"Lines mark the loss of the uniform guess, {uniform:.2f}, and this book's, {own:.2f}."
    ))
