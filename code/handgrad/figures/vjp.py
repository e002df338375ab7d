"""Figures of the chapter *What the gradient of a tensor is*."""

from torch import Tensor

from handgrad.figures.style import INK, InlineFigure, figure, heatmap, inline, settings


def fork(
    a: float, b: float, L: float, direct: float, through_b: float, db: float, da: float
) -> InlineFigure:
    """Three numbers and three arrows: values above, what travels back below."""
    places = {"a": (0, 0), "b": (2, 1), "L": (4, 0)}
    labels = {"a": f"a = {a:g}\nda = {da:g}", "b": f"b = {b:g}\ndb = {db:g}", "L": f"L = {L:g}\ndL = 1"}
    backward = (("a", "b", f"{through_b:g}", (0.75, 0.68)), ("b", "L", f"{db:g}", (3.25, 0.68)),
                ("a", "L", f"{direct:g}", (2.0, -0.24)))
    with settings():
        drawn, ax = figure(5.0, 2.4)
        ax.set_axis_off()
        for start, end, back, place in backward:
            ax.annotate("", places[end], places[start], arrowprops={
                "arrowstyle": "-|>", "color": INK, "lw": 1.2, "shrinkA": 30, "shrinkB": 30})
            ax.text(*place, f"back: {back}", color=INK, ha="center", fontsize=9)
        for name, place in places.items():
            ax.text(*place, labels[name], ha="center", va="center", fontsize=11)
        ax.set_xlim(-0.6, 4.6)
        ax.set_ylim(-0.5, 1.4)
    return inline(drawn, (
        f"Three nodes: a = {a:g}, b = {b:g}, L = {L:g}. Arrows lead from a to b, from b to L and from a to L. "
        f"Back along the arrows travel {through_b:g}, {db:g} and {direct:g}; at a the first and the last add to {da:g}."
    ))


def big_jacobian(J: Tensor, rows: int, V: int) -> InlineFigure:
    """The corner of the softmax Jacobian that belongs to the first examples, block by block.

    Shapes: J (B·V, B·V).
    """
    size = rows * V
    corner = J[:size, :size]
    with settings():
        drawn, ax = figure(4.6, 3.9)
        # Probabilities of a fresh network are small: a fifth of the scale makes the blocks visible.
        image = heatmap(ax, corner, limit=corner.abs().max().item() / 5, signs=False)
        for edge in range(V, size, V):
            ax.axhline(edge - 0.5, color="#777777", lw=0.6, ls="-")
            ax.axvline(edge - 0.5, color="#777777", lw=0.6, ls="-")
        ax.set_xlabel(f"logit j, 0 to {size - 1}")
        ax.set_ylabel(f"probability i, 0 to {size - 1}")
        drawn.colorbar(image, ax=ax, extend="both")
    return inline(drawn, (
        f"A heat map of {size} rows by {size} columns, divided into {rows} by {rows} blocks. "
        "Only the blocks on the diagonal hold numbers other than zero."
    ))
