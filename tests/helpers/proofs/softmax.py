"""Softmax alone, and with cross-entropy: rows of any length; and every entry at small sizes."""

import sympy as sp
from equations import checking, indexed
from equations.definitions import definition
from equations.indexed import free, value

from proofs import chain, cross_entropy, entries

ROW = 4


def softmax_alone():
    """Every entry for one row of four logits, whatever the upstream gradient g."""
    logits, g = (sp.symbols(f"{letter}0:{ROW}", real=True) for letter in "lg")
    total = sum(map(sp.exp, logits))
    p = [sp.exp(z) / total for z in logits]
    loss = sum(gi * pi for gi, pi in zip(g, p, strict=True))
    found = entries.displayed("grad-softmax-dlogits", {"p": [p]}, {"p": [g]})
    return [sp.diff(loss, z) - shown for z, shown in zip(logits, found, strict=True)]


def with_cross_entropy():
    """Any batch, any number of classes: the loss as the chapters display it, in the logits alone, by any logit."""
    label = "grad-softmax-cross-entropy-dlogits"
    _, equation = checking.shown(label)
    sizes = chain.sizes_of("cross_entropy")
    loss = indexed.side(definition("cross_entropy", "L"), sizes)
    loss = chain.put_in(chain.put_in(loss, "cross_entropy", "q"), "softmax", "p")
    slope = chain.sums_collapsed(sp.diff(loss, value(r"\ell")[free(("b", "v"))]))
    return [slope - chain.put_in(indexed.side(equation, sizes), "softmax", "p")]


def with_cross_entropy_entries():
    """Every entry at the sizes of the proof of the lines."""
    held = {"p": cross_entropy.values()["p"].tolist(), "y": cross_entropy.TARGETS}
    found = entries.displayed("grad-softmax-cross-entropy-dlogits", held, {})
    return [true - shown for true, shown in zip(cross_entropy.derivative(r"\ell"), found, strict=True)]


PROOFS = {
    "grad-softmax-dlogits": (
        f"any sizes, any upstream; every entry for rows of {ROW}",
        lambda: [*chain.line("grad-softmax-dlogits"), *softmax_alone()]),
    "grad-softmax-cross-entropy-dlogits": (
        f"any sizes; every entry at {cross_entropy.B} rows of {cross_entropy.V}",
        lambda: [*with_cross_entropy(), *with_cross_entropy_entries()]),
}
