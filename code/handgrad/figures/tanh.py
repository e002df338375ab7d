"""Figures of the chapter *Tanh, and derivatives read off the output*."""

import torch
from torch import Tensor

from handgrad.figures.style import COLOURS, INK, InlineFigure, figure, inline, settings

TOUCHING = {-2.0: (-74, 12), -0.5: (10, -12), 1.0: (10, -12)}  # where, and how far off the label stands
HALF = 0.8


def tangents() -> InlineFigure:
    """Tanh, and three tangents whose slopes come from the height of the curve alone."""
    across = torch.linspace(-4, 4, 201)
    with settings():
        drawn, ax = figure(5.2, 2.8)
        ax.axhline(0, color=INK, lw=0.5, ls="-")
        ax.plot(across, across.tanh(), color=COLOURS[0], ls="-")
        for x, offset in TOUCHING.items():
            y = torch.tensor(x).tanh().item()
            slope = 1 - y**2
            rise = HALF * slope
            ax.plot([x - HALF, x + HALF], [y - rise, y + rise], color=COLOURS[1], ls="-", lw=2.5)
            ax.plot(x, y, "o", color=INK, ms=4, ls="none")
            label = f"y = {y:.2f}, slope {slope:.2f}".replace("-", "−")
            ax.annotate(label, (x, y), offset, textcoords="offset points", fontsize=9)
        ax.set_xlim(-4, 4)
        ax.set_xlabel("x")
        ax.set_ylabel("y = tanh x")
    return inline(drawn, (
        "The curve of tanh from -4 to 4, S-shaped between the heights -1 and 1, with short tangents at x = "
        + ", ".join(f"{x:g}" for x in TOUCHING) + ". Beside each stand its height and its slope, "
        "1 minus the square of the height."
    ))


def outputs_and_slopes(y: Tensor) -> InlineFigure:
    """How often each output occurs, and below, over the same axis, the slope that it stands for.

    Shapes: y any, with entries from −1 to 1.
    """
    across = torch.linspace(-1, 1, 201)
    with settings():
        drawn, (above, below) = figure(5.2, 3.8, rows=2, sharex=True)
        above.hist(y.flatten().numpy(), bins=40, range=(-1, 1), color=COLOURS[0], edgecolor=INK, lw=0.3)
        above.set_ylabel("entries of h")
        below.plot(across, 1 - across**2, color=COLOURS[1], ls="-")
        below.fill_between(across, 1 - across**2, color=COLOURS[1], alpha=0.25, lw=0)
        below.set_ylim(0, 1.05)
        below.set_ylabel("slope, 1 − y²")
        below.set_xlabel("output y")
    return inline(drawn, (
        f"Above, a histogram of the {y.numel()} outputs between -1 and 1: filled over the whole range, "
        "highest near both ends. Below, over the same axis, a parabola that is 1 at output 0 and 0 at both ends."
    ))


def staircase() -> InlineFigure:
    """The slope of tanh in the tail: the true one, and the one that a float32 output still knows."""
    x = torch.linspace(6.5, 9.6, 1500)
    y = x.tanh()
    known, true = 1 - y.double() ** 2, 1 / x.double().cosh() ** 2
    kept = known > 0
    with settings():
        drawn, ax = figure(5.2, 3.0)
        ax.plot(x[kept], known[kept], ".", color=COLOURS[1], ms=2.5, ls="none", label="from the output")
        ax.plot(x, true, color=COLOURS[0], ls="-", label="true slope")
        ax.axvline(x[~kept].min(), color=INK, ls=":", lw=1)
        ax.set_yscale("log")
        ax.set_xlabel("x")
        ax.set_ylabel("slope")
        drawn.legend(loc="outside upper center", ncols=2, markerscale=4)
    return inline(drawn, (
        "The slope of tanh from x = 6.5 to 9.6 on a logarithmic axis. The true slope is a straight line that "
        "falls. The slope from the float32 output falls in steps that grow longer, and is zero from x = "
        f"{x[~kept].min().item():.2f} on."
    ))
