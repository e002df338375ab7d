"""Solutions of the chapter *How fast can a gradient be?*"""

import torch
from torch import Tensor


def fold_bessel(
    dgain: Tensor, gamma: Tensor, eps: float, B: int
) -> tuple[Tensor, float, Tensor]:
    """Return the gain and the eps with which a batch normalisation that divides by B gives what ours gives.

    Ours divides the sum of squares by B - 1, and takes `gamma` and `eps`. In the other, `gain` and `folded` stand
    in their places. Return the gradient of `gamma` as well; `dgain` is the gradient of `gain`.

    Shapes: dgain, gamma, gain, dgamma (H,); eps and folded numbers.
    """
    ratio = (B - 1) / B
    root = ratio**0.5
    gain = root * gamma
    folded = ratio * eps
    dgamma = root * dgain
    return gain, folded, dgamma


def packed_bias(
    dlogits: Tensor, h: Tensor, packed: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients of `h`, of `W` and of `b`, when the bias is a row of the matrix.

    Forward, `logits = h_one @ packed`: `h_one` is `h` with a column of ones behind its last, and `packed` is `W`
    with `b` as a row below its last. `dlogits` is the gradient of `logits`.
    One product gives the gradients of `W` and of `b`.

    Shapes: dlogits (B, V); h, dh (B, H); packed (H+1, V); dW (H, V); db (V,).
    """
    h_one = torch.cat([h, torch.ones_like(h[:, :1])], 1)
    dpacked = h_one.T @ dlogits
    dh = dlogits @ packed[:-1].T
    return dh, dpacked[:-1], dpacked[-1]


def mend_descent(
    dlogits: Tensor, x: Tensor, h: Tensor,
    W1: Tensor, W2: Tensor, rate: float
) -> tuple[Tensor, Tensor]:
    """Return `W1` and `W2` after one step of gradient descent; each is moved as soon as its gradient is there.

    As you find it, every line is right, and one of them stands in the wrong place; move that line.
    Forward, `h = (x @ W1).tanh()` and `logits = h @ W2`; `dlogits` is the gradient of `logits`.
    The matrices given must stay as they are, so that copies are moved.

    Shapes: dlogits (B, V); x (B, D); h (B, H); W1 (D, H); W2 (H, V); results (D, H) and (H, V).
    """
    W1, W2 = W1.clone(), W2.clone()
    dh = dlogits @ W2.T
    W2 -= rate * (h.T @ dlogits)
    dpreact = (1 - h**2) * dh
    W1 -= rate * (x.T @ dpreact)
    return W1, W2


def pushed_step(
    push: Tensor, table: Tensor, W1: Tensor, context: Tensor
) -> tuple[Tensor, Tensor]:
    """Return `table` and `W1` after one step, from a gradient that was scaled before it went back.

    Forward, `flat = table[context].view(B, T * D)` and `pre_bn = flat @ W1`. `push` is the gradient of `pre_bn`
    times `-rate`, and you are not told the rate. The parameters given must stay as they are.

    Shapes: push (B, H); table (V, D); W1 (T·D, H); context (B, T), integers from 0 to V - 1;
    results (V, D) and (T·D, H).
    """
    flat = table[context].view(len(context), -1)
    rows = (push @ W1.T).view(-1, table.shape[1])
    moved_table = table.index_add(0, context.flatten(), rows)
    moved_W1 = W1 + flat.T @ push
    return moved_table, moved_W1


def scaled_parameter(
    dkept: Tensor, kept: Tensor, c: Tensor, rate: float
) -> Tensor:
    """Return `kept` after one step of the parameter `p`, where a program keeps `kept = c * p` in its place.

    `dkept` is the gradient of `kept`, and `c` is a constant, positive in every entry. `p` moves against its own
    gradient, times `rate`, as if nobody had scaled anything; return what is then kept.

    Shapes: dkept, kept, c, result (M,).
    """
    dp = c * dkept
    p = kept / c - rate * dp
    return c * p


def merged_statistics(
    mean: Tensor, squares: Tensor, rows: int, block: Tensor
) -> tuple[Tensor, Tensor]:
    """Return the mean of each column over all rows so far, and the sum of the squared distances from it.

    `mean` and `squares` are both of these for the first `rows` rows, which are not kept; `block` holds the rows
    that follow them.

    Shapes: mean, squares, results (H,); block (n, H); rows a number.
    """
    n = len(block)
    part = n / (rows + n)
    apart = block.mean(0) - mean
    own = ((block - block.mean(0)) ** 2).sum(0)
    merged = mean + part * apart
    return merged, squares + own + rows * part * apart**2
