"""The exercises of the chapters *The names* and *The forward pass*."""

import torch

from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import forward as wrong

EPS = 1e-3


def draw_codes(generator: torch.Generator) -> tuple:
    """Inputs of context_windows: codes (n,), from 1 to 26, and T."""
    n, T = draws.lengths(generator, 2)
    return torch.randint(1, 27, (n,), generator=generator), T


def draw_pairs(generator: torch.Generator) -> tuple:
    """Inputs of following_probs: last, targets (N,), prior (V, V). With N = 3 V² some pairs come again."""
    (V,) = draws.lengths(generator, 1)
    last, targets = torch.randint(0, V, (2, 3 * V * V), generator=generator)
    return last, targets, draws.normal(generator, V, V).abs() + 0.1


def draw_x(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_forward: x (B, H), gamma, beta (H,), eps."""
    B, H = draws.lengths(generator, 2)
    x = draws.normal(generator, B, H, scale=2.0) + 1.0
    return x, draws.normal(generator, H) - 2.0, draws.normal(generator, H), EPS


def draw_logits(generator: torch.Generator) -> tuple:
    """Inputs of loss_forward: logits (B, V) of which whole rows lie far from zero, targets (B,).

    In one row a logit lies far below the others, so that its probability is no float.
    """
    B, V = draws.lengths(generator, 2)
    rows = torch.linspace(-2000, 2000, B, dtype=torch.float64)[:, None]
    logits = draws.normal(generator, B, V, scale=3.0) + rows
    logits[-1, 0] -= 1500
    return logits, draws.targets(generator, B, V)


def terms_of_y(x: torch.Tensor, gamma: torch.Tensor, beta: torch.Tensor, eps: float) -> dict:
    """What was added to make y, in size, where the variance is the mean square less the squared mean.

    Shapes: x (B, H); gamma, beta (H,); of the result (H,).
    """
    mean, var = x.mean(0), x.var(0)
    xhat = (x - mean).abs().amax(0) * (var + eps) ** -0.5
    return {"y": gamma.abs() * xhat * (1 + mean**2 / (var + eps)) + beta.abs()}


EXERCISES = (
    Exercise(
        name="context_windows",
        stem="forward",
        chapter="names",
        section="how-does-a-name-become-numbers",
        title="A name becomes questions",
        difficulty=2,
        importance=3,
        minutes=15,
        gives=("context", "targets"),
        draw=draw_codes,
        worked=lambda: (torch.tensor([5, 13, 13, 1]), 3),
        hints=(
            Hint("The window after the last letter, whose answer is the dot, is missing",
                 "A name of four letters makes five questions."),
            Hint("RuntimeError: stack expects each tensor to be equal size",
                 "Before the first letter there are T dots. Put them in front of the codes once, and every "
                 "context is a slice of T characters."),
            Hint("Each context holds its own target",
                 "In the padded row the character number $i$ has moved to place $i + T$. Its context is what "
                 "stands at the T places before that."),
        ),
        mutants=(
            Mutant("for i in range(n + 1)", "for i in range(n)", "after the last letter"),
            Mutant("padded[i : i + T]", "padded[i + 1 : i + T + 1]", "Each context holds its own target"),
            Mutant("padded[i : i + T]", "padded[i : i + T].flip(0)", "read from right to left"),
            Mutant("targets = padded[T:]", "targets = padded[T - 1 : -1]", "the ones that come next"),
            Mutant("targets = padded[T:]", "targets = codes", "The targets lack the dot at the end"),
            Mutant("return context, targets", "return context.float(), targets", "has dtype torch.float32"),
            Mutant("return context, targets", "return targets, context", "The shape is"),
        ),
        mistakes=wrong.context_windows,
    ),
    Exercise(
        name="following_probs",
        stem="forward",
        chapter="names",
        section="what-can-be-known-by-counting",
        title="What comes after a character",
        difficulty=2,
        importance=3,
        minutes=15,
        gives=("probs",),
        draw=draw_pairs,
        narrow=(0,),
        worked=lambda: (torch.tensor([0, 0, 1, 1]), torch.tensor([1, 1, 0, 1]), torch.ones(2, 2)),
        hints=(
            Hint("All counts were divided by one sum",
                 "A row answers one question: what comes after *this* character? Its numbers sum to 1."),
            Hint("RuntimeError: The size of tensor a must match",
                 "`keepdim=True` leaves the sums in the shape $(V, 1)$, one beside each row."),
            Hint("A pair that comes several times was counted once",
                 "`counts[last, targets] += 1` reads all entries, adds, and writes all back: of several writes "
                 "to one entry one stays. A loop over the windows counts each; `index_put` with "
                 "`accumulate=True` does so at once."),
        ),
        mutants=(
            Mutant("prior.index_put((last, targets), one, accumulate=True)",
                   "prior.index_put((last, targets), prior[last, targets] + 1)", "was counted once"),
            Mutant("(last, targets)", "(targets, last)", "Rows and columns are exchanged"),
            Mutant("counts / counts.sum(1, keepdim=True)", "counts / counts.sum(0)",
                   "These are the columns over their sums"),
            Mutant("counts.sum(1, keepdim=True)", "counts.sum()", "All counts were divided by one sum"),
            Mutant("counts / counts.sum(1, keepdim=True)", "counts", "These are the counts"),
            Mutant("prior.index_put((last, targets), one, accumulate=True)\n"
                   "    return counts / counts.sum(1, keepdim=True)",
                   "torch.zeros_like(prior).index_put((last, targets), one, accumulate=True)\n"
                   "    return counts / counts.sum(1, keepdim=True) + prior",
                   "The prior was added after the division"),
        ),
        mistakes=wrong.following_probs,
    ),
    Exercise(
        name="batchnorm_forward",
        stem="forward",
        section="batch-normalisation",
        title="Mean 0, variance 1",
        difficulty=1,
        importance=4,
        minutes=10,
        gives=("y",),
        draw=draw_x,
        worked=lambda: (torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([10.0]), torch.tensor([5.0]), 0.0),
        hints=(
            Hint("The mean and the variance were taken along rows", "One number a column: the sum runs over axis 0."),
            Hint("The variance divides by B where B − 1 belongs",
                 "`F.batch_norm` divides by $B$; this network, as the notebook, by $B - 1$, as `x.var(0)` does."),
            Hint("eps was added",
                 "`eps` stands under the root, so that a variance of 0 has a root that can be divided by."),
        ),
        mutants=(
            Mutant("(B - 1)", "B", "The variance divides by B"),
            Mutant("(var + eps) ** -0.5", "(var**0.5 + eps) ** -1", "eps was added to the standard deviation"),
            Mutant("(var + eps) ** -0.5", "(var**-0.5 + eps)", "eps was added to one over the root"),
            Mutant("(var + eps) ** -0.5", "var**-0.5 + eps", "eps was added after the division"),
            Mutant("(var + eps)", "(var)", "eps is forgotten"),
            Mutant("** -0.5", "** -1", "The square root is missing"),
            Mutant("xhat = centered", "xhat = x", "The mean is not subtracted"),
            Mutant(" + beta", "", "The shift is forgotten"),
            Mutant("gamma * xhat", "xhat", "The gain is forgotten"),
            Mutant("gamma * xhat + beta", "gamma * (xhat + beta)", "The gain multiplies the shift"),
            Mutant("x - x.mean(0, keepdim=True)\n    var = (centered**2).sum(0, keepdim=True) / (B - 1)",
                   "x - x.mean(1, keepdim=True)\n    var = x.var(1, keepdim=True)", "were taken along rows"),
            Mutant("x - x.mean(0, keepdim=True)\n    var = (centered**2).sum(0, keepdim=True) / (B - 1)",
                   "x - x.mean()\n    var = x.var()", "of the whole matrix"),
        ),
        mistakes=wrong.batchnorm_forward,
        sizes=terms_of_y,
    ),
    Exercise(
        name="loss_forward",
        stem="forward",
        section="from-scores-to-the-loss",
        title="From scores to the loss, at any size",
        difficulty=2,
        importance=4,
        minutes=15,
        gives=("logprobs", "loss"),
        draw=draw_logits,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1000.0, 1000.0], [0.0, -20.0]]), torch.tensor([0, 0])),
        hints=(
            Hint("entries are nan or infinite",
                 "The exponential of 1,000 is larger than any float, and that of −1,000 is 0. What may be "
                 "subtracted from a row without changing its probabilities? And what is the logarithm of a "
                 "quotient, so that no quotient has to be taken?"),
            Hint("The mean of the exponentials was taken",
                 "The exponentials of your log-probabilities are probabilities. Does each row of them sum to 1?"),
            Hint("Every row was given every target",
                 "`logprobs[:, targets]` is a matrix. Row $b$ wants the column `targets[b]`: index with "
                 "`torch.arange(B)` beside `targets`."),
        ),
        mutants=(
            Mutant("logits - logits.amax(1, keepdim=True)", "logits", "nan or infinite"),
            Mutant("logits.amax(1, keepdim=True)", "logits.max()", "nan or infinite"),
            Mutant("shifted - shifted.exp().sum(1, keepdim=True).log()", "logits.softmax(1).log()", "nan or infinite"),
            Mutant(" - shifted.exp().sum(1, keepdim=True).log()", "", "the logarithm of the sum is not subtracted"),
            Mutant("shifted.exp().sum(1, keepdim=True)", "shifted.exp().mean(1, keepdim=True)",
                   "The mean of the exponentials was taken"),
            Mutant("return logprobs, loss", "return logprobs.exp(), loss", "These are the probabilities"),
            Mutant("-logprobs[torch.arange(len(targets)), targets].mean()",
                   "-logprobs[torch.arange(len(targets)), targets].sum()", "the division by B is missing"),
            Mutant("loss = -logprobs", "loss = logprobs", "The sign is wrong"),
            Mutant("torch.arange(len(targets))", ":", "Every row was given every target"),
            Mutant("-logprobs[torch.arange(len(targets)), targets].mean()",
                   "-logprobs[torch.arange(len(targets)), targets].exp().mean().log()",
                   "the loss of the mean probability"),
            Mutant("-logprobs[torch.arange(len(targets)), targets].mean()", "-logprobs.mean()",
                   "the mean over all classes"),
        ),
        mistakes=wrong.loss_forward,
        # A logit of 2000 is given to so many digits and no more, and its log-probability is a difference.
        sizes=lambda logits, targets: dict.fromkeys(("logprobs", "loss"), logits.abs().max()),
    ),
)
