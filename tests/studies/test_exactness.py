"""Bit for bit: with these spellings every gradient of the network equals autograd's, whatever the kernels.

torch chooses its kernels when it is loaded: each choice is a process of its own, this file run as a program.
Equal means equal numbers: the sign of a zero is the one bit that is not looked at.
"""

import json
import os
import subprocess
import sys
from unittest import mock

import kernels
import pytest
import torch

from handgrad.check.comparison import autograd
from handgrad.data import example, names
from handgrad.models.mlp import trace
from handgrad.ops import cross_entropy, tanh

COUNT = 26
WITHOUT_FMA, WITH_FMA = ("default",), ("avx2", "avx512")
# What a plain 1 − h² spoils: the gradient behind the tanh and all that come after it.
BEHIND_TANH = {
    "preact", "xhat", "gamma", "beta", "rstd", "var", "squared", "centered", "mean", "pre_bn",
    "flat", "W1", "b1", "emb", "table",
}
backward = cross_entropy.backward_steps


def plain_tanh(dy, y):
    """Rounded twice; a fused multiply-add rounds once."""
    return (1 - y**2) * dy


def reciprocal(dloss, steps):
    """The step from logprobs to probs by a product with 1/p, and all later steps from there."""
    honest = torch.Tensor.__truediv__

    def product(numerator, denominator):
        if denominator is steps.probs:
            return (1 / denominator) * numerator
        return honest(numerator, denominator)

    with mock.patch.object(torch.Tensor, "__truediv__", product):
        return backward(dloss, steps)


def minibatch(B):
    """The book's parameters with the first B windows of the training names."""
    params, *_ = example.load()
    context, targets = names.load().train
    return params, context[:B], targets[:B]


def unequal(inputs):
    """The gradients that differ from autograd's, and how many were compared."""
    steps = trace.forward_steps(*inputs)
    pairs = zip(steps._fields, trace.backward_steps(torch.ones(()), steps),
                autograd(trace.forward_steps, *inputs), strict=True)
    found = {name: torch.equal(got, expected) for name, got, expected in pairs if expected is not None}
    # The loss's own gradient is the upstream one, and given.
    del found["loss"]
    return {"compared": len(found), "unequal": [name for name, equal in found.items() if not equal]}


def measure():
    """All that the tests below look at, as one set of kernels gives it."""
    torch.set_num_threads(1)
    report = {"kernels": torch.backends.cpu.get_cpu_capability().lower(), "example": unequal(example.load())}
    report |= {f"B={B}": unequal(minibatch(B)) for B in (33, 50, 64)}
    with mock.patch.object(tanh, "backward", plain_tanh):
        report["plain tanh"] = unequal(example.load())
    with mock.patch.object(cross_entropy, "backward_steps", reciprocal):
        report |= {f"1/p at B={B}": unequal(minibatch(B)) for B in (32, 33)}
    return report


@pytest.fixture(scope="module", params=[*WITHOUT_FMA, *WITH_FMA])
def report(request):
    """What one set of kernels gives."""
    kernels.require(request.param)
    environment = os.environ | {"ATEN_CPU_CAPABILITY": request.param, "OMP_NUM_THREADS": "1"}
    environment.pop(names.VARIABLE, None)
    environment["PYTHONPATH"] = os.path.dirname(kernels.__file__)
    command = [sys.executable, __file__]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["kernels"] == request.param
    return found


def test_all_26_gradients_of_the_books_minibatch_are_equal(report):
    assert report["example"] == {"compared": COUNT, "unequal": []}


@pytest.mark.parametrize("B", [33, 50, 64])
def test_so_are_those_of_other_batches(report, B):
    assert report[f"B={B}"] == {"compared": COUNT, "unequal": []}


def test_the_plain_slope_of_tanh_is_exact_without_fused_multiply_add_only(report):
    """How we know that the tests above can fail."""
    expected = BEHIND_TANH if report["kernels"] in WITH_FMA else set()
    assert set(report["plain tanh"]["unequal"]) == expected


def test_a_product_with_the_reciprocal_is_exact_where_b_is_a_power_of_two(report):
    assert report["1/p at B=32"]["unequal"] == []
    assert "probs" in report["1/p at B=33"]["unequal"]
    assert "logprobs" not in report["1/p at B=33"]["unequal"]


if __name__ == "__main__":
    print(json.dumps(measure()))
