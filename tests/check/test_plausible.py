"""The mistakes that a reader is likely to make, each written as a reader would write it, and what each is told."""

import pytest
import torch
import torch.nn.functional as F

from handgrad.exercises import judge
from handgrad.exercises.registry import find
from handgrad.exercises.verdict import WRONG


def answers_of(name):
    """The solution of an exercise, for mistakes that begin with what is right."""
    return judge.solution_of(find(name))


def fused(dy, xhat, rstd, gamma, bessel=1, mean=True, var=True, gain=True):
    """The short form of batch normalisation, with parts of it left out."""
    via_mean = dy.mean(0) if mean else 0
    via_var = xhat * (dy * xhat).sum(0) / (len(dy) - bessel) if var else 0
    return (gamma if gain else 1) * rstd * (dy - via_mean - via_var)


def written(demb, context, V, add=False):
    """The embedding's gradient by an assignment with repeated indices."""
    dtable = demb.new_zeros(V, demb.shape[2])
    if add:
        dtable[context] += demb
    else:
        dtable[context] = demb
    return dtable


def correct_only(logits, targets):
    """Nothing but the target's logit gets a gradient."""
    return -F.one_hot(targets, logits.shape[1]).to(logits.dtype) / len(logits)


def logprobs(logits, targets, value):
    """The first gradient of the chapter, with another value at the targets."""
    return torch.zeros_like(logits).index_put_((torch.arange(len(targets)), targets), logits.new_tensor(value))


# By the name of the mistake: the exercise, the answer, and what it is told.
PLAUSIBLE = {
    "×B": ("cross_entropy_fused", lambda z, t: answers_of("cross_entropy_fused")(z, t) * len(z),
           "Every entry is B times too large: the division by B is missing."),
    "÷B": ("linear_dW", lambda dy, x: (x.T @ dy / len(dy), dy.sum(0)),
           "dW: Every entry is B times too small: a division by B too many."),
    "transpose": ("linear_dx", lambda dy, W: W @ dy.T, "it is transposed."),
    "transpose, square": ("linear_square", lambda dy, x, W: (dy @ W @ W, answers_of("linear_square")(dy, x, W)[1]),
                          "dx: W is not transposed in either step; it is square, so the shape does not show it."),
    "missing sum": ("linear_dW", lambda dy, x: (x.T @ dy, dy), "the sum over axis 0 is missing."),
    "extra sum": ("tanh_backward", lambda dy, y: ((1 - y**2) * dy).sum(0), "summed over axis 0, a sum too many."),
    "extra sum, copied back": ("tanh_backward", lambda dy, y: ((1 - y**2) * dy).sum(0).expand_as(y),
                               "It was summed over axis 0 and copied back: a sum too many."),
    "kept axis": ("linear_dW", lambda dy, x: (x.T @ dy, dy.sum(0, keepdim=True)), "an axis was kept or lost."),
    "lost axis": ("batchnorm_dvar", lambda *a: answers_of("batchnorm_dvar")(*a).squeeze(0),
                  "an axis was kept or lost."),
    "sign": ("softmax_backward", lambda dp, p: -answers_of("softmax_backward")(dp, p), "The sign is wrong."),
    "a fork forgotten": ("dcounts_of_probs", lambda dp, c: dp / c.sum(1, keepdim=True),
                         "The path through the sum is forgotten."),
    "upstream forgotten": ("tanh_backward", lambda dy, y: 1 - y**2,
                           "The upstream gradient is forgotten: this is the slope."),
    "upstream as ones": ("linear_dW", lambda dy, x: (x.T @ torch.ones_like(dy), dy.sum(0)),
                         "dW: The upstream gradient of W is taken as ones."),
    "upstream as ones, anywhere": ("dcounts_of_probs",
                                   lambda dp, c: answers_of("dcounts_of_probs")(torch.ones_like(dp), c),
                                   "The upstream gradient dprobs is taken as ones."),
    "x for dx": ("linear_dx", lambda dy, W: W, "This is W and not its gradient."),
    "x for dx, anywhere": ("softmax_backward", lambda dp, p: p, "This is the input probs as it came."),
    "dx for x": ("linear_square", lambda dy, x, W: (dy @ W.T @ W.T, x.T @ (dy @ W.T) + (dy @ W.T).T @ dy),
                 "dW: The gradient of x @ W was used where x @ W belongs."),
    "slope from the input": ("tanh_backward", lambda dy, y: (1 - y.atanh() ** 2) * dy,
                             "The slope was taken from the input: 1 − x² where 1 − y² belongs."),
    "biased for unbiased": ("batchnorm_fused", lambda *a: fused(*a, bessel=0),
                            "Bessel's correction: the variance was divided by one number forward and by another "
                            "backward."),
    "last write wins": ("embedding_backward", written,
                        "Last write wins: a row that is read several times keeps the gradient of its last place only."),
    "last write wins, with +=": ("embedding_backward", lambda *a: written(*a, add=True),
                                 "Last write wins: a row that is read several times keeps the gradient of its last "
                                 "place only."),
    "mean as constant": ("batchnorm_fused", lambda *a: fused(*a, mean=False), "The mean is treated as a constant."),
    "variance as constant": ("batchnorm_fused", lambda *a: fused(*a, var=False),
                             "The variance is treated as a constant."),
    "both as constants": ("batchnorm_fused", lambda *a: fused(*a, mean=False, var=False),
                          "Mean and variance are treated as constants."),
    "gain forgotten": ("batchnorm_fused", lambda *a: fused(*a, gain=False), "The gain is forgotten."),
    "only the correct class": ("cross_entropy_fused", correct_only,
                               "Only the correct class gets a gradient: the path through counts_sum is forgotten."),
    "off by one row": ("tanh_backward", lambda dy, y: ((1 - y**2) * dy).roll(1, 0),
                       "Every entry is one place off along axis 0."),
    "Bessel by a factor": ("tanh_backward", lambda dy, y: (1 - y**2) * dy * (len(dy) - 1) / len(dy),
                           "Divided by B instead of B − 1."),
    "a factor": ("tanh_backward", lambda dy, y: 2 * (1 - y**2) * dy, "Every entry is 2 times the right one."),
    "a shared error": ("softmax_backward",
                       lambda dp, p: answers_of("softmax_backward")(dp, p) + dp.sum(1, keepdim=True),
                       "In each row every column is off by the same amount: a path through one number a row."),
    "the sign at the targets": ("dlogprobs_of_loss", lambda lp, t: logprobs(lp, t, 1 / len(t)), "The sign is wrong."),
    "another of the values": ("linear_dW", lambda dy, x: (x.T @ dy, x.T @ dy),
                              "db: The shape is (3, 10), expected (10,). This is dW, not db."),
    "exchanged values": ("linear_dW", lambda dy, x: (dy.sum(0), x.T @ dy),
                         "The values are right and their order is not: return dW, db."),
}


@pytest.mark.parametrize("mistake", PLAUSIBLE)
def test_a_plausible_mistake_is_named(mistake, tally):
    tally("mistake")
    name, answer, says = PLAUSIBLE[mistake]
    verdict = judge.judge(find(name), answer)
    assert verdict.status == WRONG and verdict.sentence.endswith(says), verdict.sentence
    assert "No known mistake" not in verdict.sentence and verdict.section == find(name).page


def test_what_is_none_of_them_is_said_to_be_none_and_the_worst_entry_is_shown():
    verdict = judge.judge(find("tanh_backward"), lambda dy, y: (1 - y**2) * dy + torch.arange(len(dy)).view(-1, 1) * y)
    assert verdict.sentence.startswith("No known mistake matches: ")
    assert "The worst is dx[" in verdict.sentence and ": got " in verdict.sentence
    assert verdict.picture.splitlines()[0].startswith(verdict.sentence[26:].split(" entries")[0])


def test_only_what_is_a_gradient_is_called_an_upstream_gradient():
    exercise = find("dcounts_of_probs")
    right = judge.solution_of(exercise)
    verdict = judge.judge(exercise, lambda dprobs, counts: right(dprobs, torch.ones_like(counts)))
    assert verdict.status == WRONG and "upstream" not in verdict.sentence
