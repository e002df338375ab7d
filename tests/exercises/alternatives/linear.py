"""Right answers, spelled otherwise than the solutions, to the exercises of *The linear operation*."""

import torch
import torch.nn.functional as F


def linear_dx__einsum(dy, W):
    return torch.einsum("bn,mn->bm", dy, W)


def linear_dx__linear(dy, W):
    return F.linear(dy, W)


def linear_dx__transposed(dy, W):
    return (W @ dy.T).T


def linear_dx__loop(dy, W):
    dx = dy.new_zeros(len(dy), len(W))
    for n in range(dy.shape[1]):
        dx += torch.outer(dy[:, n], W[:, n])
    return dx


def linear_dW__einsum(dy, x):
    return torch.einsum("bm,bn->mn", x, dy), torch.einsum("bn->n", dy)


def linear_dW__stamps(dy, x):
    return sum(torch.outer(x[b], dy[b]) for b in range(len(x))), sum(dy)


def linear_dW__out_of_order(dy, x):
    order = torch.arange(len(x)).flip(0)
    return (dy[order].T @ x[order]).T, dy[order].sum(dim=0)


def linear_dW__bias_as_a_weight(dy, x):
    both = torch.cat([x, torch.ones_like(x[:, :1])], 1).T @ dy
    return both[:-1], both[-1]


def linear_square__two_matrices(dy, x, W):
    h = x @ W
    dW_last, dh = h.T @ dy, dy @ W.T
    dW_first, dx = x.T @ dh, dh @ W.T
    return dx, dW_first + dW_last


def linear_square__matrix_powers(dy, x, W):
    dsquare = x.T @ dy
    return dy @ (W @ W).T, dsquare @ W.T + W.T @ dsquare


def linear_sequence__einsum(dy, x, W):
    return torch.einsum("btn,mn->btm", dy, W), torch.einsum("btm,btn->mn", x, dy), torch.einsum("btn->n", dy)


def linear_sequence__batched_products(dy, x, W):
    return torch.matmul(dy, W.mT), (x.mT @ dy).sum(0), dy.sum(1).sum(0)


def linear_sequence__loop(dy, x, W):
    dW, db = torch.zeros_like(W), torch.zeros_like(W[0])
    for t in range(dy.shape[1]):
        dW += x[:, t].T @ dy[:, t]
        db += dy[:, t].sum(0)
    return torch.stack([row @ W.T for row in dy]), dW, db


def linear_sequence__reshaped(dy, x, W):
    (B, T, M), N = x.shape, W.shape[1]
    rows, drows = x.reshape(B * T, M), dy.reshape(-1, N)
    return (drows @ W.T).view(B, T, M), (drows.T @ rows).T, drows.sum(0)


def mend_two_linears__one_product(dy, x, W1, W2):
    return dy @ (W1 @ W2).T, x.T @ dy @ W2.T, W1.T @ x.T @ dy


def mend_two_linears__other_order(dy, x, W1, W2):
    dW2 = (x @ W1).T @ dy
    dh = (W2 @ dy.T).T
    return F.linear(dh, W1), torch.einsum("bi,bj->ij", x, dh), dW2


def stamp_sizes__shares(dy, x):
    return (x.unsqueeze(2) * dy.unsqueeze(1)).flatten(1).norm(dim=1)


def stamp_sizes__squares(dy, x):
    return ((dy**2).sum(1) * (x**2).sum(1)).sqrt()


def stamp_sizes__loop(dy, x):
    return torch.stack([torch.linalg.matrix_norm(torch.outer(x[b], dy[b])) for b in range(len(x))])
