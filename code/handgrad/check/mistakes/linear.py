"""Plausible mistakes of the linear operation and in the exercises of its chapter, by the sentence that names each."""

import torch
from torch import Tensor

from handgrad.ops import linear


def of_backward(dy: Tensor, saved: linear.Saved) -> dict[str, Tensor]:
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


def linear_dx(dy: Tensor, W: Tensor) -> dict[str, Tensor]:
    """Mistakes in linear_dx; what would need x is nan, and nan matches nothing.

    Shapes: dy (B, N); W (M, N).
    """
    return of_backward(dy, linear.Saved(dy.new_full((len(dy), len(W)), torch.nan), W))


def linear_dW(dy: Tensor, x: Tensor) -> dict[str, Tensor]:
    """Mistakes in linear_dW; what would need W is nan, and nan matches nothing.

    Shapes: dy (B, N); x (B, M).
    """
    known = of_backward(dy, linear.Saved(x, dy.new_full((x.shape[1], dy.shape[1]), torch.nan)))
    return known | {"Only the first example is counted.": x[:1].T @ dy[:1]}


def linear_square(dy: Tensor, x: Tensor, W: Tensor) -> dict[str, Tensor]:
    """Mistakes in linear_square.

    Shapes: dy, x (B, H); W (H, H).
    """
    inner, dinner = x @ W, dy @ W.T
    first, second = x.T @ dinner, inner.T @ dy
    return {
        "In the step from y, W is not transposed; it is square, so the shape does not show it.": dy @ W @ W.T,
        "In the step to x, W is not transposed; it is square, so the shape does not show it.": dinner @ W,
        "W is not transposed in either step; it is square, so the shape does not show it.": dy @ W @ W,
        "This is the gradient of x @ W; one step back is missing.": dinner,
        "W is used twice, and the gradient of its second use is missing.": first,
        "W is used twice, and the gradient of its first use is missing.": second,
        "The gradient of x @ W was used where x @ W belongs.": first + dinner.T @ dy,
        "The two uses of W are subtracted; they must be added.": first - second,
        "The second use of W met x @ W, not x.": first + x.T @ dy,
    }


def linear_sequence(dy: Tensor, x: Tensor, W: Tensor) -> dict[str, Tensor]:
    """Mistakes in linear_sequence.

    Shapes: dy (B, T, N); x (B, T, M); W (M, N); each result that of the gradient it stands for.
    """
    T, ones = dy.shape[1], dy.new_ones(dy.shape)
    shares = x.transpose(1, 2) @ dy
    return {
        "The upstream gradient of x is taken as ones.": ones @ W.T,
        "This is x and not its gradient.": x,
        "Only the last place of each sequence is counted in dW.": x[:, -1].T @ dy[:, -1],
        "Only the first place of each sequence is counted in dW.": x[:, 0].T @ dy[:, 0],
        "Only the first sequence is counted in dW.": shares[0],
        "The mean over the places was taken in dW where the sum belongs.": shares.sum(0) / T,
        "The sequences were summed before the product: each row belongs with its own upstream gradient.":
            x.sum(0).T @ dy.sum(0),
        "The places were summed before the product: each row belongs with its own upstream gradient.":
            x.sum(1).T @ dy.sum(1),
        "The gradient of x was used where x belongs.": ((dy @ W.T).transpose(1, 2) @ dy).sum(0),
        "Only the last place of each sequence is counted in db.": dy[:, -1].sum(0),
        "Only the first sequence is counted in db.": dy[0].sum(0),
        "The mean over the places was taken in db where the sum belongs.": dy.mean(1).sum(0),
        "The upstream gradient of the bias is taken as ones.": ones.sum((0, 1)),
    }


def mend_two_linears(dy: Tensor, x: Tensor, W1: Tensor, W2: Tensor) -> dict[str, Tensor]:
    """Mistakes in mend_two_linears.

    Shapes: dy, x (B, H); W1, W2 (H, H); each result (B, H) or (H, H).
    """
    h, dh = x @ W1, dy @ W2.T
    return {
        "The gradient of h was used where h belongs.": dh.T @ dy,
        "The gradient of x was used where x belongs.": (dh @ W1.T).T @ dh,
        "In the step from y, W2 is not transposed; it is square, so the shape does not show it.": dy @ W2 @ W1.T,
        "In the step to x, W1 is not transposed; it is square, so the shape does not show it.": dh @ W1,
        "The two matrices are exchanged on the way back: what was last forward is first backward.":
            dy @ W1.T @ W2.T,
        "The step through W2 is missing.": dy @ W1.T,
        "The step through W1 is missing.": dh,
        "W1 was multiplied with x, and h stands in its gradient.": h.T @ dh,
        "The step through W2 is missing in the gradient of W1.": x.T @ dy,
        "W2 was multiplied with h, and x and dh stand in its gradient.": x.T @ dh,
        "The upstream gradient is taken as ones in the gradient of W2.": h.T @ dy.new_ones(dy.shape),
    }


def stamp_sizes(dy: Tensor, x: Tensor) -> dict[str, Tensor]:
    """Mistakes in stamp_sizes.

    Shapes: dy (B, N); x (B, M); each result (B,).
    """
    left, right = dy.norm(dim=1), x.norm(dim=1)
    return {
        "The root is missing: these are the squares of the norms.": (left * right) ** 2,
        "The norms are added; those of an outer product are multiplied.": left + right,
        "The squares of the norms are added; those of an outer product are multiplied.":
            (left**2 + right**2).sqrt(),
        "Only the upstream gradient is counted.": left,
        "Only the input is counted.": right,
        "The root is missing in one of the two factors: that of the input is squared.": left * right**2,
        "The root is missing in one of the two factors: that of the upstream gradient is squared.": left**2 * right,
        "The absolute values were summed where the squares belong.": dy.abs().sum(1) * x.abs().sum(1),
        "The entries were summed where the root of their squares belongs.": dy.sum(1) * x.sum(1),
    }
