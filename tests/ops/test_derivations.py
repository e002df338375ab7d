"""Symbolic proofs of the displayed gradients, and a proof that a wrong one is refused."""

import pytest
import sympy as sp
from proofs import PROOFS


def is_zero(expression) -> bool:
    return sp.simplify(sp.expand(sp.sympify(expression))) == 0


@pytest.mark.parametrize("label", PROOFS)
def test_the_displayed_gradient_is_the_derivative(label):
    _, differences = PROOFS[label]
    found = differences()
    assert found
    assert all(is_zero(difference) for difference in found)


def test_a_wrong_sign_is_refused(monkeypatch):
    from proofs import cross_entropy
    right = cross_entropy.gradients()
    monkeypatch.setattr(cross_entropy, "gradients", lambda: right | {"counts_sum": [-g for g in right["counts_sum"]]})
    assert not all(is_zero(difference) for difference in cross_entropy.proof("counts_sum"))
