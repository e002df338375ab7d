"""Solutions of the chapter *200,000 steps by hand*."""

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
    table, W1, b1, gamma, beta, W2, b2 = params
    B, rows = len(targets), torch.arange(len(targets))
    flat = table[context].view(B, -1)
    pre_bn = flat @ W1 + b1
    rstd = (pre_bn.var(0) + 1e-5) ** -0.5
    xhat = (pre_bn - pre_bn.mean(0)) * rstd
    h = (gamma * xhat + beta).tanh()
    logprobs = (h @ W2 + b2).log_softmax(1)
    loss = -logprobs[rows, targets].mean()

    dlogits = logprobs.exp()
    dlogits[rows, targets] -= 1
    dlogits = dlogits / B
    dpreact = (1 - h**2) * (dlogits @ W2.T)
    dgamma, dbeta = (dpreact * xhat).sum(0), dpreact.sum(0)
    dpre_bn = gamma * rstd * (dpreact - dbeta / B - xhat * dgamma / (B - 1))
    demb = (dpre_bn @ W1.T).view(-1, table.shape[1])
    dtable = torch.zeros_like(table).index_add(0, context.flatten(), demb)
    gradients = dtable, flat.T @ dpre_bn, dpre_bn.sum(0), dgamma, dbeta, h.T @ dlogits, dlogits.sum(0)
    moved = [p - rate * dp for p, dp in zip(params, gradients, strict=True)]
    return *moved, loss


def in_parts(gradients: Tensor, sizes: Tensor) -> Tensor:
    """Return the gradient of the mean loss over a batch that was too large to be computed at once.

    The batch was cut into K parts, part k with `sizes[k]` rows, and no operation ties rows together.
    Row k of `gradients` is the gradient of the mean loss over the rows of part k, for M parameters.

    Shapes: gradients (K, M); sizes (K,), integers; result (M,).
    """
    share = sizes.to(gradients.dtype) / sizes.sum()
    return share @ gradients


def mend_steps(p: Tensor, gradients: Tensor, rate: float) -> Tensor:
    """Return the parameter after K steps of gradient descent; step k moves against row k of `gradients`.

    As you find it, the lines are written like a loop with autograd, where backward adds to what is already
    in `.grad`. One line is wrong, or stands in the wrong place; mend it.

    Shapes: p, result (M,); gradients (K, M).
    """
    for dp in gradients:
        grad = torch.zeros_like(p)
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
    B = len(x)
    batch_mean = x.mean(0, keepdim=True)
    batch_var = ((x - batch_mean) ** 2).sum(0, keepdim=True) / (B - 1)
    new_mean = (1 - momentum) * mean + momentum * batch_mean
    new_var = (1 - momentum) * var + momentum * batch_var
    return new_mean, new_var


def evaluation_backward(
    dy: Tensor, x: Tensor, mean: Tensor, var: Tensor, gamma: Tensor, eps: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `x`, `gamma` and `beta` of batch normalisation after training.

    `mean` and `var` are those of calibration and no longer depend on `x`. Forward,
    `y = gamma * (x - mean) * (var + eps) ** -0.5 + beta`, and `dy` is the gradient of `y`.

    Shapes: dy, x, dx (B, H); mean, var (1, H); gamma, dgamma, dbeta (H,); eps a number.
    """
    rstd = (var + eps) ** -0.5
    xhat = (x - mean) * rstd
    dgamma = (dy * xhat).sum(0)
    dbeta = dy.sum(0)
    dx = dy * gamma * rstd
    return dx, dgamma, dbeta


def pooled_statistics(
    means: Tensor, variances: Tensor, sizes: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the mean and the variance of all rows, given those of K parts, without the rows themselves.

    Part k has `sizes[k]` rows; its variance divides by `sizes[k] - 1`. The variance of all N rows is to
    divide by N - 1.

    Shapes: means, variances (K, H); sizes (K,), integers; mean, var (H,).
    """
    counts = sizes.to(means.dtype)[:, None]
    N = counts.sum()
    mean = (counts * means).sum(0) / N
    within = ((counts - 1) * variances).sum(0)
    apart = (counts * (means - mean) ** 2).sum(0)
    return mean, (within + apart) / (N - 1)
