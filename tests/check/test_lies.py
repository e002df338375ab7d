"""Five ways in which a check lies: each is shown to accept what is wrong, and `compare` to refuse it."""

import dataclasses

import pytest
import torch
import torch.nn.functional as F
from answering import WRITTEN, belonging, mutated

from handgrad.check.comparison import judge
from handgrad.exercises import answer_checks
from handgrad.exercises import judge as runner
from handgrad.exercises.registry import ALL, find
from handgrad.exercises.verdict import RIGHT, WRONG
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


# The same five, against the checker of the exercises.


def status(exercise, answer):
    return runner.judge(exercise, answer).status


def test_lie_1_of_an_exercise_a_broadcast():
    exercise = find("linear_dW")
    assert status(exercise, lambda dy, x: (x.T @ dy, dy.sum(0, keepdim=True))) == WRONG
    assert status(find("tanh_backward"), lambda dy, y: ((1 - y**2) * dy)[:1]) == WRONG


def test_lie_2_of_an_exercise_an_upstream_gradient_of_ones():
    exercise = find("batchnorm_fused")

    def ones(generator):
        dy, *rest = exercise.draw(generator)
        return torch.ones_like(dy), *rest

    def nothing(dy, xhat, rstd, gamma):
        return torch.zeros_like(dy)

    blind = dataclasses.replace(exercise, draw=ones, sizes=lambda *inputs: {"dx": 9.0})
    assert status(blind, nothing) == RIGHT and status(exercise, nothing) == WRONG


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_no_exercise_draws_a_tensor_of_one_repeated_number(exercise):
    for each in runner.rounds(exercise):
        drawn = [t for t in answer_checks.tensors(each.inputs) if t.is_floating_point() and t.numel() > 3]
        assert all(t.max() > t.min() for t in drawn)


def test_lie_3_of_an_exercise_a_branch_that_is_not_reached():
    exercise = find("embedding_backward")

    def distinct(generator):
        demb, context, V = exercise.draw(generator)
        return demb, torch.arange(context.numel()).view_as(context), context.numel()

    def overwriting(demb, context, V):
        dtable = demb.new_zeros(V, demb.shape[2])
        dtable[context] = demb
        return dtable

    assert status(dataclasses.replace(exercise, draw=distinct), overwriting) == RIGHT
    assert status(exercise, overwriting) == WRONG
    for each in runner.rounds(exercise):
        assert each.inputs[1].unique().numel() < each.inputs[1].numel()


@pytest.mark.parametrize("error", [1e-2, 1e-6, 1e-12])
def test_lie_4_of_an_exercise_a_loose_tolerance(error):
    exercise = find("cross_entropy_fused")
    right = runner.solution_of(exercise)
    assert status(exercise, lambda logits, targets: right(logits, targets) * (1 + error)) == WRONG
    assert status(exercise, lambda logits, targets: right(logits, targets) * 0) == WRONG


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_lie_5_of_an_exercise_a_solution_that_is_wrong(exercise, monkeypatch):
    """With a wrong solution in its place the other right answers are refused: it could not stand unseen."""
    others = [function for stem, name, function in WRITTEN
              if belonging(stem, name) is exercise]
    if not others and exercise.kind != "code":
        pytest.skip("no other answer is asked of this kind, and there is none")
    wrong = mutated(exercise, exercise.mutants[0])
    monkeypatch.setattr(runner, "solution_of", lambda exercise: wrong)
    assert others and all(status(exercise, other) != RIGHT for other in others)
