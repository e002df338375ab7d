"""Other right answers to the exercises of the chapter *200,000 steps by hand*."""

import torch
import torch.nn.functional as F

from handgrad.models import mlp
from handgrad.training import step


def train_step__of_the_package(params, context, targets, rate):
    moved, loss = step.plain_step(params, context, targets, rate)
    return *moved, loss


def train_step__in_place(params, context, targets, rate):
    moved = [p.clone() for p in params]
    loss, saved = mlp.forward(params, context, targets)
    for p, dp in zip(moved, mlp.backward(torch.ones_like(loss), saved), strict=True):
        p.sub_(dp, alpha=rate)
    return *moved, loss


def in_parts__rows(gradients, sizes):
    rows = gradients.repeat_interleave(sizes, dim=0)
    return rows.mean(0)


def in_parts__loop(gradients, sizes):
    total, rows = torch.zeros_like(gradients[0]), 0
    for gradient, size in zip(gradients, sizes.tolist(), strict=True):
        total, rows = total + size * gradient, rows + size
    return total / rows


def in_parts__einsum(gradients, sizes):
    return torch.einsum("k,km->m", sizes.to(gradients.dtype), gradients) / sizes.sum()


def mend_steps__no_grad_to_empty(p, gradients, rate):
    for dp in gradients:
        p = p - rate * dp
    return p


def mend_steps__at_once(p, gradients, rate):
    return p - rate * gradients.sum(0)


def running_statistics__lerp(mean, var, x, momentum):
    return torch.lerp(mean, x.mean(0, keepdim=True), momentum), torch.lerp(var, x.var(0, keepdim=True), momentum)


def running_statistics__of_torch(mean, var, x, momentum):
    mean, var = mean[0].clone(), var[0].clone()
    F.batch_norm(x, mean, var, training=True, momentum=momentum)
    return mean[None], var[None]


def evaluation_backward__einsum(dy, x, mean, var, gamma, eps):
    scale = torch.rsqrt(var + eps)[0]
    dgamma = torch.einsum("bh,bh,h->h", dy, x - mean, scale)
    return torch.einsum("bh,h,h->bh", dy, gamma, scale), dgamma, dy.sum(dim=0)


def evaluation_backward__columns(dy, x, mean, var, gamma, eps):
    scale = torch.rsqrt(var + eps)[0]
    dx = dy @ torch.diag(gamma * scale)
    dgamma = torch.stack([dy[:, h] @ (x[:, h] - mean[0, h]) * scale[h] for h in range(x.shape[1])])
    return dx, dgamma, torch.einsum("bh->h", dy)


def pooled_statistics__two_at_a_time(means, variances, sizes):
    count, mean, squares = 0, torch.zeros_like(means[0]), torch.zeros_like(means[0])
    for m, v, n in zip(means, variances, sizes.tolist(), strict=True):
        gap = m - mean
        squares = squares + (n - 1) * v + gap**2 * (count * n / (count + n))
        mean, count = mean + gap * n / (count + n), count + n
    return mean, squares / (count - 1)


def pooled_statistics__mean_of_squares(means, variances, sizes):
    n = sizes.to(means.dtype)
    mean = n @ means / n.sum()
    squares = (n - 1) @ variances + n @ means**2
    return mean, (squares - n.sum() * mean**2) / (n.sum() - 1)
