"""torch.nn.functional: softmax and the losses, one_hot, linear, embedding, normalisations."""

import math

from browser.torch import dtypes, making, pointwise, reductions, shapes
from browser.torch.core import Tensor
from browser.torch.dtypes import FLOAT, INT
from browser.torch.errors import unsupported

softmax, log_softmax = reductions.softmax, reductions.log_softmax
relu, sigmoid, tanh = pointwise.relu, pointwise.sigmoid, pointwise.tanh


def one_hot(x, num_classes=-1):
    """Rows of zeros with a 1 where the integer says."""
    if x.dtype != dtypes.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    flat = x.flat()
    if flat and min(flat) < 0:
        raise RuntimeError("Class values must be non-negative.")
    number = max(flat) + 1 if num_classes == -1 else num_classes
    if flat and max(flat) >= number:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return Tensor([int(v == i) for v in flat for i in range(number)], x.shape + (number,), dtypes.int64)


def linear(x, weight, bias=None):
    product = x @ weight.T
    return product if bias is None else product + bias


def embedding(x, weight):
    if x.dtype.kind != INT:
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, "
            f"Int; but got torch.{x.dtype.said}Tensor instead (while checking arguments for embedding)"
        )
    for place in x.flat():
        if not 0 <= place < weight.shape[0]:
            raise IndexError("index out of range in self")
    return weight[x]


def reduced(losses, reduction, weight=None):
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    if reduction != "mean":
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return losses.mean() if weight is None else losses.sum() / weight


def nll_loss(logprobs, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean"):
    """Minus the log-probability of each target, and their mean."""
    if weight is not None:
        raise unsupported("weight in a loss")
    if target.dtype.kind != INT:
        raise RuntimeError(f"expected scalar type Long but found {target.dtype.said}")
    if logprobs.ndim == 1:
        logprobs, target = logprobs.unsqueeze(0), target.reshape(-1)
    if logprobs.ndim != 2:
        raise unsupported("a loss of a tensor with more than two axes")
    if target.shape != logprobs.shape[:1]:
        raise ValueError(
            f"Expected input batch_size ({logprobs.shape[0]}) to match target batch_size "
            f"({target.shape[0] if target.shape else 0})."
        )
    counted = [value != ignore_index for value in target.flat()]
    V, rows, losses = logprobs.shape[1], logprobs.flat(), []
    for place, value in enumerate(target.flat()):
        if counted[place] and not 0 <= value < V:
            raise IndexError(f"Target {value} is out of bounds.")
        losses.append(-rows[place * V + value] if counted[place] else 0.0)
    return reduced(Tensor(losses, target.shape, logprobs.dtype), reduction, float(sum(counted)))


def cross_entropy(
    logits,
    target,
    weight=None,
    size_average=None,
    ignore_index=-100,
    reduce=None,
    reduction="mean",
    label_smoothing=0.0,
):
    """The loss of integer targets, or of a distribution for each row."""
    if label_smoothing or weight is not None:
        raise unsupported("label_smoothing and weight in a loss")
    classes = 1 if logits.ndim > 1 else 0
    if target.dtype.kind < FLOAT:
        return nll_loss(log_softmax(logits, classes), target, ignore_index=ignore_index, reduction=reduction)
    if target.shape != logits.shape:
        raise RuntimeError(
            f"The size of tensor a {list(logits.shape)} must match that of the targets {list(target.shape)}"
        )
    losses = -(target * log_softmax(logits, classes)).sum(classes)
    return losses.sum() / logits.shape[0] if reduction == "mean" and classes else reduced(losses, reduction)


def mse_loss(x, target, size_average=None, reduce=None, reduction="mean"):
    return reduced((x - target) ** 2, reduction)


def l1_loss(x, target, size_average=None, reduce=None, reduction="mean"):
    return reduced(abs(x - target), reduction)


def gelu(x, approximate="none"):
    if approximate == "tanh":
        return 0.5 * x * (1 + tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return pointwise.mapped(lambda v: 0.5 * v * (1 + math.erf(v / math.sqrt(2))), x)


def silu(x):
    return x * sigmoid(x)


def logsigmoid(x):
    return pointwise.mapped(lambda v: min(v, 0.0) - math.log(1 + math.exp(-abs(v))), x)


def softplus(x, beta=1.0, threshold=20.0):
    return pointwise.mapped(lambda v: v if v * beta > threshold else math.log(1 + math.exp(v * beta)) / beta, x)


def normalize(x, p=2.0, dim=1, eps=1e-12):
    return x / x.norm(p, dim, keepdim=True).clamp(min=eps)


def pad(x, pad, mode="constant", value=None):
    """Zeros, or another number, before and after; the pairs begin with the last axis."""
    if mode != "constant":
        raise unsupported(f"F.pad with mode={mode!r}")
    for place in range(len(pad) // 2):
        dim = x.ndim - 1 - place
        parts = [x]
        for side in (0, 1):
            length = pad[2 * place + side]
            if length < 0:
                start = -length if side == 0 else 0
                parts = [parts[0].narrow(dim, start, parts[0].shape[dim] + length)]
                continue
            sides = making.full(x.shape[:dim] + (length,) + x.shape[dim + 1 :], value or 0, x.dtype)
            parts = [making.cat([sides, parts[0]] if side == 0 else [parts[0], sides], dim)]
        x = parts[0]
    return x


def batch_norm(x, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """Normalised columns; in training with their own mean and variance, towards which the running ones move."""
    others = tuple([i for i in range(x.ndim) if i != 1])
    shape = tuple([x.shape[1] if i == 1 else 1 for i in range(x.ndim)])
    mean, var = running_mean, running_var
    if training:
        if shapes.count(x.shape) == x.shape[1]:
            raise ValueError(
                f"Expected more than 1 value per channel when training, got input size torch.Size({list(x.shape)})"
            )
        mean, var = x.mean(others), x.var(others, correction=0)
        if running_mean is not None:
            running_mean.copy_((1 - momentum) * running_mean + momentum * mean)
            running_var.copy_((1 - momentum) * running_var + momentum * x.var(others))
    y = (x - mean.reshape(shape)) / (var.reshape(shape) + eps).sqrt()
    y = y if weight is None else y * weight.reshape(shape)
    return y if bias is None else y + bias.reshape(shape)


def layer_norm(x, normalized_shape, weight=None, bias=None, eps=1e-5):
    dims = tuple(range(x.ndim - len(normalized_shape), x.ndim))
    if x.shape[dims[0] :] != tuple(normalized_shape):
        raise RuntimeError(
            f"Given normalized_shape={list(normalized_shape)}, expected input with shape "
            f"[*, {', '.join([str(n) for n in normalized_shape])}], but got input of size{list(x.shape)}"
        )
    y = (x - x.mean(dims, keepdim=True)) / (x.var(dims, correction=0, keepdim=True) + eps).sqrt()
    y = y if weight is None else y * weight
    return y if bias is None else y + bias


def __getattr__(name):
    if name[:2] == "__":
        raise AttributeError(name)
    raise unsupported(f"torch.nn.functional.{name}")
