"""Solutions of the chapter *What the gradient of a tensor is*."""

from torch import Tensor


def fork_backward(dy: Tensor, a: Tensor) -> Tensor:
    """Return the gradient of `a`.

    Forward, entry by entry, `b = a**2` and `y = a * b + b`, and `dy` is the gradient of `y`.

    Shapes: dy, a, result (B, H).
    """
    b = a**2
    db = dy * a + dy
    return dy * b + db * 2 * a


def copied_values(
    dy: Tensor, x: Tensor, m: Tensor, s: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the gradients of `m` and of `s`.

    Forward, `y = (x - m) * s`, and `dy` is the gradient of `y`.

    Shapes: dy, x (B, H); m (B, 1); s (H,); results (B, 1) and (H,).
    """
    dm = -(dy * s).sum(1, keepdim=True)
    ds = (dy * (x - m)).sum(0)
    return dm, ds


def centre_rows(dy: Tensor) -> Tensor:
    """Return the gradient of `x`.

    Forward, `y = x - x.mean(1, keepdim=True)`, and `dy` is the gradient of `y`.

    Shapes: dy, result (B, H).
    """
    dmean = -dy.sum(1, keepdim=True)
    return dy + dmean / dy.shape[1]


def outer_backward(
    dy: Tensor, u: Tensor, v: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the gradients of `u` and of `v`, without a Jacobian.

    Forward, `y = torch.outer(u, v)`, so that `y[i, j] = u[i] * v[j]`, and `dy` is the gradient of `y`.

    Shapes: dy (M, N); u (M,); v (N,); results (M,) and (N,).
    """
    return dy @ v, dy.T @ u


def adjoint_gap(dy: Tensor, W: Tensor, u: Tensor, dx: Tensor) -> Tensor:
    """Return, for each row, the left side of the adjoint test minus its right side.

    The function under test is `y = x @ W`, row by row. `dx` is somebody's claim for the gradient of `x` when the
    upstream gradient is `dy`, and `u` is the direction. A row with a right claim gives zero.

    Shapes: dy (B, N); W (M, N); u, dx (B, M); result (B,).
    """
    moved = u @ W
    return (dy * moved).sum(1) - (dx * u).sum(1)


def cumsum_backward(dy: Tensor) -> Tensor:
    """Return the gradient of `x`.

    Forward, `y = x.cumsum(1)`: each entry of `y` is the sum of the entries of its row of `x` up to its own place.
    `dy` is the gradient of `y`.

    Shapes: dy, result (B, T).
    """
    return dy.flip(1).cumsum(1).flip(1)
