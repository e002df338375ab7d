"""Symbolic proofs of the displayed gradients, and that a wrong one is refused."""

import chapters
import pytest
import sympy as sp
from equations import checking, identities, slips, symbols
from equations.axes import Malformed
from equations.definitions import definition
from proofs import PROOFS, chain

from handgrad.ops.catalogue import BY_STEM


def is_zero(expression) -> bool:
    """Whether SymPy simplifies the expression to zero, each sum taken as a symbol, since it fails on some."""
    sums = {}
    expression = sp.expand(sp.sympify(expression)).replace(
        lambda part: isinstance(part, sp.Sum), lambda part: sums.setdefault(part, sp.Dummy()))
    return sp.simplify(expression) == 0


@pytest.mark.parametrize("label", PROOFS)
def test_the_displayed_gradient_is_the_derivative(label):
    _, differences = PROOFS[label]
    found = differences()
    assert found
    assert all(is_zero(difference) for difference in found)


@pytest.mark.parametrize("label", PROOFS)
def test_a_minus_in_front_of_the_displayed_gradient_is_refused(label, monkeypatch):
    each, _ = checking.shown(label)
    assert not proves(label, each.tex, next(tex for _, tex in slips.slips(each.tex)), monkeypatch)


@pytest.mark.parametrize("label, old, new", [
    ("grad-batchnorm-dvar", "{-3/2}", "{-1/2}"),
    ("grad-batchnorm-dsquared", "{B - k}", "{B}"),
    ("grad-batchnorm-fused-dx", "{B - k}", "{B}"),
    ("grad-softmax-dlogits", r"p_{bi} \, \grad{p_{bi}}", r"p_{bj} \, \grad{p_{bi}}"),
])
def test_a_slip_in_the_displayed_gradient_is_refused(label, old, new, monkeypatch):
    assert not proves(label, old, new, monkeypatch)


@pytest.mark.parametrize("label, old, new, says", [
    ("grad-linear-dx", "W_{mn}", "W_{nm}", "the index n of W stands where one of the size M belongs"),
    ("grad-linear-dW", r"\sum_b x_{bm}", "x_{bm}", "the right side depends on b"),
    ("grad-embedding-dtable", r"b, \, t \\", r"b \\", "the right side depends on t"),
])
def test_a_transposed_matrix_or_a_missing_sum_is_refused(label, old, new, says, monkeypatch):
    with pytest.raises(Malformed, match=says):
        proves(label, old, new, monkeypatch)


def test_a_slip_in_the_displayed_forward_equation_is_refused(monkeypatch):
    source = chapters.source
    assert source("batchnorm").count(r"e_{bh} = d_{bh}^2") == 1
    monkeypatch.setattr(chapters, "source", lambda stem: source(stem).replace("e_{bh} = d_{bh}^2", "e_{bh} = d_{bh}^3"))
    assert not all(is_zero(each) for each in PROOFS["grad-batchnorm-dcentered"][1]())


def proves(label, old, new, monkeypatch):
    """Whether the proof goes through when this piece of the displayed gradient is another."""
    each, _ = checking.shown(label)
    assert old in each.tex
    wrong, source = each.tex.replace(old, new, 1), chapters.source
    monkeypatch.setattr(chapters, "source", lambda stem: source(stem).replace(each.tex, wrong))
    return all(is_zero(each) for each in PROOFS[label][1]())


@pytest.mark.parametrize("stem", chain.FORWARD)
def test_the_proofs_know_every_forward_equation(stem):
    """A value left out would be a path left out; that each says what the package computes, test_identities tests."""
    given = {letter for name, (letter, _) in symbols.letters(stem).items() if name in BY_STEM[stem].inputs}
    assert set(chain.FORWARD[stem]) == set(chain.sizes_of(stem)) - given
    for letter in chain.FORWARD[stem]:
        assert definition(stem, letter) in [each.equation for each in identities.identities(stem)]
