"""Right answers, spelled otherwise than the solutions, to the exercises of *What the gradient of a tensor is*."""

import torch


def fork_backward__polynomial(dy, a):
    return dy * (3 * a**2 + 2 * a)


def fork_backward__other_order(dy, a):
    db = (1 + a) * dy
    return 2 * a * db + a * a * dy


def copied_values__products(dy, x, m, s):
    return -(dy @ s).unsqueeze(1), torch.einsum("bh,bh->h", dy, x - m)


def copied_values__expanded(dy, x, m, s):
    dm = (-s * dy).sum(dim=1).view(-1, 1)
    ds = ((x - m) * dy).flip(0).sum(dim=0)
    return dm, ds


def copied_values__loops(dy, x, m, s):
    dm, ds = torch.zeros_like(m), torch.zeros_like(s)
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            dm[i, 0] -= dy[i, j] * s[j]
            ds[j] += dy[i, j] * (x[i, j] - m[i, 0])
    return dm, ds


def centre_rows__mean(dy):
    return dy - dy.mean(1, keepdim=True)


def centre_rows__jacobian(dy):
    H = dy.shape[1]
    return dy @ (torch.eye(H, dtype=dy.dtype) - torch.ones(H, H, dtype=dy.dtype) / H)


def centre_rows__transposed(dy):
    return (dy.T - dy.T.mean(0)).T


def outer_backward__einsum(dy, u, v):
    return torch.einsum("ij,j->i", dy, v), torch.einsum("ij,i->j", dy, u)


def outer_backward__sums(dy, u, v):
    return (dy * v).sum(1), (u.unsqueeze(1) * dy).sum(0)


def outer_backward__matrices(dy, u, v):
    return (dy @ v.view(-1, 1)).flatten(), (u.view(1, -1) @ dy).flatten()


def adjoint_gap__einsum(dy, W, u, dx):
    return torch.einsum("bn,bm,mn->b", dy, u, W) - torch.einsum("bm,bm->b", dx, u)


def adjoint_gap__one_sum(dy, W, u, dx):
    return ((dy @ W.T - dx) * u).sum(1)


def adjoint_gap__diagonal(dy, W, u, dx):
    return (dy @ (u @ W).T).diagonal() - (dx @ u.T).diagonal()


def cumsum_backward__triangle(dy):
    T = dy.shape[1]
    return dy @ torch.ones(T, T, dtype=dy.dtype).tril()


def cumsum_backward__what_is_left(dy):
    return dy.sum(1, keepdim=True) - dy.cumsum(1) + dy


def cumsum_backward__loop(dy):
    dx, running = torch.zeros_like(dy), torch.zeros_like(dy[:, 0])
    for t in reversed(range(dy.shape[1])):
        running = running + dy[:, t]
        dx[:, t] = running
    return dx
