"""The step in plain operations goes autograd's way, and a step with a wrong gradient does not."""

import pytest
import torch
from trajectories import follow, mutant, require_same_way

from handgrad.speed.rungs.manual import LOOP
from handgrad.training import step
from handgrad.training.step import PLAIN

DTYPES = (torch.float64, torch.float32)
# Module and function, the right piece, and a wrong one: in each operation, and in their composition.
WRONG = (
    ("optim.sgd", "descend", "p - rate * dp", "p + rate * dp"),
    ("optim.sgd", "descend", "p - rate * dp", "p - 2 * rate * dp"),
    ("optim.sgd", "descend", "zip(params, gradients", "zip(params, params"),
    ("models.mlp.model", "backward", "tanh.backward(dh, saved.tanh)", "dh"),
    ("models.mlp.model", "backward", "batchnorm.backward(dpreact, saved.batchnorm)",
     "batchnorm.backward(dh, saved.batchnorm)"),
    ("models.mlp.model", "backward", "return Parameters(dtable, dW1, db1, dgamma, dbeta",
     "return Parameters(dtable, dW1, db1, dbeta, dgamma"),
    ("ops.cross_entropy", "backward", "* (dloss / B)", "* dloss"),
    ("ops.cross_entropy", "backward", "(probs - ", "(probs + "),
    ("ops.linear", "backward", "dx = dy @ W.T", "dx = dy @ W.T * 1.0001"),
    ("ops.linear", "backward", "dy.sum(0)", "dy.mean(0)"),
    ("ops.tanh", "backward", "y, y, value=-1", "y, torch.ones_like(y), value=-1"),
    ("ops.batchnorm", "backward", "dy - via_mean - via_var", "dy - via_mean"),
    ("ops.batchnorm", "backward", "dgamma / (B - correction)", "dgamma / B"),
    ("ops.batchnorm", "backward", "gamma * rstd * (dy", "rstd * (dy"),
)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("steps, options", [(1, {}), (20, {"seed": 3}), (200, {"hidden": 200})])
def test_the_steps_go_the_way_of_autograd(steps, options, dtype):
    require_same_way(PLAIN, steps, dtype, **options)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_so_does_the_manual_loop_that_is_measured_against(dtype):
    require_same_way(LOOP, 20, dtype)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("module, function, old, new", WRONG, ids=lambda part: str(part)[:40])
def test_a_wrong_gradient_goes_another_way(module, function, old, new, dtype, monkeypatch):
    wrong = mutant(module, function, old, new)
    monkeypatch.setattr(f"handgrad.{module}.{function}", wrong)
    method = PLAIN._replace(step=step.plain_step)
    with pytest.raises(AssertionError, match="away from autograd's"):
        require_same_way(method, 5, dtype)


def test_the_loss_is_the_one_before_the_step():
    _, losses = follow(PLAIN, 3, torch.float64)
    _, first = follow(PLAIN, 1, torch.float64)
    assert losses[0] == first[0] and len(set(losses.tolist())) == 3


def test_the_parameters_given_stay_as_they_are_and_the_result_is_in_memory_of_its_own():
    start = follow(PLAIN, 1, torch.float32)[0]
    kept = [p.clone() for p in start]
    params, _ = PLAIN.step(PLAIN.start(start, 32), torch.zeros(32, 3, dtype=torch.int64),
                           torch.ones(32, dtype=torch.int64), 0.1)
    assert all(torch.equal(p, q) for p, q in zip(start, kept, strict=True))
    for one in (params, PLAIN.finish(start)):
        assert not {p.data_ptr() for p in one} & {p.data_ptr() for p in start}
