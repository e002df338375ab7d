"""Plausible mistakes of the embedding and in the exercises of its chapter, by the sentence that names each."""

import torch
from torch import Tensor

from handgrad.ops import embedding


def of_backward(demb: Tensor, saved: embedding.Saved) -> dict[str, Tensor]:
    """Wrong gradients of the table.

    Shapes: demb (B, T, D); saved as in embedding.Saved; each result (V, D).
    """
    context, V, D = saved
    B, T = context.shape
    places = context.flatten()
    same = places.unsqueeze(1) == places
    last, first = ~same.triu(1).any(1), ~same.tril(-1).any(1)
    times = torch.bincount(places, minlength=V).clamp(min=1).unsqueeze(1)
    whole = demb.sum(1, keepdim=True).expand(B, T, D)
    flat = demb.flatten()
    wrong = {
        "Last write wins: a row that is read several times keeps the gradient of its last place only.":
            demb * last.view(B, T, 1),
        "A row that is read several times keeps the gradient of its first place only.":
            demb * first.view(B, T, 1),
        "Each row was cut into D pieces of T numbers where T pieces of D belong.":
            flat.view(B, D, T).transpose(1, 2),
        "flat was cut as if T came before B.": flat.view(T, B, D).transpose(0, 1),
        "The codes were read in another order than their gradients: T was run through before B on one side.":
            demb.transpose(0, 1).reshape(B, T, D),
        "The axes T and D were exchanged before the rows were cut.": demb.transpose(1, 2).reshape(B, T, D),
        "Every character of a context was given the gradient of the whole context.": whole,
        "The upstream gradient is taken as ones: this counts the places.": torch.ones_like(demb),
    }
    found = {what: embedding.backward(rows, saved) for what, rows in wrong.items()}
    for place, t in (("first", slice(0, 1)), ("last", slice(T - 1, T))):
        one = embedding.backward(demb[:, t], embedding.Saved(context[:, t], V, D))
        found[f"Only the {place} character of each context is counted."] = one
    right = embedding.backward(demb, saved)
    return found | {"The mean over the places was taken where the sum belongs.": right / times}


def embedding_backward(demb: Tensor, context: Tensor, V: int) -> dict[str, Tensor]:
    """Mistakes in embedding_backward.

    Shapes: demb (B, T, D); context (B, T); each result (V, D).
    """
    return of_backward(demb, embedding.Saved(context, V, demb.shape[2]))


def one_hot_backward(demb: Tensor, one_hot: Tensor) -> dict[str, Tensor]:
    """Mistakes in one_hot_backward.

    Shapes: demb (B, T, D); one_hot (B, T, V); each result (V, D).
    """
    return embedding_backward(demb, one_hot.argmax(2), one_hot.shape[2])


def mend_embedding(dflat: Tensor, context: Tensor, V: int) -> dict[str, Tensor]:
    """Mistakes in mend_embedding, among them the one that it comes with.

    Shapes: dflat (B, T·D); context (B, T); each result (V, D).
    """
    demb = dflat.view(*context.shape, -1)
    row_by_row = sum(
        dflat.new_zeros(V, demb.shape[2]).index_put((codes,), rows) for codes, rows in zip(context, demb, strict=True)
    )
    return {
        "A character that stands twice in one context is counted once there.": row_by_row,
    } | embedding_backward(demb, context, V)


def tied_table(dflat: Tensor, dlogits: Tensor, h: Tensor, context: Tensor) -> dict[str, Tensor]:
    """Mistakes in tied_table: each of the embedding's, and what can go wrong in the sum.

    Shapes: dflat (B, T·D); dlogits (B, V); h (B, D); context (B, T); each result (V, D).
    """
    saved = embedding.Saved(context, dlogits.shape[1], h.shape[1])
    demb = dflat.view(*context.shape, -1)
    via_emb, via_logits = embedding.backward(demb, saved), dlogits.T @ h
    return {
        "The table is used twice, and the gradient of its use in the logits is missing.": via_emb,
        "The table is used twice, and the gradient of its use in the lookup is missing.": via_logits,
        "The two uses of the table are subtracted; they must be added.": via_emb - via_logits,
        "The mean of the two uses was taken; they must be added.": (via_emb + via_logits) / 2,
    } | {what: wrong + via_logits for what, wrong in of_backward(demb, saved).items()}
