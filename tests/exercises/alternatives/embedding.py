"""Other right answers to the exercises of the chapter *The embedding*."""

import torch
import torch.nn.functional as F


def embedding_backward__loops(demb, context, V):
    dtable = demb.new_zeros(V, demb.shape[2])
    for b in range(context.shape[0]):
        for t in range(context.shape[1]):
            dtable[context[b, t]] += demb[b, t]
    return dtable


def embedding_backward__index_put(demb, context, V):
    return demb.new_zeros(V, demb.shape[2]).index_put((context,), demb, accumulate=True)


def embedding_backward__characters(demb, context, V):
    return torch.stack([demb[context == v].sum(0) for v in range(V)])


def one_hot_backward__einsum(demb, one_hot):
    return torch.einsum("btv,btd->vd", one_hot, demb)


def one_hot_backward__examples(demb, one_hot):
    return (one_hot.transpose(1, 2) @ demb).sum(0)


def one_hot_backward__tensordot(demb, one_hot):
    return torch.tensordot(one_hot, demb, dims=([0, 1], [0, 1]))


def mend_embedding__places(dflat, context, V):
    rows = dflat.view(context.numel(), -1)
    dtable = torch.zeros(V, rows.shape[1], dtype=dflat.dtype)
    for code, row in zip(context.flatten(), rows, strict=True):
        dtable[code] += row
    return dtable


def mend_embedding__one_hot(dflat, context, V):
    B, T = context.shape
    return torch.einsum("btv,btd->vd", F.one_hot(context, V).to(dflat.dtype), dflat.reshape(B, T, -1))


def tied_table__einsum(dflat, dlogits, h, context):
    one_hot = F.one_hot(context, dlogits.shape[1]).to(h.dtype)
    demb = dflat.view(*context.shape, -1)
    return torch.einsum("bv,bd->vd", dlogits, h) + torch.einsum("btv,btd->vd", one_hot, demb)


def tied_table__scatter_into_the_product(dflat, dlogits, h, context):
    rows = dflat.reshape(-1, h.shape[1])
    return (dlogits.T @ h).index_add(0, context.flatten(), rows)
