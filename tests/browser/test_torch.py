"""The torch of the page gives what torch gives: value, shape, type, and the type of every error."""

import sys
from pathlib import Path

import answers_text
import beside
import expressions
import programs
import pytest
import torch
from answers_text import KERNELS
from expressions import drawn
from hypothesis import given, settings

from browser import torch as pagetorch
from browser.torch.errors import Unsupported
from handgrad.exercises import judge
from handgrad.exercises.registry import ALL

HEAD = "import torch\nimport torch.nn.functional as F\n\n\ndef f({}):\n    {}\n    return {}\n"


def compare(text, name, inputs, ulps=beside.ULPS, size=None, eps=beside.EPS):
    """Run a function of a text with both, and say what differs: "", or words; and torch's result."""
    theirs, error = beside.outcome(beside.run(text, False)[name], beside.copied(inputs))
    ours, problem = beside.outcome(beside.run(text, True)[name], beside.ported(inputs))
    if error or problem:
        return ("" if type(error) is type(problem) else f"{problem!r} for {error!r}"), None
    return beside.differ(ours, theirs, ulps, size, eps), theirs


def unequal(answer, rounds):
    """What an answer gives otherwise than with torch, in words, or nothing."""
    # A wrong line may divide by what has cancelled.
    ulps = beside.ULPS * (100 if answer.kind == "mutant" else 1)
    for each in rounds:
        # What cancels is as wrong as its terms are large.
        size = max(1.0, beside.largest(each.inputs), beside.largest(each.expected))
        found, _ = compare(answer.text, answer.function, each.inputs, ulps, size)
        if found:
            return f"{answer.id} in {each.dtype}: {found}\n{answer.text}"
    return ""


@pytest.mark.filterwarnings("ignore:var..:UserWarning")
@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_every_answer_to_an_exercise_gives_the_same(exercise, tally):
    rounds, answers = judge.rounds(exercise), answers_text.of(exercise)
    assert len(answers) > len(exercise.mutants)
    for answer in answers:
        tally("page torch", answer.kind)
        assert answer.function in KERNELS or not unequal(answer, rounds)


@pytest.mark.parametrize("name", KERNELS)
def test_the_kernels_of_torch_are_left_out(name):
    answer = next(each for each in answers_text.every() if each.function == name)
    with pytest.raises(Unsupported, match="there is no torch.ops in the part of torch"):
        beside.run(answer.text, True)[name](*beside.ported(judge.rounds(answer.exercise)[0].inputs))


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32], ids=str)
@pytest.mark.parametrize("group", expressions.GROUPS)
def test_every_line_gives_the_same(group, dtype):
    for statement, expression in expressions.lines(group):
        tensors = drawn(dtype)
        text = HEAD.format(", ".join(tensors), statement or "pass", expression)
        found, theirs = compare(text, "f", tuple(tensors.values()), eps=torch.finfo(dtype).eps)
        assert not found, f"{statement} -> {expression}"
        if isinstance(theirs, torch.Tensor) and dtype == torch.float64:
            ours = beside.run(text, True)["f"](*beside.ported(tuple(drawn(dtype).values())))
            assert repr(ours) == repr(theirs)


def beginning(tensors, seed):
    """The tensors that a random program begins with."""
    generator = torch.Generator().manual_seed(seed)
    found = {
        name: torch.randn(shape, generator=generator, dtype=torch.float64).mul(2).to(getattr(torch, kind))
        for name, (shape, kind) in tensors.items()
    }
    return found | {
        "i": torch.tensor([2, 0, 2]),
        "j": torch.tensor([[0, 1, 0]]),
        "k": torch.tensor([True, False, True]),
    }


def size_of(kind, tensors):
    """How large the terms may be that a line adds or multiplies."""
    if kind == "exact":
        return 0.0
    sizes = sorted((max(1.0, beside.largest(value)) for value in tensors.values()), reverse=True)
    return 16 * sizes[0] ** 3


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=200, deadline=None, derandomize=True)
@given(programs.program())
def test_a_random_program_gives_the_same(program):
    shapes, seed, lines = program
    tensors = beginning(shapes, seed)
    for kind, line in lines:
        target = line.split()[0].partition("[")[0].partition(".")[0]
        statement, expression = (line, target) if kind == "writing" else ("pass", line)
        text = HEAD.format(", ".join(tensors), statement, expression)
        found, theirs = compare(text, "f", tuple(tensors.values()), size=size_of(kind, tensors))
        assert not found, line
        # Each line goes on with torch's numbers, so that roundings do not add up.
        if isinstance(theirs, torch.Tensor) and not theirs.is_complex() and theirs.dtype != torch.bool:
            tensors[programs.NAMES[len(line) % len(programs.NAMES)]] = theirs.clone()


@pytest.mark.parametrize(
    "call, says",
    [
        ("torch.randn(3)", "draws other numbers each time"),
        ("torch.ones(3).backward()", "belongs to autograd"),
        ("torch.ones(3, requires_grad=True)", "belongs to autograd"),
        ("torch.optim.SGD([])", "belongs to autograd"),
        ("torch.ones(3).requires_grad_()", "belongs to autograd"),
        ("torch.ones(3).sume()", "there is no Tensor.sume in the part of torch that runs in this page"),
        ("torch.nn.Linear(3, 4)", "there is no torch.nn.Linear"),
        ("torch.fft", "there is no torch.fft"),
        ("F.conv1d(torch.ones(3))", "there is no torch.nn.functional.conv1d"),
        ("torch.linalg.inv(torch.eye(2))", "there is no torch.linalg.inv"),
        ("F.pad(torch.ones(3, 3), (1, 1), mode='reflect')", "F.pad with mode"),
        ("F.cross_entropy(torch.ones(2, 2), torch.tensor([0, 1]), label_smoothing=0.1)", "label_smoothing"),
        ("torch.ones(3).view(torch.int64)", "Tensor.view"),
        ("torch.linalg.matrix_norm(torch.ones(2, 2), 2)", "matrix_norm with ord=2"),
    ],
)
def test_what_is_left_out_says_so_in_a_sentence(call, says):
    with pytest.raises(Unsupported, match=says):
        beside.run(HEAD.format("", "pass", call), True)["f"]()


def test_nothing_of_the_package_needs_more_than_a_small_python():
    """What MicroPython cannot read is not written: it has no `match`, no dataclass, no typing."""
    for path in Path(pagetorch.__file__).parent.rglob("*.py"):
        text = path.read_text()
        for word in ("dataclass", "typing", "removeprefix", "removesuffix", "functools", "NamedTuple"):
            assert word not in text, f"{path.name}: {word}"


def test_a_shape_says_its_type_and_a_tensor_can_be_a_key():
    x = pagetorch.ones(2, 3)
    assert repr(x.shape) == repr(torch.ones(2, 3).shape) and isinstance(x.shape, pagetorch.Size) and {x: 1}[x] == 1
    with pagetorch.no_grad():
        assert pagetorch.is_tensor(pagetorch.no_grad()(lambda: x)())


def test_the_differences_that_the_comparison_looks_for_are_seen():
    one = torch.ones(2, dtype=torch.float64)
    ours = beside.ported(one)
    assert beside.differ(ours, one) == ""
    for other in (one * (1 + 1e-12), one.float(), one[:1], one.long(), one.tolist(), (one, one)):
        assert beside.differ(ours, other)
    assert beside.differ((1.0, 2), (1.0, 2)) == "" and beside.differ((1.0, 2), (1.0, 3))
    single = torch.finfo(torch.float32).eps
    assert not beside.differ(1.0, 1.0 + single, eps=single) and beside.differ(1.0, 1.0 + 100 * single, eps=single)
    assert beside.differ(1, 1.0) and beside.differ(1.0, 1.0 + 1e-9) and sys.float_info.epsilon
