"""The ledger that the book shows is what the tests know; `pytest --write-ledger` writes it anew."""

import chapters
import ledger
import pytest
from equations.checking import WrongEquation

# Sixteen roundings on both sides together, as in handgrad.check.comparison.
LARGEST_ERROR = 16


@pytest.fixture(scope="module")
def fresh(request):
    if request.config.getoption("--write-ledger"):
        ledger.write()
    return ledger.rows()


def test_the_ledger_in_the_book_is_the_one_that_the_tests_make(fresh):
    def without_error(rows):
        return {label: {k: v for k, v in row.items() if not k.endswith("_error_u")} for label, row in rows.items()}
    assert without_error(ledger.read()) == without_error(fresh), "run: make ledger"


def test_every_measured_error_is_within_the_bound(fresh):
    too_large = {label: row for label, row in fresh.items()
                 if not (row["float64_error_u"] <= LARGEST_ERROR and row["displayed_error_u"] <= LARGEST_ERROR)}
    assert not too_large


def test_every_proof_belongs_to_a_displayed_equation(fresh):
    chapters_written = set(chapters.stems())
    stray = [label for label in ledger.PROOFS if label not in fresh]
    assert not stray, f"proofs without an equation in {chapters_written}"


def test_an_equation_without_a_proof_is_refused(monkeypatch):
    monkeypatch.setattr(ledger, "PROOFS", {})
    with pytest.raises(KeyError):
        ledger.row("grad-cross-entropy-dlogits", "cross_entropy")


def test_an_equation_whose_tex_is_wrong_gets_no_row(monkeypatch):
    source = chapters.source
    monkeypatch.setattr(chapters, "source", lambda stem: source(stem).replace(r"\grad{v_h} = -", r"\grad{v_h} = "))
    with pytest.raises(WrongEquation, match="^grad-batchnorm-dvar"):
        ledger.row("grad-batchnorm-dvar", "batchnorm")


def test_an_equation_that_no_cell_executes_is_refused():
    with pytest.raises(LookupError, match="no step cell"):
        ledger.executed_by("cross_entropy", "dnothing")
