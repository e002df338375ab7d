"""Plausible mistakes in the exercises of *What the gradient of a tensor is*, by the sentence that names each."""

import torch
from torch import Tensor


def fork_backward(dy: Tensor, a: Tensor) -> dict[str, Tensor]:
    """Mistakes in fork_backward.

    Shapes: dy, a, and each result (B, H).
    """
    direct, db, slope = dy * a**2, dy * a + dy, 2 * a
    return {
        "a is used twice, and the path of a through b is forgotten.": direct,
        "a is used twice, and the direct path of a is forgotten.": db * slope,
        "b is used twice, and the second use of b is forgotten.": direct + dy * a * slope,
        "b is used twice, and the first use of b is forgotten.": direct + dy * slope,
        "The local slope 2a is forgotten on the path through b.": direct + db,
        "The direct path lacks the upstream gradient.": a**2 + db * slope,
        "The path through b lacks the upstream gradient.": direct + (a + 1) * slope,
        "The upstream gradient is forgotten: this is the slope.": a**2 + (a + 1) * slope,
        "The two paths of a are subtracted; they must be added.": direct - db * slope,
    }


def copied_values(dy: Tensor, x: Tensor, m: Tensor, s: Tensor) -> dict[str, Tensor]:
    """Mistakes in copied_values.

    Shapes: dy, x (B, H); m (B, 1); s (H,); each result (B, 1) or (H,).
    """
    ones = torch.ones_like(dy)
    return {
        "The factor s is forgotten on the way to m.": -dy.sum(1, keepdim=True),
        "The upstream gradient of m is taken as ones.": -(ones * s).sum(1, keepdim=True),
        "The mean over the columns was taken where the sum belongs.": -(dy * s).mean(1, keepdim=True),
        "m is not subtracted in the other factor of s.": (dy * x).sum(0),
        "The other factor, x - m, is forgotten.": dy.sum(0),
        "The upstream gradient of s is taken as ones.": (x - m).sum(0),
    }


def centre_rows(dy: Tensor) -> dict[str, Tensor]:
    """Mistakes in centre_rows.

    Shapes: dy, and each result (B, H).
    """
    B, H = dy.shape
    mean = dy.mean(1, keepdim=True)
    return {
        "The mean is treated as a constant: its path is forgotten.": dy,
        "The division by the number of columns is missing.": dy - H * mean,
        "It is divided by the number of rows, and the mean is over the columns.": dy - H * mean / B,
        "The path through the mean has the wrong sign.": dy + mean,
        "The direct path is forgotten.": -mean.expand(B, H),
        "The mean was taken over a column instead of a row.": dy - dy.mean(0, keepdim=True),
        "The mean was taken over the whole matrix instead of a row.": dy - dy.mean(),
        "The path through the mean lacks the upstream gradient.": dy - 1,
    }


def outer_backward(dy: Tensor, u: Tensor, v: Tensor) -> dict[str, Tensor]:
    """Mistakes in outer_backward.

    Shapes: dy (M, N); u (M,); v (N,); each result (M,) or (N,).
    """
    return {
        "The other factor is forgotten in du.": dy.sum(1),
        "The upstream gradient of u is taken as ones.": v.sum().expand_as(u),
        "This is u and not its gradient.": u,
        "The other factor is forgotten in dv.": dy.sum(0),
        "The upstream gradient of v is taken as ones.": u.sum().expand_as(v),
        "This is v and not its gradient.": v,
        "The gradient of u was used where u belongs.": dy.T @ (dy @ v),
    }


def adjoint_gap(dy: Tensor, W: Tensor, u: Tensor, dx: Tensor) -> dict[str, Tensor]:
    """Mistakes in adjoint_gap.

    Shapes: dy (B, N); W (M, N); u, dx (B, M); each result (B,).
    """
    moved, right = u @ W, (dx * u).sum(1)
    left = (dy * moved).sum(1)
    return {
        "The two sides are added; the gap is their difference.": left + right,
        "The claim does not occur: this is the left side alone.": left,
        "This is the right side alone.": right,
        "This is minus the right side alone.": -right,
        "The upstream gradient is forgotten on the left side.": moved.sum(1) - right,
        "The direction is forgotten on the right side.": left - dx.sum(1),
        "The input was moved along the claim and not along the direction.": (dy * (dx @ W)).sum(1) - right,
        "The left side was held against the right gradient and not against the claim.":
            left - (dy @ W.T * u).sum(1),
    }


def cumsum_backward(dy: Tensor) -> dict[str, Tensor]:
    """Mistakes in cumsum_backward.

    Shapes: dy, and each result (B, T).
    """
    right, ones = dy.flip(1).cumsum(1).flip(1), torch.ones_like(dy)
    return {
        "The sum runs from the wrong end: an entry of x moves its own place and those after it.": dy.cumsum(1),
        "The result comes out in reverse: the order of the places is turned round once only.": right.flip(1),
        "An entry leaves out its own place.": right - dy,
        "The path to the later entries of y is forgotten.": dy,
        "Every entry was given the sum of its whole row.": dy.sum(1, keepdim=True).expand_as(dy),
        "The sum runs down the columns instead of along the rows.": dy.flip(1).cumsum(0).flip(1),
        "The sum runs up the columns instead of along the rows.": dy.flip(0).cumsum(0).flip(0),
        "The upstream gradient is taken as ones.": ones.flip(1).cumsum(1).flip(1),
    }
