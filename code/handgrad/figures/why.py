"""Figures of the chapter *Why by hand?*."""

from collections.abc import Mapping

from torch import Tensor

from handgrad.figures.style import COLOURS, DASHES, INK, InlineFigure, figure, inline, settings

BLOCK = 100


def curves(losses: Mapping[str, Tensor]) -> InlineFigure:
    """The loss of trainings, each the mean of BLOCK minibatches, by name.

    Shapes: each of losses (steps,), steps a multiple of BLOCK.
    """
    means = {name: found.view(-1, BLOCK).mean(1) for name, found in losses.items()}
    with settings():
        drawn, ax = figure(5.2, 3.2)
        for name, mean in means.items():
            ax.plot(middles(mean), mean, label=name, lw=1.6)
        ax.set_xlabel("step")
        ax.set_ylabel("loss")
        drawn.legend(loc="outside upper center", ncols=len(means))
    ends = "; ".join(f"{name} from {mean[0]:.2f} to {mean[-1]:.2f}" for name, mean in means.items())
    return inline(drawn, f"Two falling curves of the loss over the steps, close together: {ends}.")


def gaps(differences: Mapping[str, Tensor]) -> InlineFigure:
    """How far one training lies above the other on the same minibatches, in means of BLOCK, by name.

    Shapes: each of differences (steps,), steps a multiple of BLOCK.
    """
    means = {name: found.view(-1, BLOCK).mean(1) for name, found in differences.items()}
    with settings():
        drawn, ax = figure(5.2, 3.0)
        ax.axhline(0, color=INK, lw=0.8, ls="-")
        for (name, mean), colour, dash in zip(means.items(), COLOURS, DASHES, strict=False):
            ax.plot(middles(mean), mean, color=colour, ls=dash, label=name, lw=1.6)
        ax.set_xlabel("step")
        ax.set_ylabel("loss, B less A")
        drawn.legend(loc="outside upper center", ncols=len(means))
    ends = "; ".join(f"{name} from {mean[0]:.3f} to {mean[-1]:.3f}" for name, mean in means.items())
    return inline(drawn, f"Curves of the loss of B less that of A over the steps: {ends}.")


def middles(mean: Tensor) -> list[float]:
    """The step in the middle of each block."""
    return [BLOCK * (block + 0.5) for block in range(len(mean))]
