"""Comparing gradients: the table that the chapters print, and the error that stops a wrong one."""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from tabulate import tabulate
from torch import Tensor

# Eight rounded operations lie on the longest path through one operation of the network, and both of
# the compared sides round: they may be this many unit roundoffs of their terms apart (book/checking.md).
ROUNDINGS = 16


class GradientMismatch(AssertionError):
    """A gradient differs from what was expected by more than rounding can explain."""


class Row(NamedTuple):
    """One line of the table: how a gradient called `name` compares with the expected one."""

    name: str
    shape: tuple[int, ...]
    exact: bool
    agrees: bool
    maxdiff: float
    ulps: float
    problem: str


def autograd(forward, *inputs, upstream: Tensor | None = None):
    """The gradient of every value of `forward(*inputs)`, a NamedTuple, as autograd computes it.

    Shapes: upstream that of the last value; when it is None the last value must be a scalar.
    Returns: the same NamedTuple, with None for whatever has no gradient.
    """
    inputs = tree(inputs, lambda t: t.detach().clone().requires_grad_() if t.is_floating_point() else t)
    steps = forward(*inputs)
    wanted = [i for i, v in enumerate(steps) if isinstance(v, Tensor) and v.requires_grad]
    upstream = torch.ones_like(steps[-1]) if upstream is None else upstream
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
    Raises: GradientMismatch naming variable, index, got and expected; ValueError on other names.
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
        odd = ", ".join(sorted(got.keys() ^ expected.keys()))
        raise ValueError(f"only one side has a gradient for: {odd}")
    sizes = sizes or {}
    unknown = ", ".join(sorted(set(sizes) - set(got)))
    if unknown:
        raise ValueError(f"sizes names what is not compared: {unknown}")
    return [judge_one(name, got[name], expected[name], sizes.get(name)) for name in got]


def named(gradients) -> dict[str, Tensor]:
    """The gradients by name, without those that are None."""
    pairs = gradients._asdict() if hasattr(gradients, "_asdict") else dict(gradients)
    return {name: value for name, value in pairs.items() if value is not None}


def judge_one(name: str, got: Tensor, expected: Tensor, size: Tensor | float | None) -> Row:
    """Compare two tensors without broadcasting and without promotion."""
    kind = mismatch_of_kind(got, expected)
    if kind:
        shape = tuple(getattr(got, "shape", ()))
        return Row(name, shape, False, False, float("nan"), float("nan"), f"d{name}: {kind}")
    shape = tuple(got.shape)
    if got.numel() == 0:
        return Row(name, shape, True, True, 0.0, 0.0, "")
    difference = (got - expected).abs()
    # `not <=` and not `>`: a NaN on either side fails every comparison, so it counts as wrong.
    # Equal infinities subtract to NaN and would fail too; a gradient has no business there.
    wrong = ~(difference <= tolerance(expected, size))
    maxdiff = difference.max().item()
    ulps = maxdiff / ulp(expected.abs().max().item(), torch.finfo(got.dtype).eps)
    problem = first_problem(name, got, expected, difference, wrong)
    return Row(name, shape, torch.equal(got, expected), not problem, maxdiff, ulps, problem)


def tolerance(expected: Tensor, size: Tensor | float | None = None) -> Tensor:
    """How far a gradient may be from `expected`: ROUNDINGS unit roundoffs of the size of its terms.

    Shapes: size that of expected, or one that broadcasts to it; by default the largest entry.
    """
    size = expected.abs().max() if size is None else torch.as_tensor(size)
    return ROUNDINGS * torch.finfo(expected.dtype).eps / 2 * size


def ulp(value: float, eps: float) -> float:
    """One unit in the last place of `value`: the gap to the next float of this precision."""
    if value == 0:
        return float("inf")
    _, exponent = torch.frexp(torch.tensor(value, dtype=torch.float64))
    return eps * 2.0 ** (exponent.item() - 1)


def mismatch_of_kind(got: Tensor, expected: Tensor) -> str:
    """What is wrong before any number is looked at: no tensor, another shape, another dtype."""
    if not isinstance(got, Tensor):
        return f"is {type(got).__name__}, not a tensor"
    if got.shape != expected.shape:
        return f"has shape {tuple(got.shape)}, expected {tuple(expected.shape)}"
    if got.dtype != expected.dtype:
        return f"has dtype {got.dtype}, expected {expected.dtype}"
    return ""


def first_problem(name: str, got: Tensor, expected: Tensor, difference: Tensor, wrong: Tensor) -> str:
    """Name the worst entry among the wrong ones, or nothing when there is none."""
    if not wrong.any():
        return ""
    worst = torch.where(wrong, difference.nan_to_num(nan=torch.inf), -1.0).argmax()
    index = [i.item() for i in torch.unravel_index(worst, got.shape)]
    place = f"d{name}{index}" if index else f"d{name}"
    values = f"got {got.flatten()[worst].item():.9g}, expected {expected.flatten()[worst].item():.9g}"
    return f"{place}: {values}; {int(wrong.sum())} of {got.numel()} entries are wrong"


def table(rows: list[Row]) -> str:
    """The notebook's table, name, exact, approximate and maxdiff, with shape and last places."""
    cells = [
        (f"d{row.name}", "×".join(map(str, row.shape)) or "scalar", row.exact, row.agrees,
         f"{row.maxdiff:.1e}", f"{row.ulps:.3g}")
        for row in rows
    ]
    head = ("gradient", "shape", "exact", "approximate", "maxdiff", "ulps")
    return tabulate(cells, head, tablefmt="simple", disable_numparse=True)
