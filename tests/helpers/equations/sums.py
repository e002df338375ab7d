"""Sums over indices in SymPy: what a delta picks, what comes out of the sum, and one form for equal sums."""

import sympy as sp
from sympy.functions import KroneckerDelta


def collapsed(term: sp.Expr, index: sp.Symbol, over: sp.Expr) -> sp.Expr:
    """The sum of a term over an index: a delta picks its place, and what does not depend on the index comes out."""
    return sp.Add(*(one(part, index, over) for part in sp.Add.make_args(sp.expand(term))))


def one(term: sp.Expr, index: sp.Symbol, over: sp.Expr) -> sp.Expr:
    for factor in sp.Mul.make_args(term):
        if isinstance(factor, KroneckerDelta) and index in factor.args:
            (other,) = set(factor.args) - {index}
            return renamed(term / factor, index, other)
    outside, inside = term.as_independent(index, as_Add=False)
    if inside == 1:
        return outside * over
    # One name for the index of every sum over the same size, and one order, so that equal sums look alike.
    name = sp.Symbol(str(over).lower(), integer=True)
    if name not in inside.atoms(sp.Symbol):
        inside, index = renamed(inside, index, name), name
    found = sp.Sum(inside, (index, 0, over - 1))
    return outside * sp.Sum(found.function, *sorted(found.limits, key=str))


def renamed(term: sp.Expr, index: sp.Symbol, other: sp.Expr) -> sp.Expr:
    """The term with another index; ValueError if a sum inside it would bind what was free."""
    bound = {limit[0] for inner in term.atoms(sp.Sum) for limit in inner.limits}
    if bound & other.free_symbols:
        raise ValueError(f"{other} would be bound in {term}")
    return term.subs(index, other)
