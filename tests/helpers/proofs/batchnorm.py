"""Batch normalisation: every line for any sizes; the one line by the moments of a column, and for three rows."""

import sympy as sp
from equations import checking, indexed
from equations.indexed import CONSTANTS, size, value
from equations.sums import collapsed

from proofs import chain, entries

ROWS = 3
LINES = ("gamma", "beta", "xhat", "rstd", "var", "squared", "centered", "mean", "x")
FUSED = "grad-batchnorm-fused-dx"
B, K, EPS = size("B"), CONSTANTS["k"], CONSTANTS[r"\varepsilon"]
# One row of one column: its upstream gradient and its xhat; and what is the same in all rows.
G, XHAT, GAMMA, SUM_G, SUM_GX = sp.symbols("g xhat gamma sum_g sum_gx", real=True)
R = sp.Symbol("r", positive=True)
V = R**-2 - EPS


def moments():
    """From the forward equations: the sum of the differences, which is 0, and that of their squares less (B − k) v."""
    b, h = sp.symbols("b h_", integer=True)
    mean = collapsed(chain.put_in(value("d")[b, h], "batchnorm", "d"), b, B)
    squares = collapsed(chain.put_in(value("e")[b, h], "batchnorm", "e"), b, B)
    var = chain.put_in(chain.put_in(value("v")[h], "batchnorm", "v"), "batchnorm", "e")
    return [chain.put_in(mean, "batchnorm", r"\mu"), squares - (B - K) * var]


def over_rows(term, *_):
    """The sum over the rows of a polynomial in G and XHAT: each monomial has its moment, and any other is an error."""
    known = {(0, 0): B, (1, 0): SUM_G, (1, 1): SUM_GX, (0, 1): 0, (0, 2): (B - K) * V * R**2}
    return sum(factor * known[powers] for powers, factor in sp.Poly(sp.expand(term), G, XHAT).terms())


def by_moments():
    """The lines of the chapter, one after the other with sums over rows as moments, less the one line."""
    sizes = chain.sizes_of("batchnorm")
    held = {r"\hat x": XHAT, "d": XHAT / R, "r": R, "v": V, r"\gamma": GAMMA}
    slopes = {"y": G}
    ways = {"entry": lambda letter, *_: held[letter], "gradient": lambda letter, *_: slopes[letter], "total": over_rows}
    for name in LINES:
        each, equation = checking.shown(f"grad-batchnorm-d{name}")
        slopes[each.letter] = indexed.side(equation, sizes, **ways)
    return [slopes["x"] - indexed.side(checking.shown(FUSED)[1], sizes, **ways)]


def three_rows():
    """SymPy's derivative of the loss by every entry of one column less the one line, for both corrections."""
    x, g = (sp.symbols(f"{letter}0:{ROWS}", real=True) for letter in "xg")
    differences = []
    for k in (0, 1):
        centered = [each - sum(x) / ROWS for each in x]
        r = (sum(each**2 for each in centered) / sp.Integer(ROWS - k) + EPS) ** -sp.Rational(1, 2)
        xhat = [each * r for each in centered]
        dgamma = sum(upstream * each for upstream, each in zip(g, xhat, strict=True))
        held = {"r": [r], r"\hat x": [[each] for each in xhat], r"\gamma": [GAMMA]}
        slopes = {"y": [[each] for each in g], r"\beta": [sum(g)], r"\gamma": [dgamma]}
        found = entries.displayed(FUSED, held, slopes, {"k": sp.Integer(k)})
        differences += [sp.diff(GAMMA * dgamma, each) - shown for each, shown in zip(x, found, strict=True)]
    return differences


PROOFS = {
    f"grad-batchnorm-d{name}": ("any sizes, any correction", lambda name=name: chain.line(f"grad-batchnorm-d{name}"))
    for name in LINES
} | {FUSED: (f"any sizes, any correction, from the lines; every entry at {ROWS} rows, both corrections",
             lambda: [*moments(), *by_moments(), *three_rows()])}
