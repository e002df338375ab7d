"""Five ways in which a check lies: each is shown to accept what is wrong, and `compare` to refuse it."""

import pytest
import torch
import torch.nn.functional as F

from handgrad.checking import judge
from handgrad.ops import batchnorm, cross_entropy, embedding, softmax

G = torch.Generator().manual_seed(0)
X = torch.randn(4, 3, generator=G, dtype=torch.float64)


def refused(got, expected, sizes=None):
    return any(not r.agrees for r in judge({"x": got}, {"x": expected}, sizes))


def test_lie_1_a_comparison_that_broadcasts():
    db, kept = X.sum(0), X.sum(0, keepdim=True)
    assert torch.allclose(kept, db) and bool((kept == db).all())
    assert refused(kept, db)
    constant = torch.ones(4, 3)
    assert torch.allclose(constant, torch.ones(4, 1)) and refused(torch.ones(4, 1), constant)


def test_lie_2_an_upstream_gradient_of_ones():
    ones, dy = torch.ones_like(X), torch.randn(4, 3, generator=G, dtype=torch.float64)
    gamma, beta = torch.tensor([2.0, -3.0, 0.5], dtype=torch.float64), torch.zeros(3, dtype=torch.float64)
    _, saved = batchnorm.forward(X, gamma, beta)
    forgetful = saved._replace(gamma=ones[0])
    blind, seeing = ([batchnorm.backward(d, s)[0] for s in (forgetful, saved)] for d in (ones, dy))
    assert not refused(*blind, {"x": 9.0}) and refused(*seeing, {"x": 9.0})
    probs = softmax.forward(X)[0]
    factor_lost = [d - (d * probs).sum(1, keepdim=True) for d in (ones, dy)]
    assert not refused(factor_lost[0], softmax.backward(ones, probs), {"x": 1.0})
    assert refused(factor_lost[1], softmax.backward(dy, probs), {"x": 1.0})


@pytest.mark.parametrize("letters, lies", [([0, 1, 2, 3], True), ([0, 1, 1, 3], False)])
def test_lie_3_a_test_that_never_reaches_the_branch(letters, lies):
    context, demb = torch.tensor([letters]), torch.randn(1, 4, 2, generator=G)
    overwritten = torch.zeros(5, 2)
    overwritten[context] = demb
    assert refused(overwritten, embedding.backward(demb, embedding.Saved(context, 5, 2))) != lies


def test_lie_4_a_loose_tolerance():
    logits, targets = torch.randn(32, 27, generator=G), torch.arange(32) % 27
    _, saved = cross_entropy.forward(logits, targets)
    right = cross_entropy.backward(torch.ones(()), saved)
    half_wrong = right.clone()
    half_wrong[:, ::2] *= 1.1
    assert torch.allclose(half_wrong, right, atol=2e-2) and refused(half_wrong, right)
    nothing = torch.zeros_like(right)
    assert torch.allclose(nothing, right, atol=4e-1) and refused(nothing, right)


def test_lie_5_a_reference_that_repeats_the_mistake():
    """A sum where the loss is a mean, on both sides; torch's own loss does not share the mistake."""
    logits, targets = X, torch.tensor([0, 1, 2, 0])
    leaf = logits.clone().requires_grad_()
    summed = -leaf.log_softmax(1)[range(4), targets].sum()
    (own,) = torch.autograd.grad(summed, leaf)
    forgotten = logits.softmax(1) - F.one_hot(targets, 3)
    assert not refused(forgotten, own)
    (torchs,) = torch.autograd.grad(F.cross_entropy(leaf, targets), leaf)
    assert refused(forgotten, torchs) and not refused(forgotten / 4, torchs)
