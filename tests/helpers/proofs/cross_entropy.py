"""From the loss to the logits: every line, every entry, for two rows of three classes."""

import sympy as sp

B, V = 2, 3
TARGETS = (0, 2)
LOGITS = sp.Matrix(B, V, sp.symbols(f"l0:{B * V}", real=True))
# The loss from here on is any function that reads the targets' log-probabilities through the mean.
ARGMAX = (1, 0)


def mean_loss(q):
    return -sum(q[b, TARGETS[b]] for b in range(B)) / sp.Integer(B)


def values():
    """The forward pass, with the column of each row's maximum taken as known."""
    m = [LOGITS[b, ARGMAX[b]] for b in range(B)]
    s = sp.Matrix(B, V, lambda b, v: LOGITS[b, v] - m[b])
    c = s.applyfunc(sp.exp)
    S = [sum(c[b, :]) for b in range(B)]
    R = [1 / total for total in S]
    p = sp.Matrix(B, V, lambda b, v: c[b, v] * R[b])
    return m, s, c, S, R, p


def gradients():
    """The equations of the chapter, in its order, as functions of the logits."""
    _, _, c, S, R, p = values()
    dq = sp.Matrix(B, V, lambda b, v: -sp.Rational(1, B) if v == TARGETS[b] else 0)
    dp = sp.Matrix(B, V, lambda b, v: dq[b, v] / p[b, v])
    dR = [sum(dp[b, v] * c[b, v] for v in range(V)) for b in range(B)]
    dS = [-S[b] ** -2 * dR[b] for b in range(B)]
    dc = sp.Matrix(B, V, lambda b, v: R[b] * dp[b, v] + dS[b])
    ds = sp.Matrix(B, V, lambda b, v: c[b, v] * dc[b, v])
    dm = [-sum(ds[b, :]) for b in range(B)]
    dl = sp.Matrix(B, V, lambda b, v: ds[b, v] + (dm[b] if v == ARGMAX[b] else 0))
    return {"logprobs": dq, "probs": dp, "counts_sum_inv": dR, "counts_sum": dS,
            "counts": dc, "shifted": ds, "row_max": dm, "logits": dl}


def loss_from_shifted(s):
    """The loss as a function of the shifted logits, or of any logits: a common shift changes nothing."""
    return mean_loss(sp.Matrix(B, V, lambda b, v: s[b, v] - sp.log(sum(map(sp.exp, s[b, :])))))


def loss_from(name):
    """The loss as a function of the value called `name`, and where that value stands."""
    m, s, c, S, R, p = values()
    free = sp.Matrix(B, V, sp.symbols(f"z0:{B * V}", positive=True))
    row = sp.symbols(f"r0:{B}", positive=True)
    return {
        "logprobs": (free, p.applyfunc(sp.log), mean_loss(free)),
        "probs": (free, p, mean_loss(free.applyfunc(sp.log))),
        "counts_sum_inv": (row, R, mean_loss(sp.Matrix(B, V, lambda b, v: sp.log(c[b, v] * row[b])))),
        "counts_sum": (row, S, mean_loss(sp.Matrix(B, V, lambda b, v: sp.log(c[b, v] / row[b])))),
        "counts": (free, c, mean_loss(sp.Matrix(B, V, lambda b, v: sp.log(free[b, v] / sum(free[b, :]))))),
        "shifted": (free, s, loss_from_shifted(free)),
        "row_max": (row, m, loss_from_shifted(sp.Matrix(B, V, lambda b, v: LOGITS[b, v] - row[b]))),
        "logits": (free, LOGITS, loss_from_shifted(free)),
    }[name]


def proof(name):
    """The chapter's gradient less SymPy's, for every entry of the value called `name`."""
    symbols, place, loss = loss_from(name)
    at = dict(zip(list(symbols), list(place), strict=True))
    found = list(gradients()[name])
    return [sp.diff(loss, z).subs(at, simultaneous=True) - g for z, g in zip(symbols, found, strict=True)]


PROOFS = {
    f"grad-cross-entropy-d{name.replace('_', '-')}": (f"every entry, {B} rows of {V}", lambda name=name: proof(name))
    for name in ("logprobs", "probs", "counts_sum_inv", "counts_sum", "counts", "shifted", "row_max", "logits")
}
