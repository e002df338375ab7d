"""The embedding: any sizes and any context, with symbols for the indices; and every context of two by two."""

import itertools

import sympy as sp
from sympy.concrete.delta import deltasummation

B, T, V, D = sp.symbols("B T V D", integer=True, positive=True)
b, t, v, d, i, j = sp.symbols("b t v d i j", integer=True)
X, table, demb = map(sp.IndexedBase, ("X", "C", "dE"))
PLACES = (b, 0, B - 1), (t, 0, T - 1)
# The row of X[b, t] is chosen; this is 1 where it is row i, and 0 elsewhere.
CHOSEN = sp.KroneckerDelta(X[b, t], i)


def over(term, index, size):
    """The sum of the term over an index that a delta fixes at i or j, which lie in its range."""
    found = deltasummation(term, (index, 0, size - 1))
    # SymPy splits by whether they do; so the first branch is meant.
    return found.args[0][0] if isinstance(found, sp.Piecewise) else found


def any_sizes():
    """The derivative by C[i, j] of the loss, which is any function of emb: to first order the sum of dE emb.

    Once with emb as a lookup, once as the product of the one-hot rows and the table.
    """
    lookup = sp.diff(demb[b, t, d] * table[X[b, t], d], table[i, j])
    product = sp.diff(demb[b, t, d] * sp.KroneckerDelta(X[b, t], v) * table[v, d], table[i, j])
    printed = sp.Sum(CHOSEN * demb[b, t, j], *PLACES)
    return [
        sp.Sum(over(lookup, d, D), *PLACES) - printed,
        sp.Sum(over(over(product, v, V), d, D), *PLACES) - printed,
    ]


def one_context(codes, C, dE):
    """The chapter's gradient, in both forms, less SymPy's, for places with these codes."""
    (rows, wide), size = C.shape, len(codes)
    loss = sum(dE[n, k] * C[codes[n], k] for n in range(size) for k in range(wide))
    printed = sp.Matrix(rows, wide, lambda r, k: sum(dE[n, k] for n in range(size) if codes[n] == r))
    one_hot = sp.Matrix(size, rows, lambda n, r: int(codes[n] == r))
    true = sp.Matrix(rows, wide, lambda r, k: sp.diff(loss, C[r, k]))
    return [*(true - printed), *(one_hot.T * dE - printed)]


def every_context():
    """All contexts of two examples and two positions, of three characters."""
    rows, wide, size = 3, 2, 4
    C = sp.Matrix(rows, wide, sp.symbols(f"c0:{rows * wide}"))
    dE = sp.Matrix(size, wide, sp.symbols(f"g0:{size * wide}"))
    contexts = itertools.product(range(rows), repeat=size)
    return [difference for codes in contexts for difference in one_context(codes, C, dE)]


PROOFS = {"grad-embedding-dtable": ("any sizes, any context", lambda: [*any_sizes(), *every_context()])}
