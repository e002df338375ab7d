"""Plain descent is torch's, and leaves alone what it is given."""

from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.optim import sgd


class Pair(NamedTuple):
    a: Tensor
    b: Tensor


def drawn(seed):
    generator = torch.Generator().manual_seed(seed)
    return Pair(*(torch.randn(3, 4, generator=generator, dtype=torch.float64) for _ in range(2)))


def test_a_step_is_that_of_torch():
    params, gradients = drawn(0), drawn(1)
    leaves = [p.clone().requires_grad_() for p in params]
    for leaf, gradient in zip(leaves, gradients, strict=True):
        leaf.grad = gradient
    torch.optim.SGD(leaves, 0.3).step()
    for ours, theirs in zip(sgd.descend(params, gradients, 0.3), leaves, strict=True):
        torch.testing.assert_close(ours, theirs.detach(), rtol=1e-15, atol=1e-16)


def test_the_parameters_given_stay_as_they_are():
    params = drawn(0)
    moved = sgd.descend(params, drawn(1), 0.3)
    assert type(moved) is Pair and all(torch.equal(p, q) for p, q in zip(params, drawn(0), strict=True))
    assert not {p.data_ptr() for p in moved} & {p.data_ptr() for p in params}
