"""From the loss to the logits: every line for any sizes, and every entry for two rows of three classes."""

import functools

import numpy as np
import sympy as sp

from proofs import chain, entries

B, V = 2, 3
TARGETS, ARGMAX = (0, 2), (1, 0)
LOGITS = sp.Matrix(B, V, sp.symbols(f"l0:{B * V}", real=True))
LETTERS = {"q": "logprobs", "p": "probs", "R": "counts-sum-inv", "S": "counts-sum", "c": "counts", "s": "shifted",
           "m": "row-max", r"\ell": "logits"}


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
    return {"m": m, "s": s, "c": c, "S": S, "R": R, "p": p, "q": p.applyfunc(sp.log), r"\ell": LOGITS}


def loss_from_shifted(s):
    """The loss as a function of the shifted logits, or of any logits: a common shift changes nothing."""
    return mean_loss(sp.Matrix(B, V, lambda b, v: s[b, v] - sp.log(sum(map(sp.exp, s[b, :])))))


def loss_from(letter):
    """The loss as a function of one value, in symbols of its own."""
    c = values()["c"]
    free = sp.Matrix(B, V, sp.symbols(f"z0:{B * V}", positive=True))
    row = sp.symbols(f"r0:{B}", positive=True)
    return {
        "q": (free, mean_loss(free)),
        "p": (free, mean_loss(free.applyfunc(sp.log))),
        "R": (row, mean_loss(sp.Matrix(B, V, lambda b, v: sp.log(c[b, v] * row[b])))),
        "S": (row, mean_loss(sp.Matrix(B, V, lambda b, v: sp.log(c[b, v] / row[b])))),
        "c": (free, mean_loss(sp.Matrix(B, V, lambda b, v: sp.log(free[b, v] / sum(free[b, :]))))),
        "s": (free, loss_from_shifted(free)),
        "m": (row, loss_from_shifted(sp.Matrix(B, V, lambda b, v: LOGITS[b, v] - row[b]))),
        r"\ell": (free, loss_from_shifted(free)),
    }[letter]


@functools.cache
def derivative(letter):
    """SymPy's derivative by every entry of a value, in its shape."""
    free, loss = loss_from(letter)
    at = dict(zip(list(free), list(values()[letter]), strict=True))
    found = [sp.diff(loss, z).subs(at, simultaneous=True) for z in free]
    return sp.Matrix(B, V, found) if len(found) == B * V else found


def every_entry(letter):
    """SymPy's derivative less the displayed gradient, into which SymPy's own go for those on its right side."""
    held = {name: np.array(value) for name, value in values().items()} | {"y": TARGETS}
    slopes = {name: np.array(derivative(name)) for name in LETTERS}
    found = entries.displayed(label(letter), held, slopes, argmax=lambda *_: np.array(ARGMAX).reshape(B, 1, 1))
    return [true - shown for true, shown in zip(derivative(letter), found, strict=True)]


def label(letter):
    return f"grad-cross-entropy-d{LETTERS[letter]}"


def where(letter):
    ties = "; one largest logit a row" if letter == r"\ell" else ""
    return f"any sizes{ties}; every entry at {B} rows of {V}"


PROOFS = {
    label(letter): (where(letter), lambda letter=letter: [*chain.line(label(letter)), *every_entry(letter)])
    for letter in LETTERS
}
