"""Other right answers to the exercises of the chapters *The names* and *The forward pass*."""

import torch
import torch.nn.functional as F


def context_windows__unfold(codes, T):
    padded = F.pad(codes, (T, 1))
    return padded.unfold(0, T, 1)[:-1], padded[T:]


def context_windows__rolling(codes, T):
    context, rows, targets = [0] * T, [], [*codes.tolist(), 0]
    for target in targets:
        rows.append(context)
        context = [*context[1:], target]
    return torch.tensor(rows, dtype=codes.dtype), torch.tensor(targets, dtype=codes.dtype)


def following_probs__loop(last, targets, prior):
    counts = prior.clone()
    for row, column in zip(last.tolist(), targets.tolist(), strict=True):
        counts[row, column] += 1
    for row in range(len(counts)):
        counts[row] = counts[row] / counts[row].sum()
    return counts


def following_probs__one_hot(last, targets, prior):
    V = len(prior)
    before, after = F.one_hot(last, V).to(prior.dtype), F.one_hot(targets, V).to(prior.dtype)
    return F.normalize(before.T @ after + prior, p=1, dim=1)


def following_probs__bincount(last, targets, prior):
    V = len(prior)
    counts = torch.bincount(last * V + targets, minlength=V * V).view(V, V) + prior
    return counts / counts.sum(dim=1)[:, None]


def batchnorm_forward__torch_variance(x, gamma, beta, eps):
    return (x - x.mean(0)) / torch.sqrt(x.var(0) + eps) * gamma + beta


def batchnorm_forward__of_torch(x, gamma, beta, eps):
    ratio = (len(x) - 1) / len(x)
    return F.batch_norm(x, None, None, gamma * ratio**0.5, beta, training=True, eps=eps * ratio)


def batchnorm_forward__columns(x, gamma, beta, eps):
    y = torch.empty_like(x)
    for h in range(x.shape[1]):
        column = x[:, h] - x[:, h].sum() / len(x)
        y[:, h] = beta[h] + gamma[h] * column * torch.rsqrt(column.dot(column) / (len(x) - 1) + eps)
    return y


def batchnorm_forward__mean_of_squares(x, gamma, beta, eps):
    B, mean = len(x), x.mean(0)
    var = ((x**2).sum(0) - B * mean**2) / (B - 1)
    return gamma * (x - mean) / (var + eps).sqrt() + beta


def loss_forward__of_torch(logits, targets):
    return logits.log_softmax(1), F.cross_entropy(logits, targets)


def loss_forward__logsumexp(logits, targets):
    logprobs = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    return logprobs, -logprobs.gather(1, targets[:, None]).mean()


def loss_forward__rows(logits, targets):
    logprobs = torch.stack([row - row.max() - (row - row.max()).exp().sum().log() for row in logits])
    return logprobs, -sum(row[target] for row, target in zip(logprobs, targets, strict=True)) / len(logits)
