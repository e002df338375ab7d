"""Right answers, spelled otherwise than the solutions, to the exercises of *From the loss to the logits*."""

import torch
import torch.nn.functional as F


def dlogprobs_of_loss__one_hot(logprobs, targets):
    return -F.one_hot(targets, logprobs.shape[1]).to(logprobs.dtype) / len(logprobs)


def dlogprobs_of_loss__scatter(logprobs, targets):
    return torch.zeros_like(logprobs).scatter(1, targets.unsqueeze(1), -1 / logprobs.shape[0])


def dlogprobs_of_loss__loop(logprobs, targets):
    dlogprobs = logprobs * 0
    for b, target in enumerate(targets.tolist()):
        dlogprobs[b, target] = -1 / len(targets)
    return dlogprobs


def dcounts_of_probs__mean_of_the_row(dprobs, counts):
    total = counts.sum(1, keepdim=True)
    return (dprobs - (dprobs * counts / total).sum(1, keepdim=True)) / total


def dcounts_of_probs__reciprocal(dprobs, counts):
    inverse = counts.sum(dim=1, keepdim=True) ** -1
    dinverse = torch.einsum("bv,bv->b", dprobs, counts).view(-1, 1)
    return inverse * dprobs - dinverse * inverse * inverse


def dcounts_of_probs__loop(dprobs, counts):
    dcounts = torch.zeros_like(counts)
    for b in range(len(counts)):
        S = counts[b].sum()
        dcounts[b] = dprobs[b] / S - torch.dot(dprobs[b], counts[b]) / S**2
    return dcounts


def cross_entropy_backward__one_line(logits, targets):
    return (F.softmax(logits, dim=1) - F.one_hot(targets, logits.shape[1])) / len(targets)


def cross_entropy_backward__with_the_maximum(logits, targets):
    row_max, row_argmax = logits.max(1, keepdim=True)
    counts = (logits - row_max).exp()
    inverse = counts.sum(1, keepdim=True) ** -1
    dlogprobs = -F.one_hot(targets, logits.shape[1]).to(logits.dtype) / len(targets)
    dprobs = dlogprobs / (counts * inverse)
    dsum = -(inverse**2) * (dprobs * counts).sum(1, keepdim=True)
    dshifted = (inverse * dprobs + dsum) * counts
    return dshifted.scatter_add(1, row_argmax, -dshifted.sum(1, keepdim=True))


def cross_entropy_backward__log_softmax(logits, targets):
    dlogits = F.log_softmax(logits, dim=1).exp()
    dlogits[torch.arange(len(targets)), targets] -= 1
    return dlogits / len(targets)


def through_the_maximum__one_hot(dshifted, logits):
    largest = F.one_hot(logits.argmax(1), logits.shape[1])
    return dshifted - largest * dshifted.sum(1, keepdim=True)


def through_the_maximum__index(dshifted, logits):
    dlogits = dshifted.clone()
    dlogits[torch.arange(len(logits)), logits.max(1).indices] -= dshifted.sum(1)
    return dlogits


def through_the_maximum__equality(dshifted, logits):
    return dshifted - (logits == logits.amax(1, keepdim=True)) * torch.einsum("bv->b", dshifted)[:, None]


def mend_log_softmax__fused(dlogprobs, logits):
    return dlogprobs - logits.softmax(1) * dlogprobs.sum(1, keepdim=True)


def mend_log_softmax__mended_below(dlogprobs, logits):
    counts = logits.exp()
    counts_sum = counts.sum(1, keepdim=True)
    dprobs = dlogprobs * counts_sum / counts
    dcounts_sum = -(dprobs * counts).sum(1, keepdim=True) / counts_sum**2
    dcounts = dcounts_sum.expand_as(counts).clone()
    dcounts += dprobs / counts_sum
    return counts * dcounts


def ignored_rows__loop(logits, targets):
    dlogits, number = torch.zeros_like(logits), int((targets != -1).sum())
    for b, target in enumerate(targets.tolist()):
        if target != -1:
            dlogits[b] = F.softmax(logits[b], 0) / number
            dlogits[b, target] -= 1 / number
    return dlogits


def ignored_rows__weights(logits, targets):
    weight = (targets != -1).to(logits.dtype)
    wanted = torch.eye(logits.shape[1], dtype=logits.dtype)[targets]
    return (logits.softmax(1) - wanted) * (weight / weight.sum())[:, None]
