"""The embedding: any sizes and any context; and every context of two by two, of three characters."""

import itertools

import sympy as sp

from proofs import chain, entries

ROWS, WIDE, PLACES = 3, 2, 4


def one_context(codes):
    """SymPy's derivative less the displayed gradient, for places with these codes."""
    C = sp.Matrix(ROWS, WIDE, sp.symbols(f"c0:{ROWS * WIDE}"))
    dE = sp.Matrix(PLACES, WIDE, sp.symbols(f"g0:{PLACES * WIDE}"))
    loss = sum(dE[n, k] * C[codes[n], k] for n in range(PLACES) for k in range(WIDE))
    context = [codes[:2], codes[2:]]
    by_place = [dE[:2, :].tolist(), dE[2:, :].tolist()]
    found = entries.displayed("grad-embedding-dtable", {"X": context, "C": C.tolist()}, {"E": by_place})
    return [sp.diff(loss, entry) - shown for entry, shown in zip(C, found, strict=True)]


def every_context():
    contexts = itertools.product(range(ROWS), repeat=PLACES)
    return [difference for codes in contexts for difference in one_context(codes)]


PROOFS = {"grad-embedding-dtable": (
    "any sizes, any context; every context of 2 × 2",
    lambda: [*chain.line("grad-embedding-dtable"), *every_context()])}
