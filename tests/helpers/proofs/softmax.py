"""Softmax alone for rows of four, and with cross-entropy for rows of any length."""

import sympy as sp

B, V = sp.symbols("B V", integer=True, positive=True)
ROW = 4


def softmax_alone():
    """Every entry for one row of four logits, whatever the upstream gradient g."""
    logits = sp.symbols(f"l0:{ROW}", real=True)
    g = sp.symbols(f"g0:{ROW}", real=True)
    total = sum(map(sp.exp, logits))
    p = [sp.exp(z) / total for z in logits]
    loss = sum(gi * pi for gi, pi in zip(g, p, strict=True))
    mean = sum(pi * gi for gi, pi in zip(g, p, strict=True))
    return [sp.diff(loss, logits[j]) - p[j] * (g[j] - mean) for j in range(ROW)]


def with_cross_entropy():
    """Any number of classes V and any batch B: one row's share of the loss, by any of its logits.

    The logits are a symbol with an index, the sum over classes stays a sum.
    """
    i, k, y = sp.symbols("i k y", integer=True, nonnegative=True)
    logit = sp.IndexedBase("l")
    total = sp.Sum(sp.exp(logit[i]), (i, 0, V - 1))
    loss = -(logit[y] - sp.log(total)) / B
    # SymPy splits by whether k is one of the classes; it is, so the first branch is meant.
    slope = sp.piecewise_fold(sp.diff(loss, logit[k]).doit()).args[0][0]
    p = sp.exp(logit[k]) / total
    return [slope - (p - sp.KroneckerDelta(k, y)) / B]


PROOFS = {
    "grad-softmax-dlogits": (f"every entry, rows of {ROW}, any upstream", softmax_alone),
    "grad-softmax-cross-entropy-dlogits": ("any B, any V", with_cross_entropy),
}
