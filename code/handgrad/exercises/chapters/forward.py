"""The exercises of the chapters *The names* and *The forward pass*."""

import torch

from handgrad.check.mistakes import forward as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define

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
    define(
        "context_windows",
        draw=draw_codes,
        worked=lambda: (torch.tensor([5, 13, 13, 1]), 3),
        mistakes=mistakes.context_windows,
    ),
    define(
        "following_probs",
        draw=draw_pairs,
        narrow=(0,),
        worked=lambda: (torch.tensor([0, 0, 1, 1]), torch.tensor([1, 1, 0, 1]), torch.ones(2, 2)),
        mistakes=mistakes.following_probs,
    ),
    define(
        "batchnorm_forward",
        draw=draw_x,
        worked=lambda: (torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([10.0]), torch.tensor([5.0]), 0.0),
        mistakes=mistakes.batchnorm_forward,
        sizes=terms_of_y,
    ),
    define(
        "loss_forward",
        draw=draw_logits,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1000.0, 1000.0], [0.0, -20.0]]), torch.tensor([0, 0])),
        mistakes=mistakes.loss_forward,
        # A logit of 2000 is given to so many digits and no more, and its log-probability is a difference.
        sizes=lambda logits, targets: dict.fromkeys(("logprobs", "loss"), logits.abs().max()),
    ),
)
