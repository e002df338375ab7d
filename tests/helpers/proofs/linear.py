"""Linear: any sizes; and every entry for 2 rows, 3 inputs, 4 outputs."""

import sympy as sp

from proofs import chain, entries

SHAPES = {"x": (2, 3), "W": (3, 4), "b": (1, 4), "y": (2, 4)}


def every_entry(letter):
    """SymPy's derivative less the displayed gradient, for every entry of the input called `letter`."""
    held = {key: sp.Matrix(m, n, sp.symbols(f"{key}0:{m * n}")) for key, (m, n) in SHAPES.items()}
    dy = held["y"]
    y = held["x"] * held["W"] + sp.ones(len(dy[:, 0]), 1) * held["b"]
    loss = sum(g * out for g, out in zip(dy, y, strict=True))
    values = {"x": held["x"].tolist(), "W": held["W"].tolist(), "b": list(held["b"])}
    found = entries.displayed(f"grad-linear-d{letter}", values, {"y": dy.tolist()})
    return [sp.diff(loss, entry) - shown for entry, shown in zip(held[letter], found, strict=True)]


PROOFS = {
    f"grad-linear-d{letter}": (
        "any sizes; every entry at 2 × 3 × 4",
        lambda letter=letter: [*chain.line(f"grad-linear-d{letter}"), *every_entry(letter)])
    for letter in ("x", "W", "b")
}
