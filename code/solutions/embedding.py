"""Solutions of the chapter *The embedding*."""

import torch
from torch import Tensor


def embedding_backward(demb: Tensor, context: Tensor, V: int) -> Tensor:
    """Return the gradient of `table`.

    Forward, `emb = table[context]`, and `demb` is the gradient of `emb`. The table has V rows.

    Shapes: demb (B, T, D); context (B, T), integers from 0 to V - 1; result (V, D).
    """
    D = demb.shape[2]
    dtable = torch.zeros(V, D, dtype=demb.dtype)
    dtable.index_add_(0, context.reshape(-1), demb.reshape(-1, D))
    return dtable


def one_hot_backward(demb: Tensor, one_hot: Tensor) -> Tensor:
    """Return the gradient of `table` as a product of two matrices, without indexing and without a loop.

    Forward, `emb = one_hot @ table`, and `demb` is the gradient of `emb`.
    Each `one_hot[b, t]` holds a 1 at the code of the character, and 0 elsewhere.

    Shapes: demb (B, T, D); one_hot (B, T, V); result (V, D).
    """
    B, T, D = demb.shape
    places = one_hot.reshape(B * T, -1)
    return places.T @ demb.reshape(B * T, D)


def mend_embedding(dflat: Tensor, context: Tensor, V: int) -> Tensor:
    """Return the gradient of `table`.

    As you find it, one line is wrong, and for some contexts the answer is right all the same; mend that line.
    Forward, `flat = table[context].view(B, T * D)`, and `dflat` is the gradient of `flat`.

    Shapes: dflat (B, T·D); context (B, T), integers from 0 to V - 1; result (V, D).
    """
    B, T = context.shape
    demb = dflat.view(B, T, -1)
    dtable = dflat.new_zeros(V, demb.shape[2])
    for b in range(B):
        dtable.index_add_(0, context[b], demb[b])
    return dtable


def tied_table(
    dflat: Tensor, dlogits: Tensor, h: Tensor, context: Tensor
) -> Tensor:
    """Return the gradient of `table`, which is used at both ends of a network.

    Forward, `flat = table[context].view(B, T * D)` at the one end, and `logits = h @ table.T` at the other;
    `dflat` and `dlogits` are the gradients of `flat` and `logits`.

    Shapes: dflat (B, T·D); dlogits (B, V); h (B, D); context (B, T); result (V, D).
    """
    B, T = context.shape
    V, D = dlogits.shape[1], h.shape[1]
    demb = dflat.view(B, T, D)
    via_emb = torch.zeros(V, D, dtype=h.dtype)
    via_emb.index_add_(0, context.reshape(-1), demb.reshape(-1, D))
    via_logits = dlogits.T @ h
    return via_emb + via_logits
