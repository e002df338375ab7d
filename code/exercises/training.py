"""Exercises of the chapter *200,000 steps by hand*."""

import torch
from torch import Tensor

from handgrad.models.mlp.model import Parameters


def train_step(
    params: Parameters, context: Tensor, targets: Tensor, rate: float
) -> tuple[Tensor, ...]:
    """Return the seven parameters after one step of gradient descent, and the loss before it, without autograd.

    Go forward, go backward with the gradients of this book, and move each parameter against its gradient,
    times `rate`. The variance divides by B - 1, and eps is 1e-5. The parameters given must stay as they are.

    Shapes: table (V, D); W1 (T·D, H); b1, gamma, beta (H,); W2 (H, V); b2 (V,); context (B, T); targets (B,);
    loss ().
    """
    raise NotImplementedError


def in_parts(gradients: Tensor, sizes: Tensor) -> Tensor:
    """Return the gradient of the mean loss over a batch that was too large to be computed at once.

    The batch was cut into K parts, part k with `sizes[k]` rows, and no operation ties rows together.
    Row k of `gradients` is the gradient of the mean loss over the rows of part k, for M parameters.

    Shapes: gradients (K, M); sizes (K,), integers; result (M,).
    """
    raise NotImplementedError


def mend_steps(p: Tensor, gradients: Tensor, rate: float) -> Tensor:
    """Return the parameter after K steps of gradient descent; step k moves against row k of `gradients`.

    As you find it, the lines are written like a loop with autograd, where backward adds to what is already
    in `.grad`. One line is wrong, or stands in the wrong place; mend it.

    Shapes: p, result (M,); gradients (K, M).
    """
    grad = torch.zeros_like(p)
    for dp in gradients:
        grad = grad + dp
        p = p - rate * grad
    return p


def running_statistics(
    mean: Tensor, var: Tensor, x: Tensor, momentum: float
) -> tuple[Tensor, Tensor]:
    """Return the running mean and the running variance after one more minibatch.

    Each is moved towards that of the minibatch by the share `momentum`; the variance divides by B - 1.
    The running statistics given must stay as they are.

    Shapes: mean, var (1, H); x (B, H).
    """
    raise NotImplementedError


def evaluation_backward(
    dy: Tensor, x: Tensor, mean: Tensor, var: Tensor, gamma: Tensor, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x`, `gamma` and `beta` of batch normalisation after training.

    `mean` and `var` are those of calibration and no longer depend on `x`. Forward,
    `y = gamma * (x - mean) * (var + eps) ** -0.5 + beta`, and `dy` is the gradient of `y`.

    Shapes: dy, x, dx (B, H); mean, var (1, H); gamma, dgamma, dbeta (H,); eps a number.
    """
    raise NotImplementedError


def pooled_statistics(
    means: Tensor, variances: Tensor, sizes: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the mean and the variance of all rows, given those of K parts, without the rows themselves.

    Part k has `sizes[k]` rows; its variance divides by `sizes[k] - 1`. The variance of all N rows is to
    divide by N - 1.

    Shapes: means, variances (K, H); sizes (K,), integers; mean, var (H,).
    """
    raise NotImplementedError
