"""Tanh, as its chapter writes it with exponentials: the slope from the output, and the slope from the input."""

import sympy as sp

from proofs import chain

x = sp.symbols("x", real=True)


def from_the_input():
    """The other slope that the chapter names less SymPy's derivative."""
    y = (sp.exp(x) - sp.exp(-x)) / (sp.exp(x) + sp.exp(-x))
    return sp.diff(y, x) - 4 / (sp.exp(x) + sp.exp(-x)) ** 2


PROOFS = {"grad-tanh-dx": ("any sizes, any upstream", lambda: [*chain.line("grad-tanh-dx"), from_the_input()])}
