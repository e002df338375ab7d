"""Every operation computes where its inputs are: on an accelerator, and never in passing on the CPU."""

from contextlib import contextmanager

import pytest
import torch
from cases import CASES, COMPOSITE, as_tuple
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from trajectories import mutant

from handgrad.check.comparison import judge, judge_one
from handgrad.models.mlp.model import Parameters, init
from handgrad.ops import cross_entropy, embedding
from handgrad.speed.rungs import RUNGS, compiled

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


class Made(TorchDispatchMode):
    """Notes every operation that gives a tensor on another device than this one, as long as the mode lasts."""

    def __init__(self, device):
        super().__init__()
        self.device, self.elsewhere, self.count = device, [], 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        made = [value for value in tree_leaves(out) if isinstance(value, torch.Tensor)]
        self.count += len(made)
        self.elsewhere += [str(function) for value in made if value.device.type != self.device.type]
        return out


@contextmanager
def may_refuse():
    """Torch may refuse to mix devices, or move a tensor by itself, as CUDA does with an index from the processor."""
    try:
        yield
    except RuntimeError as refused:
        assert "device" in str(refused)


def require_agreement(got, expected):
    """Demand that what was computed on the two devices differs by rounding alone."""
    size = max(value.abs().max().item() for value in expected)
    found = {place: value.cpu() for place, value in enumerate(got)}
    rows = judge(found, dict(enumerate(expected)), dict.fromkeys(found, size))
    assert all(row.agrees for row in rows), rows


@every
@dtypes
def test_on_another_device_as_on_the_processor(case, dtype, accelerator):
    given = draw(case, dtype, accelerator)
    with Made(accelerator) as made:
        got = run(case, *given)
    assert made.count >= len(got) and made.elsewhere == []
    require_agreement(got, run(case, *draw(case, dtype)))


@composite
@dtypes
def test_the_steps_on_another_device_as_on_the_processor(case, dtype, accelerator):
    inputs, dy = draw(case, dtype, accelerator)
    with Made(accelerator) as made:
        got = case.op.backward_steps(dy, case.forward_steps(*inputs))
    assert made.count > 10 and made.elsewhere == []
    inputs, dy = draw(case, dtype)
    expected = case.op.backward_steps(dy, case.forward_steps(*inputs))
    require_agreement(*([value for value in values if value is not None] for values in (got, expected)))


def test_gradients_on_two_devices_are_not_compared(accelerator):
    there, here = torch.ones(2, device=accelerator), torch.ones(2)
    assert f"is on device {accelerator.type}:0, expected cpu" in judge_one("x", there, here, None).problem
    assert judge_one("x", there, there.clone(), 1.0).exact and judge_one("x", there, there.clone(), here).exact


@pytest.mark.parametrize("op, function, old", [
    (embedding, "backward", ", device=demb.device"), (cross_entropy, "forward", ", device=logits.device"),
], ids=["embedding", "cross_entropy"])
def test_a_forgotten_device_is_noticed(op, function, old, accelerator, monkeypatch):
    case = next(case for case in CASES if case.op is op)
    given = draw(case, device=accelerator)
    monkeypatch.setattr(op, function, mutant(f"ops.{case.id}", function, old, ""))
    with Made(accelerator) as made, may_refuse():
        run(case, *given)
    assert made.elsewhere


# Compiled rungs take their lines as they are; the native step is for a processor.
STEPS = [pytest.param(rung.method, id=rung.name) for rung in RUNGS if rung.name != "native"]


def results_of_a_step(method, made):
    """What comes of one step of training; `made` notes what is made on the way."""
    with method.mode():
        params = Parameters(*(p.to(made.device) for p in init(torch.Generator().manual_seed(0))))
        context, targets = (torch.zeros(shape, device=made.device).long() for shape in ((32, 3), (32,)))
    with method.mode(), made:
        work, loss = method.step(method.start(params, len(targets)), context, targets, 0.1)
        return loss, *method.finish(work)


@pytest.mark.parametrize("method", STEPS)
def test_no_step_of_training_makes_a_tensor_on_another_device(method, accelerator, monkeypatch):
    monkeypatch.setattr(compiled, "compiled", lambda function: function)
    made = Made(accelerator)
    results = results_of_a_step(method, made)
    assert made.count > 30 and made.elsewhere == []
    assert {value.device.type for value in results} == {accelerator.type}


def test_a_rate_on_another_device_is_noticed(accelerator, monkeypatch):
    monkeypatch.setattr(compiled, "compiled", lambda function: function)
    rate = mutant("speed.rungs.compiled", "compiled_step", "params.W1.new_tensor(rate)", "torch.tensor(rate)")
    made = Made(accelerator)
    with may_refuse():
        results_of_a_step(compiled.COMPILED._replace(step=rate), made)
    assert made.elsewhere
