"""Batch normalisation of one column, line by line: every entry for three rows, both corrections.

The one-line gradient is proved twice: directly for three rows, and from the lines for any number of rows.
"""

import sympy as sp

B = 3
X = sp.symbols(f"x0:{B}", real=True)
G = sp.symbols(f"g0:{B}", real=True)  # the upstream gradient
GAMMA, BETA = sp.symbols("gamma beta", real=True)
EPS = sp.symbols("epsilon", positive=True)
CORRECTIONS = (0, 1)


def values(k):
    """The forward pass, and the gradients as the chapter prints them."""
    mean = sum(X) / sp.Integer(B)
    d = [x - mean for x in X]
    e = [z**2 for z in d]
    v = sum(e) / sp.Integer(B - k)
    r = (v + EPS) ** -sp.Rational(1, 2)
    xhat = [z * r for z in d]
    return {"mean": [mean], "centered": d, "squared": e, "var": [v], "rstd": [r], "xhat": xhat,
            "gamma": [GAMMA], "beta": [BETA], "x": list(X)}


def gradients(k):
    """The equations of the chapter, in its order."""
    at = values(k)
    d, (v,), (r,), xhat = at["centered"], at["var"], at["rstd"], at["xhat"]
    dxhat = [g * GAMMA for g in G]
    dr = sum(g * z for g, z in zip(dxhat, d, strict=True))
    dv = -sp.Rational(1, 2) * (v + EPS) ** -sp.Rational(3, 2) * dr
    de = [dv / (B - k)] * B
    dd = [g * r + 2 * z * q for g, z, q in zip(dxhat, d, de, strict=True)]
    dmean = -sum(dd)
    return {"gamma": [sum(g * z for g, z in zip(G, xhat, strict=True))], "beta": [sum(G)], "xhat": dxhat,
            "rstd": [dr], "var": [dv], "squared": de, "centered": dd, "mean": [dmean],
            "x": [q + dmean / B for q in dd]}


def loss_from(name, z, k):
    """The loss as a function of the value called `name`, everything before it held fixed."""
    at = values(k)

    def upward(d=at["centered"], e=None, v=None, r=None, xhat=None, gamma=GAMMA, beta=BETA):
        e = [q**2 for q in d] if e is None else e
        v = sum(e) / sp.Integer(B - k) if v is None else v
        r = (v + EPS) ** -sp.Rational(1, 2) if r is None else r
        xhat = [q * r for q in d] if xhat is None else xhat
        return sum(g * (gamma * q + beta) for g, q in zip(G, xhat, strict=True))

    return {
        "gamma": lambda: upward(gamma=z[0]), "beta": lambda: upward(beta=z[0]), "xhat": lambda: upward(xhat=z),
        "rstd": lambda: upward(r=z[0]), "var": lambda: upward(v=z[0]), "squared": lambda: upward(e=z),
        "centered": lambda: upward(d=z), "mean": lambda: upward(d=[x - z[0] for x in X]),
        "x": lambda: upward(d=[q - sum(z) / sp.Integer(B) for q in z]),
    }[name]()


def line(name):
    """SymPy's derivative less the chapter's, for every entry and both corrections."""
    differences = []
    for k in CORRECTIONS:
        place, found = values(k)[name], gradients(k)[name]
        z = sp.symbols(f"z0:{len(place)}", positive=name in ("var", "squared"))
        loss = loss_from(name, z, k)
        at = dict(zip(z, place, strict=True))
        differences += [sp.diff(loss, q).subs(at, simultaneous=True) - g for q, g in zip(z, found, strict=True)]
    return differences


def one_line():
    """The fused line less the derivative for three rows, and less the lines put together for any B."""
    differences = []
    for k in CORRECTIONS:
        found, at = gradients(k), values(k)
        (r,), xhat = at["rstd"], at["xhat"]
        (dgamma,), (dbeta,) = found["gamma"], found["beta"]
        fused = [GAMMA * r * (g - dbeta / B - q * dgamma / (B - k)) for g, q in zip(G, xhat, strict=True)]
        derivative = [sp.diff(loss_from("x", X, k), x) for x in X]
        differences += [a - b for a, b in zip(derivative, fused, strict=True)]
    return [*differences, any_batch()]


def any_batch():
    """Any B, any correction: the sums over rows are symbols, and the differences from the mean sum to zero."""
    rows, k, r, g, d, sum_g, sum_gd = sp.symbols("B k r g d S_g S_gd")
    sum_d = 0
    dv = -r**3 / 2 * GAMMA * sum_gd
    dd = GAMMA * g * r + 2 * d * dv / (rows - k)
    sum_dd = GAMMA * r * sum_g + 2 * dv / (rows - k) * sum_d
    xhat, dgamma, dbeta = d * r, r * sum_gd, sum_g
    return dd - sum_dd / rows - GAMMA * r * (g - dbeta / rows - xhat * dgamma / (rows - k))


NAMES = ("gamma", "beta", "xhat", "rstd", "var", "squared", "centered", "mean", "x")
PROOFS = {
    f"grad-batchnorm-d{name}": (f"every entry, {B} rows, both corrections", lambda name=name: line(name))
    for name in NAMES
} | {"grad-batchnorm-fused-dx": (f"every entry at {B} rows; from the lines for any B", one_line)}
