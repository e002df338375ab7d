"""Plausible mistakes in the exercises of *How fast can a gradient be?*, by the sentence that names each."""

import torch
from torch import Tensor

Wrong = dict[str, Tensor]


def fold_bessel(dgain: Tensor, gamma: Tensor, eps: float, B: int) -> Wrong:
    """Shapes: dgain, gamma (H,); each result (H,) or ()."""
    ratio = (B - 1) / B
    root = ratio**0.5
    folded = {
        "eps stays as it was; the root would be taken of r·v + eps, and r is no factor of that.": eps,
        "eps stands inside the root, so it takes the ratio itself and not its root.": root * eps,
        "The ratio of eps is upside down: that which divides by B has the smaller variance.": eps / ratio,
    }
    return {
        "gamma stays as it was; over a smaller root it would give too much.": gamma,
        "The ratio comes out of a root, so gamma takes the root of it.": ratio * gamma,
        "The ratio of gamma is upside down: over a smaller root it has to be smaller too.": gamma / root,
        "The ratio of gamma is upside down, and its root is missing.": gamma / ratio,
        "The gradient of gamma is taken to be that of the gain; a nudge of gamma moves the gain by less.": dgain,
        "Divided by the root of the ratio; so one comes from the gradient of gamma to that of the gain.":
            dgain / root,
        "The gradient of gamma takes the factor of gamma, which is the root of the ratio.": ratio * dgain,
        "Divided by the ratio; gamma reaches the gain through a product with its root.": dgain / ratio,
    } | {what: torch.tensor(value, dtype=gamma.dtype) for what, value in folded.items()}


def packed_bias(dlogits: Tensor, h: Tensor, packed: Tensor) -> Wrong:
    """Shapes: dlogits (B, V); h (B, H); packed (H+1, V); each result as what it stands for."""
    ones = torch.ones_like(h[:, :1])
    dpacked = torch.cat([h, ones], 1).T @ dlogits
    dh = dlogits @ packed[:-1].T
    return {
        "The gradient of the column of ones is still there; the ones are constants and want none.":
            dlogits @ packed.T,
        "The first row of packed was left out; that of the bias is the last.": dlogits @ packed[1:].T,
        "The row of the bias is still there; it belongs in db.": dpacked,
        "The first row of the product was left out; that of the bias is the last.": dpacked[1:],
        "The gradient of h was used where h belongs.": dh.T @ dlogits,
        "This is the first row of the product; that of the bias is the last.": dpacked[0],
        "The column beside h holds zeros; the bias is added to every row once, so it holds ones.":
            torch.zeros_like(dpacked[-1]),
        "This is the last row of packed and not of its gradient: the bias itself.": packed[-1],
        "This is the last row of dW; the row of the bias is made with the column of ones.": dpacked[-2],
    }


def mend_descent(dlogits: Tensor, x: Tensor, h: Tensor, W1: Tensor, W2: Tensor, rate: float) -> Wrong:
    """Shapes: dlogits (B, V); x (B, D); h (B, H); W1 (D, H); W2 (H, V); each result (D, H) or (H, V)."""
    slope, dW2 = 1 - h**2, h.T @ dlogits
    dW1 = x.T @ (slope * (dlogits @ W2.T))
    later = x.T @ (slope * (dlogits @ (W2 - rate * dW2).T))
    found = {
        "The gradient of h was computed with W2 after its step; it belongs to the W2 of the forward pass.":
            W1 - rate * later,
        "The slope of tanh is forgotten.": W1 - rate * (x.T @ (dlogits @ W2.T)),
        "The slope was taken from the gradient of h: 1 − dh² where 1 − h² belongs.":
            W1 - rate * (x.T @ ((1 - (dlogits @ W2.T) ** 2) * (dlogits @ W2.T))),
        "W2 moved twice.": W2 - 2 * rate * dW2,
    }
    return found | of_step("W1", W1, -rate * dW1, dW1) | of_step("W2", W2, -rate * dW2, dW2)


def of_step(name: str, p: Tensor, step: Tensor, dp: Tensor) -> Wrong:
    """What can go wrong when a step is added to the parameter that is called `name`.

    Shapes: p, step, dp, each result the same.
    """
    return {
        f"{name} climbs: its gradient was added where it has to be subtracted.": p - step,
        f"The rate of {name} is forgotten.": p - dp,
        f"{name} did not move.": p,
        f"This is the step of {name} and not what it leads to.": step,
    }


def pushed_step(push: Tensor, table: Tensor, W1: Tensor, context: Tensor) -> Wrong:
    """Shapes: push (B, H); table (V, D); W1 (T·D, H); context (B, T); each result (V, D) or (T·D, H)."""
    codes, flat = context.flatten(), table[context].flatten(1)
    rows, step = (push @ W1.T).view(len(codes), -1), flat.T @ push
    dtable = torch.zeros_like(table).index_add(0, codes, rows)
    later = (push @ (W1 + step).T).view(len(codes), -1)
    last = rows.view(*context.shape, -1)[:, -1]
    return {
        "Last write wins: a row that is read several times makes the step of its last place only.":
            table.index_put((codes,), table[codes] + rows),
        "Last write wins, and the row itself is gone: what was written over it is the step alone.":
            table.index_put((codes,), rows),
        "The table climbs: push holds the minus sign already.": table - dtable,
        "The table did not move.": table,
        "This is the step of the table and not what it leads to.": dtable,
        "The table was moved through W1 after its step; it belongs to the W1 of the forward pass.":
            table.index_add(0, codes, later),
        "Only the last place of each context moved its row.": table.index_add(0, context[:, -1], last),
        "W1 climbs: push holds the minus sign already.": W1 - step,
        "W1 did not move.": W1,
        "This is the step of W1 and not what it leads to.": step,
        "W1 was moved with the rows of the table after its step; flat belongs to the forward pass.":
            W1 + (table + dtable)[context].flatten(1).T @ push,
    }


def scaled_parameter(dkept: Tensor, kept: Tensor, c: Tensor, rate: float) -> Wrong:
    """Shapes: dkept, kept, c, each result (M,)."""
    return {
        "This is a step of what is kept, against its own gradient: p then makes its step divided by c².":
            kept - rate * dkept,
        "One factor c is missing: the gradient of p is c times that of what is kept, and so is each step.":
            kept - rate * c * dkept,
        "Divided by c where c multiplies: the larger c is, the more a nudge of p moves what is kept.":
            kept - rate * dkept / c,
        "Divided by c² where c² multiplies: the larger c is, the more a nudge of p moves what is kept.":
            kept - rate * dkept / c**2,
        "One factor c too many.": kept - rate * c**3 * dkept,
        "This is p after its step; what is asked for is c times it.": kept / c - rate * c * dkept,
        "p was taken to be what is kept; it is that over c.": c * (kept - rate * c * dkept),
        "It climbs: the gradient was added where it has to be subtracted.": kept + rate * c**2 * dkept,
        "The rate is forgotten.": kept - c**2 * dkept,
        "It did not move.": kept,
        "This is the step, and not what it leads to.": -rate * c**2 * dkept,
    }


def merged_statistics(mean: Tensor, squares: Tensor, rows: int, block: Tensor) -> Wrong:
    """Shapes: mean, squares (H,); block (n, H); each result (H,)."""
    n, total = len(block), rows + len(block)
    apart = block.mean(0) - mean
    own, merged = ((block - block.mean(0)) ** 2).sum(0), mean + n / total * apart
    both, between = squares + own, rows * n / total * apart**2
    return {
        "This is the mean of the block; the rows before it count as well.": block.mean(0),
        "The mean of the two means: it would be right for as many rows in the block as before it.": mean + apart / 2,
        "The shares are exchanged: the mean moves by the block's share of the rows.": mean + rows / total * apart,
        "The mean moves as by one row, and the block has several.": mean + apart / total,
        "It did not move.": mean,
        "The mean moves away from the block: its distance was taken the wrong way round.": mean - n / total * apart,
        "The distance between the two means is forgotten: both groups are farther from the new mean than from "
        "their own.": both,
        "The distances in the block were taken from the mean before it, which is not the mean of all.":
            squares + ((block - mean) ** 2).sum(0),
        "The block's rows are held against the new mean, and the rows before it still against their own.":
            squares + ((block - merged) ** 2).sum(0),
        "This is the block's own sum; the rows before it count as well.": own,
        "The distances within the block are missing.": squares + between,
        "The distance between the two means is not squared.": both + rows * n / total * apart,
        "The distance between the two means counts as often as there are rows before the block; its share is "
        "missing.": both + rows * apart**2,
        "The product of the two numbers of rows still has to be divided by their sum.": both + rows * n * apart**2,
        "This is the variance; what is asked for is the sum.": (both + between) / (total - 1),
        "This is the sum divided by the number of rows; what is asked for is the sum.": (both + between) / total,
    }
