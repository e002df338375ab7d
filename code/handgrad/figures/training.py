"""Figures of the chapter *200,000 steps*."""

from matplotlib.ticker import MultipleLocator

from handgrad.figures.style import COLOURS, INK, InlineFigure, figure, inline, settings
from handgrad.training.stored_run import Record


def loss_curve(record: Record) -> InlineFigure:
    """The losses along the recorded run: of minibatches, with their spread, and of all of train."""
    steps = [record.block * (k + 0.5) for k in range(len(record.means))]
    low, high = ([mean + sign * std for mean, std in zip(record.means, record.stds, strict=True)]
                 for sign in (-1, 1))
    looks = [look for look in record.evaluated if look["step"] >= record.block]
    half = record.settings["steps"] // 2
    with settings():
        drawn, ax = figure(5.2, 3.6)
        ax.fill_between(steps, low, high, color=COLOURS[5], alpha=0.3, lw=0,
                        label="one minibatch: mean ± one standard deviation")
        ax.plot(steps, record.means, ".", color=COLOURS[0], ms=3, ls="none",
                label=f"mean of {record.block:,} minibatches")
        ax.plot([look["step"] for look in looks], [look["train"] for look in looks], "o-", ms=4, lw=1.2,
                color=COLOURS[1], label="the whole training split, evaluated")
        ax.axvline(half, color=INK, ls=":", lw=1)
        for side, rate in (("right", "rate"), ("left", "late_rate")):
            shift = -4 if side == "right" else 4
            ax.annotate(f"rate {record.settings[rate]:g}", (half, max(high)), (shift, 0), ha=side, va="top",
                        textcoords="offset points")
        ax.set_xlabel("step")
        ax.set_ylabel("loss")
        ax.set_xlim(0, record.settings["steps"])
        ax.xaxis.set_major_locator(MultipleLocator(record.settings["steps"] / 4))
        ax.xaxis.set_major_formatter("{x:,.0f}")
        drawn.legend(loc="outside upper center", fontsize=9)
    return inline(drawn, (
        f"Loss against step, 0 to {record.settings['steps']:,}. A grey band, about "
        f"{2 * record.stds[-1]:.1f} high, holds one dot for the mean of every {record.block:,} minibatches. "
        f"The dots fall from {record.means[0]:.2f} to {record.means[-1]:.2f}, with a small drop where the "
        "rate changes at half of the steps. A line through circles, the evaluated loss, runs along them."
    ))


def train_and_dev(curves: dict[str, list[dict[str, float]]]) -> InlineFigure:
    """Train and dev loss over the steps, a panel for each run.

    curves: by title, looks with the keys step, train and dev.
    """
    with settings():
        drawn, axes = figure(5.2, 2.4 * len(curves), rows=len(curves), squeeze=False)
        for ax, (title, looks) in zip(axes[:, 0], curves.items(), strict=True):
            steps = [look["step"] for look in looks]
            lines = ("dev", COLOURS[1], "s", "--"), ("train", COLOURS[0], "o", "-")
            for part, colour, marker, dash in lines:
                ax.plot(steps, [look[part] for look in looks], color=colour, marker=marker, ms=3.5, ls=dash,
                        label=part)
            ax.set_title(title, loc="left", fontsize=10)
            ax.set_ylabel("loss")
            ax.set_xlim(left=0)
            ax.locator_params(axis="x", nbins=5)
            ax.xaxis.set_major_formatter("{x:,.0f}")
        axes[-1, 0].set_xlabel("step")
        drawn.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    ends = "; ".join(
        f"{title}: train ends at {looks[-1]['train']:.2f}, dev at {looks[-1]['dev']:.2f}, "
        f"its lowest value is {min(look['dev'] for look in looks):.2f}" for title, looks in curves.items()
    )
    return inline(drawn, f"Train and dev loss against step, a panel for each run. {ends}.")


def batch_sizes(found: dict[int, float], calibrated: float) -> InlineFigure:
    """The dev loss when each minibatch is normalised with its own statistics, by its size."""
    with settings():
        drawn, ax = figure(5.2, 2.6)
        ax.plot(list(found), list(found.values()), "o-", color=COLOURS[0], ms=4, label="the minibatch's own")
        ax.axhline(calibrated, color=COLOURS[1], ls="--", label="calibrated")
        ax.set_xscale("log", base=2)
        ax.set_xticks(list(found), [f"{size:,}" for size in found])
        ax.set_xlabel("rows that are normalised together, B")
        ax.set_ylabel("loss on dev")
        drawn.legend(loc="outside upper center", ncols=2)
    return inline(drawn, (
        f"Dev loss against the size of the minibatch. With its own statistics it falls from "
        f"{found[min(found)]:.2f} at {min(found)} rows to {found[max(found)]:.2f} at {max(found):,}, "
        f"towards a dashed line at {calibrated:.2f}, the loss with calibrated statistics."
    ))
