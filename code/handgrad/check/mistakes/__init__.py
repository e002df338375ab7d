"""What the plausible mistakes would have given: the sentence that names each, and its wrong gradient."""

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.ops import batchnorm, cross_entropy, embedding, linear


def of_cross_entropy(dloss: Tensor, saved: cross_entropy.Saved) -> dict[str, Tensor]:
    """Wrong gradients of the logits.

    Shapes: dloss (); saved as in cross_entropy.Saved; each result (B, V).
    """
    probs, targets = saved
    B, V = probs.shape
    wanted = F.one_hot(targets.long(), V).to(probs.dtype)
    counts = probs / probs.amax(1, keepdim=True)
    return {
        "Only the correct class gets a gradient: the path through counts_sum is forgotten.": -wanted * dloss / B,
        "The last factor, counts, is forgotten.": (probs - wanted) / counts * dloss / B,
        "The targets are not subtracted.": probs * dloss / B,
        "The targets are added instead of subtracted.": (probs + wanted) * dloss / B,
        "These are the slopes of the probability and not of its logarithm.":
            (probs - wanted) * (probs * wanted).sum(1, keepdim=True) * dloss / B,
        "The upstream gradient dloss is forgotten.": (probs - wanted) / B,
    }


def of_softmax(dprobs: Tensor, probs: Tensor) -> dict[str, Tensor]:
    """Wrong gradients of the logits of softmax alone.

    Shapes: dprobs, probs, and each result (B, V).
    """
    return {
        "Only each probability's own logit is counted: the terms with i ≠ j are missing.":
            dprobs * probs * (1 - probs),
        "The mean of the row is not weighted with the probabilities.":
            probs * (dprobs - dprobs.mean(1, keepdim=True)),
        "The weighted mean is added instead of subtracted.":
            probs * (dprobs + (dprobs * probs).sum(1, keepdim=True)),
        "The weighted mean of the row is not subtracted.": probs * dprobs,
        "The factor probs in front is missing.": dprobs - (dprobs * probs).sum(1, keepdim=True),
        "The weighted mean was taken over a column instead of a row.":
            probs * (dprobs - (dprobs * probs).sum(0, keepdim=True)),
        "The upstream gradient is taken as ones: softmax sends nothing back then.": torch.zeros_like(probs),
    }


def of_linear(dy: Tensor, saved: linear.Saved) -> dict[str, Tensor]:
    """Wrong gradients of the input, of the weights and of the bias; the shapes keep them apart.

    Shapes: dy (B, N); saved as in linear.Saved; each result that of the gradient it stands for.
    """
    x, W = saved
    dx, ones = dy @ W.T, torch.ones_like(dy)
    wrong = {
        "The gradient of x was used where x belongs.": dx.T @ dy,
        "The upstream gradient of x is taken as ones.": ones @ W.T,
        "The upstream gradient of W is taken as ones.": x.T @ ones,
        "The upstream gradient of the bias is taken as ones.": ones.sum(0),
        "This is x and not its gradient.": x,
        "This is W and not its gradient.": W,
    }
    if W.shape[0] == W.shape[1]:
        wrong["W is not transposed; the matrix is square, so the shape does not show it."] = dy @ W
    return wrong


def of_tanh(dy: Tensor, x: Tensor) -> dict[str, Tensor]:
    """Wrong gradients of the input.

    Shapes: dy, x, and each result the same.
    """
    y = x.tanh()
    return {
        "The slope was taken from the input: 1 − x² where 1 − y² belongs.": (1 - x**2) * dy,
        "The slope is 1 − y, the square is missing.": (1 - y) * dy,
        "The slope is 1 + y², a sign is wrong.": (1 + y**2) * dy,
        "The slope was taken from the tanh of the output.": (1 - y.tanh() ** 2) * dy,
        "The slope is forgotten: this is the upstream gradient.": dy,
        "The upstream gradient is forgotten: this is the slope.": 1 - y**2,
        "This is the derivative of the sigmoid, y (1 − y).": y * (1 - y) * dy,
    }


def of_batchnorm(dy: Tensor, saved: batchnorm.Saved) -> dict[str, Tensor]:
    """Wrong gradients of the input.

    Shapes: dy (B, H); saved as in batchnorm.Saved; each result (B, H).
    """
    xhat, rstd, gamma, correction = saved
    B = xhat.shape[0]
    scale, via_mean = gamma * rstd, dy.mean(0)
    along = (dy * xhat).sum(0)
    via_var = xhat * along / (B - correction)
    other = xhat * along / (B - 1 + correction)
    return {
        "Mean and variance are treated as constants.": scale * dy,
        "The variance is treated as a constant.": scale * (dy - via_mean),
        "The mean is treated as a constant.": scale * (dy - via_var),
        "The gain is forgotten.": rstd * (dy - via_mean - via_var),
        "The path through the mean has the wrong sign.": scale * (dy + via_mean - via_var),
        "The path through the variance has the wrong sign.": scale * (dy - via_mean + via_var),
        "The path through the variance is too large by a factor 2.": scale * (dy - via_mean - 2 * via_var),
        "The path through the variance is too small by a factor 2.": scale * (dy - via_mean - via_var / 2),
        "Bessel's correction: the variance was divided by one number forward and by another backward.":
            scale * (dy - via_mean - other),
        "The standard deviation is forgotten.": gamma * (dy - via_mean - via_var),
        "The upstream gradient is taken as ones.": torch.zeros_like(dy),
    }


def of_embedding(demb: Tensor, saved: embedding.Saved) -> dict[str, Tensor]:
    """Wrong gradients of the table.

    Shapes: demb (B, T, D); saved as in embedding.Saved; each result (V, D).
    """
    context, V, D = saved
    B, T = context.shape
    places = context.flatten()
    same = places.unsqueeze(1) == places
    last, first = ~same.triu(1).any(1), ~same.tril(-1).any(1)
    times = torch.bincount(places, minlength=V).clamp(min=1).unsqueeze(1)
    whole = demb.sum(1, keepdim=True).expand(B, T, D)
    flat = demb.flatten()
    wrong = {
        "Last write wins: a row that is read several times keeps the gradient of its last place only.":
            demb * last.view(B, T, 1),
        "A row that is read several times keeps the gradient of its first place only.":
            demb * first.view(B, T, 1),
        "Each row was cut into D pieces of T numbers where T pieces of D belong.":
            flat.view(B, D, T).transpose(1, 2),
        "flat was cut as if T came before B.": flat.view(T, B, D).transpose(0, 1),
        "The codes were read in another order than their gradients: T was run through before B on one side.":
            demb.transpose(0, 1).reshape(B, T, D),
        "The axes T and D were exchanged before the rows were cut.": demb.transpose(1, 2).reshape(B, T, D),
        "Every character of a context was given the gradient of the whole context.": whole,
        "The upstream gradient is taken as ones: this counts the places.": torch.ones_like(demb),
    }
    found = {what: embedding.backward(rows, saved) for what, rows in wrong.items()}
    for place, t in (("first", slice(0, 1)), ("last", slice(T - 1, T))):
        one = embedding.backward(demb[:, t], embedding.Saved(context[:, t], V, D))
        found[f"Only the {place} character of each context is counted."] = one
    right = embedding.backward(demb, saved)
    return found | {"The mean over the places was taken where the sum belongs.": right / times}
