"""Measurements that a chapter plots: what a check can see, and how far rounding goes."""

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.check import differences
from handgrad.check.tolerance import U
from handgrad.ops import cross_entropy


def mean_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean cross-entropy, written so that logits may be complex; the row maximum is taken as known.

    Shapes: logits (B, V), real or complex; targets (B,); result ().
    """
    shifted = logits - logits.real.amax(1, keepdim=True)
    logprobs = shifted - shifted.exp().sum(1, keepdim=True).log()
    return -logprobs[range(len(targets)), targets].mean()


def step_sizes(logits: Tensor, targets: Tensor) -> dict[str, tuple[list[float], list[float]]]:
    """Relative error of a directional derivative for steps from 10⁰ down to 10⁻¹⁶, four ways.

    Shapes: logits (B, V), float64; targets (B,).
    Returns: by method, the steps and the errors.
    """
    u = torch.randn(logits.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    truth = along(logits, targets, u)
    ways = {
        "one-sided, float64": (differences.one_sided, torch.float64),
        "central, float64": (differences.central, torch.float64),
        "central, float32": (differences.central, torch.float32),
        "complex step": (differences.complex_step, torch.float64),
    }
    steps = [10 ** (-k / 4) for k in range(65)]
    return {
        name: (steps, [relative_error(way, logits.to(dtype), targets, u.to(dtype), h, truth) for h in steps])
        for name, (way, dtype) in ways.items()
    }


def along(logits: Tensor, targets: Tensor, u: Tensor) -> float:
    """The derivative of the loss along u, from the gradient by hand.

    Shapes: logits, u (B, V); targets (B,).
    """
    return (gradient(logits, targets) * u).sum().item()


def relative_error(way, logits: Tensor, targets: Tensor, u: Tensor, h: float, truth: float) -> float:
    """How far one difference quotient is from the truth, over the truth."""
    found = way(lambda z: mean_loss(z, targets), logits, u, h).item()
    return abs(found - truth) / abs(truth)


def roundings(
    draws: int = 200, B: int = 32, V: int = 27, shift: bool = True
) -> tuple[list[float], list[float]]:
    """The worst error of dlogits in float32, in unit roundoffs of 1/B, for each of many minibatches.

    shift: whether the row maximum is subtracted first, as in the package.
    Returns: the scales of the logits, from 0.1 to 100, and the errors.
    """
    generator = torch.Generator().manual_seed(0)
    scales = [10 ** (3 * draw / draws - 1) for draw in range(draws)]
    worst = []
    for scale in scales:
        logits = torch.randn(B, V, generator=generator) * scale
        targets = torch.randint(0, V, (B,), generator=generator)
        found = gradient(logits, targets) if shift else unshifted_gradient(logits, targets)
        truth = gradient(logits.double(), targets)
        worst.append((found - truth).abs().max().item() * B / U)
    return scales, worst


def gradient(logits: Tensor, targets: Tensor) -> Tensor:
    """dlogits by hand, in the precision of the logits.

    Shapes: logits, result (B, V); targets (B,).
    """
    loss, saved = cross_entropy.forward(logits, targets)
    return cross_entropy.backward(torch.ones_like(loss), saved)


def unshifted_gradient(logits: Tensor, targets: Tensor) -> Tensor:
    """dlogits by the same formula, but from logits of which nothing was subtracted.

    Shapes: logits, result (B, V); targets (B,).
    """
    logprobs = logits - logits.logsumexp(1, keepdim=True)
    return (logprobs.exp() - F.one_hot(targets, logits.shape[1])) / len(logits)
