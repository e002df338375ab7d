"""What the label of a displayed gradient names, and the function that computes it."""

import ast
import importlib
import inspect

import chapters

from handgrad.ops.catalogue import OPERATIONS


def given_by(stem: str) -> tuple[str, ...]:
    """The names of what `backward` returns, read from its last line."""
    source = inspect.getsource(importlib.import_module(f"handgrad.ops.{stem}").backward)
    returned = ast.parse(source).body[0].body[-1].value
    return tuple(name.id for name in (returned.elts if isinstance(returned, ast.Tuple) else [returned]))


# What the fused functions return, in order; a steps function returns its fields.
GIVES = {operation.stem: given_by(operation.stem) for operation in OPERATIONS}


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
