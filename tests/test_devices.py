"""Every operation computes where its inputs are: on an accelerator, and never in passing on the CPU."""

import inspect

import pytest
import torch
from cases import CASES, COMPOSITE, as_tuple
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from trajectories import mutant

from handgrad.checking import judge, judge_one
from handgrad.ladder import RUNGS, compiled
from handgrad.mlp import Parameters, init
from handgrad.ops import cross_entropy, embedding

every = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
composite = pytest.mark.parametrize("case", COMPOSITE, ids=lambda case: case.id)
dtypes = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


def draw(case, dtype=torch.float32, device="cpu"):
    """Inputs and an upstream gradient, drawn on the CPU and then moved, so that every device has the same."""
    generator = torch.Generator().manual_seed(0)
    inputs = case.draw(generator, dtype)
    y, _ = case.forward(*inputs)
    dy = torch.randn(y.shape, generator=generator, dtype=torch.float64).to(dtype)
    return tuple(value.to(device) for value in inputs), dy.to(device)


def run(case, inputs, dy):
    """The output, and the gradients of the inputs."""
    y, saved = case.forward(*inputs)
    return y, *as_tuple(case.op.backward(dy, saved))


@pytest.fixture
def cuda():
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    return torch.device("cuda")


@every
@dtypes
def test_on_cuda_as_on_the_cpu(case, dtype, cuda):
    expected = run(case, *draw(case, dtype))
    got = run(case, *draw(case, dtype, cuda))
    assert all(value.device.type == "cuda" for value in got)
    size = max(value.abs().max().item() for value in expected)
    found = {place: value.cpu() for place, value in enumerate(got)}
    rows = judge(found, dict(enumerate(expected)), dict.fromkeys(found, size))
    assert all(row.agrees for row in rows), rows


@composite
@dtypes
def test_the_steps_on_cuda_as_on_the_cpu(case, dtype, cuda):
    inputs, dy = draw(case, dtype)
    expected = case.op.backward_steps(dy, case.forward_steps(*inputs))
    inputs, dy = draw(case, dtype, cuda)
    got = case.op.backward_steps(dy, case.forward_steps(*inputs))
    found = {name: value.cpu() for name, value in got._asdict().items() if value is not None}
    size = max(value.abs().max().item() for value in expected if value is not None)
    rows = judge(found, expected, dict.fromkeys(found, size))
    assert all(row.agrees for row in rows), rows


def test_gradients_on_two_devices_are_not_compared(cuda):
    there, here = torch.ones(2, device=cuda), torch.ones(2)
    assert "is on device cuda:0, expected cpu" in judge_one("x", there, here, None).problem
    assert judge_one("x", there, there.clone(), 1.0).exact and judge_one("x", there, there.clone(), here).exact


class Made(TorchDispatchMode):
    """Records every tensor that torch makes, with the operation that made it, as long as the mode lasts."""

    def __init__(self):
        super().__init__()
        self.elsewhere, self.count = [], 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        made = [value for value in tree_leaves(out) if isinstance(value, torch.Tensor)]
        self.count += len(made)
        self.elsewhere += [str(function) for value in made if value.device.type != "meta"]
        return out


@pytest.fixture
def no_numbers(monkeypatch):
    """On the device `meta` tensors have shapes and no numbers, so indices cannot be looked at."""
    for op in (cross_entropy, embedding):
        monkeypatch.setattr(op, "require_indices", lambda *demand: None)


@every
def test_no_operation_makes_a_tensor_on_another_device(case, no_numbers):
    inputs, dy = draw(case, device="meta")
    with Made() as made:
        found = run(case, inputs, dy)
    assert made.count >= len(found) and made.elsewhere == []
    expected = run(case, *draw(case))
    assert [(v.shape, v.dtype) for v in found] == [(v.shape, v.dtype) for v in expected]
    assert {v.device.type for v in found} == {"meta"}


@composite
def test_no_step_makes_a_tensor_on_another_device(case, no_numbers):
    inputs, dy = draw(case, device="meta")
    with Made() as made:
        steps = case.forward_steps(*inputs)
        gradients = case.op.backward_steps(dy, steps)
    assert made.count > 10 and made.elsewhere == []
    tensors = [value for value in (*steps, *gradients) if isinstance(value, torch.Tensor)]
    assert {value.device.type for value in tensors} == {"meta"}


@pytest.mark.parametrize("op, function, old, new", [
    (embedding, "backward", ", device=demb.device", ""),
    (cross_entropy, "forward", ", device=logits.device", ""),
], ids=["embedding", "cross_entropy"])
def test_a_forgotten_device_is_noticed(op, function, old, new, no_numbers, monkeypatch):
    source = inspect.getsource(getattr(op, function))
    assert source.count(old) == 1
    names = {**vars(op), "torch": torch}
    exec(source.replace(old, new), names)
    case = next(case for case in CASES if case.op is op)
    inputs, dy = draw(case, device="meta")
    monkeypatch.setattr(op, function, names[function])
    with Made() as made:
        try:
            run(case, inputs, dy)
        except RuntimeError as refused:
            # torch may refuse to mix devices: then the mistake is noticed, too.
            assert "device" in str(refused)
    assert made.elsewhere


# The notebook's loop asks of every character which it is, and there are no numbers; the native step is for a CPU.
STEPS = [pytest.param(rung.method, id=rung.name) for rung in RUNGS if rung.name not in ("loop", "native")]


def made_by_a_step(method):
    """What one step of training makes, and its results; the lines for the compiler run as they are."""
    params = Parameters(*(p.to("meta") for p in init(torch.Generator().manual_seed(0))))
    context, targets = torch.zeros(32, 3, device="meta").long(), torch.zeros(32, device="meta").long()
    with Made() as made, method.mode():
        work, loss = method.step(method.start(params, len(targets)), context, targets, 0.1)
        return made, (loss, *method.finish(work))


@pytest.mark.parametrize("method", STEPS)
def test_no_step_of_training_makes_a_tensor_on_another_device(method, no_numbers, monkeypatch):
    monkeypatch.setattr(compiled, "compiled", lambda function: function)
    made, results = made_by_a_step(method)
    assert made.count > 30 and made.elsewhere == []
    assert {value.device.type for value in results} == {"meta"}


def test_a_rate_on_another_device_is_noticed(monkeypatch):
    monkeypatch.setattr(compiled, "compiled", lambda function: function)
    elsewhere = mutant("ladder.compiled", "compiled_step", "params.W1.new_tensor(rate)", "torch.tensor(rate)")
    made, _ = made_by_a_step(compiled.COMPILED._replace(step=elsewhere))
    assert made.elsewhere
