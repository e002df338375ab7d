"""Figures of the chapter *How to trust a gradient*."""

from handgrad.figures.style import COLOURS, DASHES, INK, InlineFigure, figure, inline, settings


def u_curve(curves: dict[str, tuple[list[float], list[float]]]) -> InlineFigure:
    """Relative error of a derivative over the step, one line a method; exact hits are drawn at the bottom."""
    floor = 1e-17
    with settings():
        drawn, ax = figure(5.2, 3.6)
        for (name, (steps, errors)), colour, dash in zip(curves.items(), COLOURS, DASHES, strict=False):
            ax.loglog(steps, [max(error, floor) for error in errors], color=colour, ls=dash, label=name)
        ax.set_xlabel("step h")
        ax.set_ylabel("relative error")
        ax.set_ylim(floor / 2, 1e2)
        drawn.legend(loc="outside upper center", ncols=2)
    return inline(drawn, (
        "Four curves of error against step size on logarithmic axes. One-sided and central differences fall and "
        "rise again, the central one lower; in float32 the central difference turns round much earlier; "
        "the complex step falls to the level of rounding and stays there."
    ))


def roundings(scales: list[float], errors: list[float], unshifted: list[float]) -> InlineFigure:
    """The worst error of dlogits in float32 against the scale of the logits, with the counted bound."""
    with settings():
        drawn, ax = figure(5.2, 3.2)
        ax.loglog(scales, errors, "o", ms=3, ls="none", color=COLOURS[0], label="maximum subtracted first")
        ax.loglog(scales, unshifted, "x", ms=4, ls="none", color=COLOURS[1], label="not subtracted")
        ax.axhline(8, color=INK, ls="--", lw=1)
        ax.annotate("eight roundings", (scales[0], 8), xytext=(0, 3), textcoords="offset points")
        ax.set_xlabel("scale of the logits")
        ax.set_ylabel("worst error in u / B")
        drawn.legend(loc="outside upper center", ncols=2)
    return inline(drawn, (
        f"{len(errors)} dots and as many crosses, the error of dlogits for logits of scale 0.1 to 100. "
        "All dots lie below the dashed line at 8; the crosses rise above it as the scale grows."
    ))
