"""Plausible mistakes in the exercises of *The linear operation*, by the sentence that names each."""

from torch import Tensor


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
