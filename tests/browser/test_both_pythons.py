"""The torch of the page gives the same in MicroPython as in CPython: every line of `expressions`, as it is printed."""

import expressions
import pytest
import torch
from expressions import drawn
from packed import run

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


# As long as a reader's text may be.
PART = 15


def programs(group):
    """Texts that run the lines of a group on tensors of their own and print what each gives; the number of lines."""
    tensors = drawn(torch.float64)
    made = ", ".join(f"torch.tensor({value.tolist()!r}, dtype={value.dtype})" for value in tensors.values())
    lines = [line for line in expressions.lines(group) if not any(word in " ".join(line) for word in OTHERS)]
    tries = [TRY.format(names=", ".join(tensors), statement=statement or "pass", expression=expression)
             for statement, expression in lines]
    head = f"def fresh():\n    return ({made},)\n"
    return [head + "".join(tries[i : i + PART]) for i in range(0, len(tries), PART)], len(lines)


@pytest.fixture(scope="module")
def printed(folder):
    """By group, what each of the two Pythons makes of its programs."""
    texts = [(group, text) for group in expressions.GROUPS for text in programs(group)[0]]
    cases = [{"sheet": "chapters/forward", "kind": "run", "source": text} for _, text in texts]
    both = list(zip(texts, run("cpython", folder, cases), run("node", folder, cases), strict=True))
    return {group: [(ours, theirs) for (of, _), ours, theirs in both if of == group] for group in expressions.GROUPS}


@pytest.mark.parametrize("group", expressions.GROUPS)
def test_every_line_prints_the_same(group, printed):
    for ours, theirs in printed[group]:
        assert not ours["trace"] and not theirs["trace"], theirs
        assert ours["output"].splitlines() == theirs["output"].splitlines()
    assert sum(len(ours["output"].splitlines()) for ours, _ in printed[group]) >= programs(group)[1] > 20
