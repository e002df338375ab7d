"""Other right answers to the exercises of the chapter *How fast can a gradient be?*"""

import torch
import torch.nn.functional as F


def fold_bessel__of_two_variances(dgain, gamma, eps, B):
    rows = torch.arange(B, dtype=gamma.dtype)
    ratio = (rows.var(correction=0) / rows.var()).item()
    return gamma * ratio**0.5, eps * ratio, dgain * ratio**0.5


def fold_bessel__in_stored_units(dgain, gamma, eps, B):
    unit = (B / (B - 1)) ** 0.5
    return gamma / unit, eps / unit**2, dgain.div(unit)


def packed_bias__two_products(dlogits, h, packed):
    W = packed[: h.shape[1]]
    return dlogits @ W.T, h.T @ dlogits, dlogits.sum(0)


def packed_bias__padded(dlogits, h, packed):
    dW, db = (F.pad(h, (0, 1), value=1.0).T @ dlogits).split([h.shape[1], 1])
    return (dlogits @ packed.T)[:, :-1], dW, db[0]


def packed_bias__einsum(dlogits, h, packed):
    h_one = h.new_ones(len(h), len(packed))
    h_one[:, :-1] = h
    dpacked = torch.einsum("bh,bv->hv", h_one, dlogits)
    return torch.einsum("bv,hv->bh", dlogits, packed)[:, :-1], dpacked[:-1], dpacked[-1]


def mend_descent__gradients_first(dlogits, x, h, W1, W2, rate):
    dW2 = h.T @ dlogits
    dW1 = x.T @ ((1 - h**2) * (dlogits @ W2.T))
    return W1 - rate * dW1, W2 - rate * dW2


def mend_descent__an_old_copy(dlogits, x, h, W1, W2, rate):
    before, W1, W2 = W2, W1.clone(), W2.clone()
    W2 -= rate * (h.T @ dlogits)
    W1 -= rate * (x.T @ ((1 - h**2) * (dlogits @ before.T)))
    return W1, W2


def mend_descent__the_slip_added(dlogits, x, h, W1, W2, rate):
    W2 = W2 - rate * (h.T @ dlogits)
    dh = dlogits @ W2.T + rate * (dlogits @ dlogits.T @ h)
    return W1 - rate * (x.T @ ((1 - h * h) * dh)), W2


def mend_descent__scaled_first(dlogits, x, h, W1, W2, rate):
    push = -rate * dlogits
    return W1 + x.T @ ((1 - h**2) * (push @ W2.T)), W2 + h.T @ push


def pushed_step__loop(push, table, W1, context):
    B, T = context.shape
    rows = (push @ W1.T).view(B, T, -1)
    moved = table.clone()
    for b in range(B):
        for t in range(T):
            moved[context[b, t]] += rows[b, t]
    return moved, W1.addmm(table[context].flatten(1).T, push)


def pushed_step__put(push, table, W1, context):
    rows = push @ W1.T
    moved = table.clone()
    moved.index_put_((context.reshape(-1),), rows.reshape(-1, table.shape[1]), accumulate=True)
    return moved, W1 + torch.einsum("bi,bh->ih", table[context].flatten(1), push)


def pushed_step__one_hot(push, table, W1, context):
    places = F.one_hot(context, len(table)).to(table.dtype).flatten(0, 1)
    rows = (push @ W1.T).view(-1, table.shape[1])
    return table + places.T @ rows, W1 + (places @ table).view(len(context), -1).T @ push


def pushed_step__in_place(push, table, W1, context):
    rows = (push @ W1.T).view(-1, table.shape[1])
    flat = table[context].flatten(1)
    table, W1 = table.clone(), W1.clone()
    table.index_add_(0, context.flatten(), rows)
    W1 += flat.T @ push
    return table, W1


def scaled_parameter__rate_times_c_squared(dkept, kept, c, rate):
    return kept - rate * c**2 * dkept


def scaled_parameter__a_step_of_each(dkept, kept, c, rate):
    p, dp = kept.div(c), dkept.mul(c)
    return kept + c * ((p - rate * dp) - p)


def merged_statistics__from_sums(mean, squares, rows, block):
    total = rows + len(block)
    merged = (rows * mean + block.sum(0)) / total
    moments = squares + rows * mean.square() + block.square().sum(0)
    return merged, moments - total * merged.square()


def merged_statistics__both_means(mean, squares, rows, block):
    merged = mean + (block - mean).sum(0) / (rows + len(block))
    return merged, squares + ((block - mean) * (block - merged)).sum(0)


def merged_statistics__row_by_row(mean, squares, rows, block):
    for count, row in enumerate(block, rows + 1):
        apart = row - mean
        mean = mean + apart / count
        squares = squares + apart * (row - mean)
    return mean, squares


def merged_statistics__of_the_library(mean, squares, rows, block):
    n = len(block)
    apart = block.mean(0).sub(mean)
    own = block.var(0, correction=0) * n
    return torch.lerp(mean, block.mean(0), n / (rows + n)), squares + own + apart.pow(2) * (rows * n / (rows + n))
