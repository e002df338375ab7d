"""The equation ledger: one row for every displayed gradient, made of what the tests know about it."""

import json

import chapters
import torch
from cases import CASES, COMPOSITE, as_tuple, by_autograd, draw
from equations import checking
from labels import GIVES, executed_by, read_label
from proofs import PROOFS

from handgrad.check.comparison import autograd

FILE = chapters.BOOK / "ledger.json"


def rows() -> dict[str, dict]:
    """The ledger, from the chapters, the proofs and a fresh measurement."""
    return {label: row(label, stem) for stem in chapters.stems() for label in chapters.equation_labels(stem)}


def row(label: str, stem: str) -> dict:
    """One row; an error if the displayed equation is wrong or unreadable, has no proof, or no cell executes it."""
    gradient, op = read_label(label, stem)
    code = executed_by(stem, gradient, op)
    return {
        "gradient": gradient, "chapter": stem, "code": code,
        "proven": PROOFS[label][0], "displayed_error_u": round(checking.check(*checking.shown(label)), 2),
        "float64_error_u": round(float64_error(code, gradient), 2),
    }


def float64_error(code: str, gradient: str) -> float:
    """The largest difference from autograd, in units of roundoff of the largest term."""
    stem, function = code.split(".")
    errors = [error_of(case, function, gradient) for case in CASES if case.op.__name__.endswith(f".{stem}")]
    return max(errors)


def error_of(case, function: str, gradient: str) -> float:
    inputs, _, saved, dy = draw(case, seed=1)
    if function == "backward_steps" and case in COMPOSITE:
        got = case.op.backward_steps(dy, case.forward_steps(*inputs))
        expected = autograd(case.forward_steps, *inputs, upstream=dy)
        pairs = {f"d{name}": pair for name, *pair in zip(got._fields, got, expected, strict=True)}
    else:
        both = zip(as_tuple(case.op.backward(dy, saved)), by_autograd(case.reference, inputs, dy), strict=True)
        pairs = dict(zip(GIVES[case.op.__name__.split(".")[-1]], both, strict=True))
    got, expected = pairs[gradient]
    # A gradient whose true value is zero has no size of its own: it is measured against its terms.
    size = max(expected.abs().max().item(), dy.abs().max().item() / 8)
    return ((got - expected).abs().max() / size / (torch.finfo(torch.float64).eps / 2)).item()


def write() -> None:
    FILE.write_text(json.dumps(rows(), indent=1, sort_keys=False) + "\n")


def read() -> dict[str, dict]:
    return json.loads(FILE.read_text())
