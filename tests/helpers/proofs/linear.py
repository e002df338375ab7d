"""Linear: any sizes, with symbols for the indices; and every entry for 2 rows, 3 inputs, 4 outputs."""

import sympy as sp
from sympy.concrete.delta import deltasummation

B, M, N = sp.symbols("B M N", integer=True, positive=True)
b, m, n, i, j = sp.symbols("b m n i j", integer=True)
x, W, bias, dy = map(sp.IndexedBase, ("x", "W", "bias", "dy"))
RANGES = {b: (b, 0, B - 1), m: (m, 0, M - 1), n: (n, 0, N - 1)}
# The loss is any function of y. To first order it is the sum of dy y, which is all that a gradient sees.
PRODUCT, SHIFT = dy[b, n] * x[b, m] * W[m, n], dy[b, n] * bias[n]


def any_sizes(term, by, over, printed, left):
    """The derivative of the sum of `term` by the entry `by`, less the sum of `printed` over `left`."""
    found = sp.diff(term, by)
    for index in over:
        found = deltasummation(found, RANGES[index])
        # SymPy splits by whether i and j lie in their ranges; they do, so the first branch is meant.
        found = found.args[0][0] if isinstance(found, sp.Piecewise) else found
    return sp.Sum(found, RANGES[left]) - sp.Sum(printed, RANGES[left])


def entries(name):
    """The chapter's gradient less SymPy's, for every entry of the input called `name`."""
    sizes = {"x": (2, 3), "W": (3, 4), "bias": (1, 4), "dy": (2, 4)}
    value = {key: sp.Matrix(m, n, sp.symbols(f"{key}0:{m * n}")) for key, (m, n) in sizes.items()}
    rows, _ = sizes["x"]
    y = value["x"] * value["W"] + sp.ones(rows, 1) * value["bias"]
    loss = sum(g * out for g, out in zip(value["dy"], y, strict=True))
    printed = {
        "x": value["dy"] * value["W"].T,
        "W": value["x"].T * value["dy"],
        "bias": sp.ones(1, rows) * value["dy"],
    }[name]
    return [sp.diff(loss, entry) - gradient for entry, gradient in zip(value[name], printed, strict=True)]


PROOFS = {
    "grad-linear-dx": ("any sizes", lambda: [
        any_sizes(PRODUCT, x[i, j], (b, m), dy[i, n] * W[j, n], n), *entries("x"),
    ]),
    "grad-linear-dW": ("any sizes", lambda: [
        any_sizes(PRODUCT, W[i, j], (m, n), x[b, i] * dy[b, j], b), *entries("W"),
    ]),
    "grad-linear-db": ("any sizes", lambda: [
        any_sizes(SHIFT, bias[j], (n,), dy[b, j], b), *entries("bias"),
    ]),
}
