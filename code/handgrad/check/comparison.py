"""Comparing gradients: the table that the chapters print, and the error that stops a wrong one."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from tabulate import tabulate
from torch import Tensor

from handgrad.check.tolerance import in_ulps, tolerance

# In these torch adds and compares; integers have no rounding to speak of.
FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


class GradientMismatch(AssertionError):
    """A gradient differs from what was expected by more than rounding can explain."""


class Row(NamedTuple):
    """One line of the table: how a gradient called `name` compares with the expected one.

    prefix: what stands before the name wherever it is printed; nothing before the name of a value.
    """

    name: str
    shape: tuple[int, ...]
    exact: bool
    agrees: bool
    maxdiff: float
    ulps: float
    problem: str
    prefix: str = "d"


def autograd(forward, *inputs, upstream: Tensor | None = None):
    """The gradient of every value of `forward(*inputs)`, a NamedTuple, as autograd computes it.

    Shapes: upstream that of the last value; when it is None the last value must be a scalar.
    Returns: the same NamedTuple, with None for whatever has no gradient.
    Raises: ValueError if upstream is None and the last value is no scalar.
    """
    inputs = tree(inputs, lambda t: t.detach().clone().requires_grad_() if t.is_floating_point() else t)
    steps = forward(*inputs)
    wanted = [i for i, v in enumerate(steps) if isinstance(v, Tensor) and v.requires_grad]
    if upstream is None:
        # Ones are the upstream gradient of a loss; of a tensor they would hide half of all mistakes.
        if steps[-1].ndim:
            raise ValueError(f"the last value has shape {tuple(steps[-1].shape)}: give an upstream gradient")
        upstream = torch.ones_like(steps[-1])
    found = torch.autograd.grad(steps[-1], [steps[i] for i in wanted], upstream, allow_unused=True)
    gradients = dict(zip(wanted, found, strict=True))
    return type(steps)(*(gradients.get(i) for i in range(len(steps))))


def tree(value, change):
    """Apply `change` to every tensor inside nested tuples and NamedTuples."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, tuple):
        parts = [tree(part, change) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


def compare(got, expected, sizes: Mapping[str, Tensor | float] | None = None) -> None:
    """Print a row for every gradient, then raise if one of them is wrong.

    got, expected: NamedTuples of the same type, or mappings with the same names.
    sizes: by name, the size of the terms that were added to make a value; the default is the
        largest entry expected. A difference may be ROUNDINGS unit roundoffs of that size.
    Raises: GradientMismatch naming variable, index, got and expected; ValueError on other names, on
        nothing to compare and on a size that is none; TypeError on anything without names.
    """
    rows = judge(got, expected, sizes)
    print(table(rows))
    problems = [row.problem for row in rows if not row.agrees]
    if problems:
        raise GradientMismatch("\n".join(problems))


def judge(got, expected, sizes: Mapping[str, Tensor | float] | None = None) -> list[Row]:
    """The rows of `compare`, with nothing printed and nothing raised."""
    got, expected = named(got), named(expected)
    if got.keys() != expected.keys():
        odd = ", ".join(sorted(map(str, got.keys() ^ expected.keys())))
        raise ValueError(f"only one side has a gradient for: {odd}")
    if not got:
        raise ValueError("there is no gradient to compare")
    sizes = sizes or {}
    unknown = ", ".join(sorted(map(str, set(sizes) - set(got))))
    if unknown:
        raise ValueError(f"sizes names what is not compared: {unknown}")
    return [judge_one(name, got[name], expected[name], sizes.get(name)) for name in got]


def named(gradients) -> dict[str, Tensor]:
    """The gradients by name, without those that are None."""
    pairs = gradients._asdict() if hasattr(gradients, "_asdict") else gradients
    if not isinstance(pairs, Mapping):
        kind = type(pairs).__name__
        raise TypeError(f"gradients come by name, in a NamedTuple or a mapping, not in {kind}")
    return {name: value for name, value in pairs.items() if value is not None}


def judge_one(
    name: str, got: Tensor, expected: Tensor, size: Tensor | float | None, prefix: str = "d"
) -> Row:
    """Compare two tensors without broadcasting and without promotion."""
    kind = mismatch_of_kind(got, expected)
    if kind:
        shape = tuple(getattr(got, "shape", ()))
        return Row(name, shape, False, False, float("nan"), float("nan"), f"{prefix}{name}: {kind}", prefix)
    shape = tuple(got.shape)
    if got.numel() == 0:
        return Row(name, shape, True, True, 0.0, 0.0, "", prefix)
    difference = (got - expected).abs()
    # `not <=` and not `>`: a NaN on either side fails every comparison, so it counts as wrong.
    # An infinity is wrong even where it is expected: a tolerance in proportion to it would accept anything.
    wrong = ~(difference <= tolerance(expected, size)) | ~expected.isfinite()
    maxdiff = difference.max().item()
    ulps = in_ulps(maxdiff, expected.abs().max().item(), torch.finfo(got.dtype).eps)
    problem = first_problem(f"{prefix}{name}", got, expected, difference, wrong)
    return Row(name, shape, torch.equal(got, expected), not problem, maxdiff, ulps, problem, prefix)


def mismatch_of_kind(got: Tensor, expected: Tensor) -> str:
    """What is wrong before any number is looked at: no tensor, another dtype or device, another shape."""
    kind = mismatch_of_type(got, expected)
    if not kind and got.shape != expected.shape:
        kind = f"has shape {tuple(got.shape)}, expected {tuple(expected.shape)}"
    return kind


def mismatch_of_type(got: Tensor, expected: Tensor) -> str:
    """What is wrong before even the shapes are looked at, or nothing."""
    if not isinstance(got, Tensor):
        return f"is {'None' if got is None else type(got).__name__}, not a tensor"
    if not isinstance(expected, Tensor):
        return f"cannot be judged: what is expected is {type(expected).__name__}, not a tensor"
    if got.dtype != expected.dtype:
        return f"has dtype {got.dtype}, expected {expected.dtype}"
    if got.dtype not in FLOATS:
        return f"has dtype {got.dtype}; only float16, bfloat16, float32 and float64 are compared"
    if got.device != expected.device:
        return f"is on device {got.device}, expected {expected.device}"
    if got.is_meta or {got.layout, expected.layout} != {torch.strided}:
        return "cannot be judged: only dense tensors that hold numbers are compared"
    return ""


def first_problem(name: str, got: Tensor, expected: Tensor, difference: Tensor, wrong: Tensor) -> str:
    """Name the worst entry among the wrong ones, or nothing when there is none."""
    if not wrong.any():
        return ""
    worst = torch.where(wrong, difference.nan_to_num(nan=torch.inf), -1.0).argmax()
    # numpy's, since torch's loads SymPy for it, most of a second.
    index = [int(i) for i in np.unravel_index(worst.item(), tuple(got.shape))]
    place = f"{name}{index}" if index else name
    left, right = got.flatten()[worst].item(), expected.flatten()[worst].item()
    # As many digits as it takes to tell them apart: seventeen tell any two floats.
    form = ".9g" if f"{left:.9g}" != f"{right:.9g}" else ".17g"
    values = f"got {left:{form}}, expected {right:{form}}"
    return f"{place}: {values}; {int(wrong.sum())} of {got.numel()} entries are wrong"


def table(rows: list[Row]) -> str:
    """The notebook's table, name, exact, approximate and maxdiff, with shape and last places."""
    cells = [
        (f"{row.prefix}{row.name}", "×".join(map(str, row.shape)) or "scalar", row.exact, row.agrees,
         f"{row.maxdiff:.1e}", f"{row.ulps:.3g}")
        for row in rows
    ]
    head = ("gradient", "shape", "exact", "approximate", "maxdiff", "ulps")
    return tabulate(cells, head, tablefmt="simple", disable_numparse=True)
