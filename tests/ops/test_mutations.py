"""Every wrong formula is caught, and caught by name: a checker that passes one would be worthless."""

import importlib
import inspect

import pytest
import torch
from cases import CASES, as_tuple, by_autograd, draw
from ledger import GIVES
from mutations import MUTATIONS

from handgrad.check.comparison import GradientMismatch, autograd, compare


def mutated(mutation):
    """The function with one piece of its source replaced, run in a copy of its module's names."""
    module = importlib.import_module(f"handgrad.ops.{mutation.stem}")
    source = inspect.getsource(getattr(module, mutation.function))
    assert source.count(mutation.old) == 1, f"{mutation.old!r} stands {source.count(mutation.old)} times"
    names = {**vars(module), "torch": torch}
    exec(source.replace(mutation.old, mutation.new), names)
    return names[mutation.function]


def both(stem, function, op_function):
    """The gradients of `op_function` and autograd's, by name, in the order of the backward pass."""
    case = next(case for case in CASES if case.id == stem)
    inputs, _, saved, dy = draw(case, seed=2)
    if function == "backward_steps":
        got = op_function(dy, case.forward_steps(*inputs))
        expected = autograd(case.forward_steps, *inputs, upstream=dy)
        found = {name: (g, e) for name, g, e in zip(got._fields, got, expected, strict=True) if e is not None}
        return backward_order(found)
    pairs = zip(as_tuple(op_function(dy, saved)), by_autograd(case.reference, inputs, dy), strict=True)
    return {name.removeprefix("d"): pair for name, pair in zip(GIVES[stem], pairs, strict=True)}


def backward_order(found):
    """Last first; the parameters, which stand before the values that they meet, come where they are used."""
    parameters = ("beta", "gamma")
    rest = [name for name in reversed(found) if name not in parameters]
    return {name: found[name] for name in [*(n for n in parameters if n in found), *rest]}


def check(pairs):
    """`compare` of the pairs, each sum to zero held against the terms that are added."""
    sizes = {name: 1.0 for name in ("row_max", "mean") if name in pairs}
    compare({n: g for n, (g, _) in pairs.items()}, {n: e for n, (_, e) in pairs.items()}, sizes)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.stem}.{m.function}-{m.kind}-{m.new[:30]}")
def test_a_wrong_formula_is_caught_by_name(mutation, capsys):
    try:
        pairs = both(mutation.stem, mutation.function, mutated(mutation))
    except RuntimeError as refused:
        # torch refuses what does not fit; then the mistake never becomes a number.
        pytest.fail(f"choose a mutation that runs: {refused}")
    with pytest.raises(GradientMismatch) as caught:
        check(pairs)
    first = str(caught.value).splitlines()[0]
    assert first.startswith((f"{mutation.caught}[", f"{mutation.caught}:", f"{mutation.caught} "))


@pytest.mark.parametrize("stem, function", sorted({(m.stem, m.function) for m in MUTATIONS}))
def test_the_right_formula_passes_the_same_check(stem, function):
    op_function = getattr(importlib.import_module(f"handgrad.ops.{stem}"), function)
    check(both(stem, function, op_function))


def test_there_are_at_least_forty():
    assert len(set(MUTATIONS)) == len(MUTATIONS) >= 40
