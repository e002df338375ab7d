"""`checking.autograd`, the reference of every table: what it asks for, what it leaves as it is."""

from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from handgrad.check.comparison import autograd, tree
from handgrad.ops import cross_entropy

G = torch.Generator().manual_seed(0)
X = torch.randn(4, 3, generator=G, dtype=torch.float64)


class Pair(NamedTuple):
    a: Tensor | None
    b: Tensor | None


class Steps(NamedTuple):
    x: Tensor
    index: Tensor | None
    unused: Tensor
    eps: float | None
    square: Tensor
    y: Tensor


def forward(x, index, unused, eps):
    square = x**2
    return Steps(x, index, unused, eps, square, square[index] + eps)


INPUTS = (X, torch.tensor([0, 2, 0]), torch.ones(2), 0.5)


def test_autograd_keeps_none_for_what_has_no_gradient():
    dy = torch.randn(3, 3, generator=G, dtype=torch.float64)
    steps = autograd(forward, *INPUTS, upstream=dy)
    assert isinstance(steps, Steps)
    assert steps.index is steps.eps is steps.unused is None
    assert torch.equal(steps.y, dy)
    torch.testing.assert_close(steps.square, torch.zeros_like(X).index_add(0, INPUTS[1], dy))
    torch.testing.assert_close(steps.x, 2 * X * steps.square)


def test_autograd_demands_an_upstream_gradient_unless_the_last_value_is_a_loss():
    with pytest.raises(ValueError, match=r"the last value has shape \(3, 3\): give an upstream gradient"):
        autograd(forward, *INPUTS)
    with pytest.raises(RuntimeError, match="shape"):
        autograd(forward, *INPUTS, upstream=torch.ones(1, 3, dtype=torch.float64))
    logits, targets = X.float(), torch.tensor([0, 1, 2, 0])
    gradients = autograd(cross_entropy.forward_steps, logits, targets)
    assert gradients.loss == 1 and gradients.targets is gradients.row_argmax is None


def test_autograd_changes_no_input_and_needs_none_that_requires_a_gradient():
    kept = [v.clone() if isinstance(v, Tensor) else v for v in INPUTS]
    autograd(forward, *INPUTS, upstream=torch.ones(3, 3, dtype=torch.float64))
    for now, before in zip(INPUTS, kept, strict=True):
        assert torch.equal(now, before) if isinstance(now, Tensor) else now == before
    assert not X.requires_grad and X.grad is None


def test_autograd_takes_parameters_in_a_named_tuple():
    found = autograd(lambda pair, k: Pair(pair.a, (pair.a * pair.b * k).sum()), Pair(X, X + 1), 3.0)
    torch.testing.assert_close(found.a, 3 * (X + 1))


def test_tree_changes_the_tensors_and_keeps_the_kinds():
    changed = tree((Pair(X, None), (X, 1.0), "a"), lambda t: t + 1)
    assert isinstance(changed[0], Pair) and changed[0].b is None
    assert changed[1][1] == 1.0 and changed[2] == "a"
    assert torch.equal(changed[0].a, X + 1) and torch.equal(changed[1][0], X + 1)
