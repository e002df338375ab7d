"""The torch of the page gives the same in MicroPython as in CPython: every line of `expressions`, as it is printed."""

import pytest
import torch
from page import expressions
from page.test_packed import run
from page.test_pagetorch import drawn

TRY = """
try:
    {names} = fresh()
    {statement}
    found = {expression}
    print(repr(found) if type(found).__name__ not in ("max", "min", "sort", "topk") else repr(tuple(found)))
except Exception as error:
    print(type(error).__name__)
"""
# Where the two Pythons print other things, or MicroPython does not ask the tensor.
OTHERS = ("dtype", "0 < x", "x + [1]", 'x * "a"', "x + None", "finfo", "item()", "float(", "eps", "complex", "1j")


def program(group):
    """A text that runs every line of a group on tensors of its own and prints what it gives."""
    tensors = drawn(torch.float64)
    made = ", ".join(f"torch.tensor({value.tolist()!r}, dtype={value.dtype})" for value in tensors.values())
    lines = [line for line in expressions.lines(group) if not any(word in " ".join(line) for word in OTHERS)]
    tries = [TRY.format(names=", ".join(tensors), statement=statement or "pass", expression=expression)
             for statement, expression in lines]
    return f"def fresh():\n    return ({made},)\n" + "".join(tries), lines


@pytest.mark.parametrize("group", expressions.GROUPS)
def test_every_line_prints_the_same(group, folder):
    text, lines = program(group)
    case = [{"sheet": "chapters/forward", "kind": "run", "source": text}]
    ours, theirs = (run(python, folder, case)[0] for python in ("cpython", "node"))
    assert not ours["trace"] and not theirs["trace"], theirs
    assert ours["output"].splitlines() == theirs["output"].splitlines()
    assert len(ours["output"].splitlines()) >= len(lines) > 20
