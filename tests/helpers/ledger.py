"""The equation ledger: one row for every displayed gradient, made of what the tests know about it."""

import ast
import importlib
import inspect
import json

import chapters
import torch
from cases import CASES, COMPOSITE, as_tuple, by_autograd, draw
from proofs import PROOFS

from handgrad.check.comparison import autograd
from handgrad.ops.catalogue import OPERATIONS

FILE = chapters.BOOK / "ledger.json"


def given_by(stem: str) -> tuple[str, ...]:
    """The names of what `backward` returns, read from its last line."""
    source = inspect.getsource(importlib.import_module(f"handgrad.ops.{stem}").backward)
    returned = ast.parse(source).body[0].body[-1].value
    return tuple(name.id for name in (returned.elts if isinstance(returned, ast.Tuple) else [returned]))


# What the fused functions return, in order; a steps function returns its fields.
GIVES = {operation.stem: given_by(operation.stem) for operation in OPERATIONS}


def rows() -> dict[str, dict]:
    """The ledger, from the chapters, the proofs and a fresh measurement."""
    return {label: row(label, stem) for stem in chapters.stems() for label in chapters.equation_labels(stem)}


def row(label: str, stem: str) -> dict:
    """One row; KeyError or LookupError if no cell executes the equation or no test measures it."""
    gradient, op = read_label(label, stem)
    code = executed_by(stem, gradient, op)
    return {
        "gradient": gradient, "chapter": stem, "code": code,
        "proven": PROOFS[label][0], "executed": True,
        "float64_error_u": round(float64_error(code, gradient), 2),
    }


def read_label(label: str, stem: str) -> tuple[str, str]:
    """The gradient that a label names, and the operation, which stands before it where a chapter has two."""
    rest = label.removeprefix(f"grad-{stem.replace('_', '-')}-").replace("-", "_")
    op = next((op for op in GIVES if rest.startswith(f"{op}_")), "")
    return rest.removeprefix(f"{op}_"), op


def executed_by(stem: str, gradient: str, op: str = "") -> str:
    """The function whose step cells in this chapter compute the gradient."""
    for name, statements in chapters.step_statements(stem).items():
        if op and not name.startswith(f"{op}."):
            continue
        for line in chapters.dump(statements):
            if line.split("=")[0].split("[")[0].strip() == gradient:
                return name
    raise LookupError(f"no step cell of {stem} computes {gradient}")


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
