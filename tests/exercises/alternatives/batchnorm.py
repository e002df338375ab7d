"""Other right answers to the exercises of the two chapters on batch normalisation."""

import torch


def batchnorm_dvar__cube(dxhat, centered, var, eps):
    rstd = torch.rsqrt(var + eps)
    return -0.5 * rstd.pow(3) * torch.einsum("bh,bh->h", dxhat, centered)[None]


def batchnorm_dvar__columns(dxhat, centered, var, eps):
    dvar = torch.zeros_like(var)
    for h in range(var.shape[1]):
        dvar[0, h] = -(dxhat[:, h] @ centered[:, h]) / (2 * (var[0, h] + eps) ** 1.5)
    return dvar


def batchnorm_dcentered__factored(dxhat, dvar, centered, rstd):
    return torch.addcmul(dxhat * rstd, centered, dvar, value=2 / (centered.shape[0] - 1))


def batchnorm_dcentered__rows(dxhat, dvar, centered, rstd):
    share = 2 * dvar[0] / (len(dxhat) - 1)
    return torch.stack([d * rstd[0] + share * c for d, c in zip(dxhat, centered, strict=True)])


def batchnorm_backward__fused(dy, x, gamma, eps):
    rstd = (x.var(0) + eps).rsqrt()
    xhat = (x - x.mean(0)) * rstd
    dgamma, dbeta = torch.einsum("bh,bh->h", dy, xhat), dy.sum(dim=0)
    return rstd * gamma * (dy - dbeta / len(x) - xhat * dgamma / (len(x) - 1)), dgamma, dbeta


def batchnorm_backward__along_xhat(dy, x, gamma, eps):
    B = x.size(0)
    std = (x.var(dim=0, keepdim=True) + eps).sqrt()
    xhat = (x - x.mean(dim=0, keepdim=True)) / std
    dxhat = gamma * dy
    through = B * dxhat - dxhat.sum(0) - xhat * torch.einsum("bh,bh->h", dxhat, xhat) * B / (B - 1)
    return through / (B * std), (xhat * dy).sum(dim=0), torch.ones(B, dtype=dy.dtype) @ dy


def batchnorm_biased__columns(dy, x, gamma, eps):
    dx = torch.empty_like(x)
    for h in range(x.shape[1]):
        var, mean = torch.var_mean(x[:, h], correction=0)
        xhat = (x[:, h] - mean) / (var + eps) ** 0.5
        dx[:, h] = (dy[:, h] - dy[:, h].mean() - xhat * (dy[:, h] @ xhat) / len(x)) * gamma[h] / (var + eps) ** 0.5
    return dx


def batchnorm_biased__fused(dy, x, gamma, eps):
    rstd = (x.var(0, correction=0) + eps) ** -0.5
    xhat = (x - x.mean(0)) * rstd
    return gamma * rstd * (dy - dy.mean(0) - xhat * (dy * xhat).mean(0))


def mend_batchnorm__other_slope(dy, x, gamma, eps):
    return batchnorm_backward__fused(dy, x, gamma, eps)


def mend_batchnorm__through_xhat(dy, x, gamma, eps):
    B = len(x)
    centered = x - x.mean(0)
    var = x.var(0)
    xhat = centered / (var + eps) ** 0.5
    dxhat = gamma * dy
    dvar = -(dxhat * xhat).sum(0) / (2 * (var + eps))
    dcentered = dxhat / (var + eps) ** 0.5 + 2 * dvar * centered / (B - 1)
    return dcentered - dcentered.sum(0) / B, (dy * xhat).sum(0), dy.sum(0)


def batchnorm_fused__einsum(dy, xhat, rstd, gamma):
    B = dy.shape[0]
    along = torch.einsum("bh,ih,ih->bh", xhat, dy, xhat) / (B - 1)
    return torch.einsum("h,h,bh->bh", gamma, rstd[0], dy - torch.mean(dy, dim=0, keepdim=True) - along)


def batchnorm_fused__matrices(dy, xhat, rstd, gamma):
    B = dy.shape[0]
    dx = torch.empty_like(dy)
    for h in range(dy.shape[1]):
        projection = torch.eye(B, dtype=dy.dtype) - 1 / B - torch.outer(xhat[:, h], xhat[:, h]) / (B - 1)
        dx[:, h] = gamma[h] * rstd[0, h] * projection @ dy[:, h]
    return dx


def mend_batchnorm_fused__mean(dy, xhat, rstd, gamma):
    return batchnorm_fused__einsum(dy, xhat, rstd, gamma), (xhat * dy).sum(0), dy.sum(0)


def mend_batchnorm_fused__in_place(dy, xhat, rstd, gamma):
    dgamma, dbeta = torch.einsum("bh,bh->h", dy, xhat), torch.ones(len(dy), dtype=dy.dtype) @ dy
    dx = dy.clone()
    dx -= dbeta / len(dy)
    dx -= xhat * (dgamma / (len(dy) - 1))
    dx *= gamma * rstd
    return dx, dgamma, dbeta


def layernorm_rows__sums(dy, xhat, rstd):
    H = dy.shape[1]
    along = torch.einsum("bh,bh->b", dy, xhat)[:, None]
    return rstd / H * (H * dy - dy.sum(1, keepdim=True) - xhat * along)


def layernorm_rows__loop(dy, xhat, rstd):
    rows = [r * (d - d.mean() - x * (d @ x) / len(d)) for d, x, r in zip(dy, xhat, rstd, strict=True)]
    return torch.stack(rows)
