"""The exercises of the chapter *The embedding*."""

import torch
import torch.nn.functional as F

from handgrad.check import mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.ops import embedding

# The lines of the solutions in which most can go wrong.
SCATTER = "dtable.index_add_(0, context.reshape(-1), demb.reshape(-1, D))"
PRODUCT = "places.T @ demb.reshape(B * T, D)"


def draw_context(generator: torch.Generator) -> tuple:
    """Inputs of embedding_backward: demb (B, T, D), context (B, T), V.

    No size is below 3 and none above 10, so that there are more places than characters: some repeat.
    """
    B, T, V, D = draws.lengths(generator, 4)
    return draws.normal(generator, B, T, D), torch.randint(0, V, (B, T), generator=generator), V


def draw_one_hot(generator: torch.Generator) -> tuple:
    """Inputs of one_hot_backward: demb (B, T, D), one_hot (B, T, V)."""
    demb, context, V = draw_context(generator)
    return demb, F.one_hot(context, V).to(demb.dtype)


def draw_dflat(generator: torch.Generator) -> tuple:
    """Inputs of mend_embedding: dflat (B, T·D), context (B, T), V; the first context begins with a letter twice."""
    demb, context, V = draw_context(generator)
    context[0, 1] = context[0, 0]
    return demb.flatten(1), context, V


def draw_tied(generator: torch.Generator) -> tuple:
    """Inputs of tied_table: dflat (B, T·D), dlogits (B, V), h (B, D), context (B, T)."""
    demb, context, V = draw_context(generator)
    B, _, D = demb.shape
    return demb.flatten(1), draws.normal(generator, B, V), draws.normal(generator, B, D), context


def wrong_of_context(demb: torch.Tensor, context: torch.Tensor, V: int) -> dict:
    """The plausible mistakes of exercises that start from the codes.

    Shapes: demb (B, T, D); context (B, T); each result (V, D).
    """
    return mistakes.of_embedding(demb, embedding.Saved(context, V, demb.shape[2]))


def wrong_of_one_hot(demb: torch.Tensor, one_hot: torch.Tensor) -> dict:
    """The plausible mistakes of exercises that start from the one-hot rows.

    Shapes: demb (B, T, D); one_hot (B, T, V); each result (V, D).
    """
    return wrong_of_context(demb, one_hot.argmax(2), one_hot.shape[2])


def wrong_of_dflat(dflat: torch.Tensor, context: torch.Tensor, V: int) -> dict:
    """The plausible mistakes of mend_embedding, among them the one that it comes with.

    Shapes: dflat (B, T·D); context (B, T); each result (V, D).
    """
    demb = dflat.view(*context.shape, -1)
    row_by_row = sum(
        dflat.new_zeros(V, demb.shape[2]).index_put((codes,), rows) for codes, rows in zip(context, demb, strict=True)
    )
    return {
        "A character that stands twice in one context is counted once there.": row_by_row,
    } | wrong_of_context(demb, context, V)


def wrong_tied(dflat: torch.Tensor, dlogits: torch.Tensor, h: torch.Tensor, context: torch.Tensor) -> dict:
    """What plausible mistakes in tied_table give: each of the embedding's, and what can go wrong in the sum.

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
    } | {what: wrong + via_logits for what, wrong in mistakes.of_embedding(demb, saved).items()}


EXERCISES = (
    Exercise(
        name="embedding_backward",
        stem="embedding",
        section="the-table",
        title="Every place adds to its row",
        difficulty=2,
        importance=5,
        minutes=15,
        gives=("dtable",),
        draw=draw_context,
        narrow=(3,),
        worked=lambda: (torch.tensor([[[1.0], [10.0]], [[100.0], [1000.0]]]),
                        torch.tensor([[1, 0], [1, 1]]), 3),
        hints=(
            Hint("Last write wins",
                 "`dtable[context] += demb` reads all rows, then adds, then writes: of several writes to one "
                 "row the last stays. Go through the places one at a time, in two loops; "
                 "then look for a way to do it at once."),
            Hint("Only the last character of each context is counted",
                 "A context has $T$ characters, and each of them was looked up in the table."),
            Hint("The mean over the places was taken",
                 "Nudge a row that is read at 31 places: all 31 move. The loss feels each of them in full."),
            Hint("RuntimeError: index_add_(): Number of indices should be equal to source.size(dim)",
                 "One code for each row that is added: make `context` a list of $B \\cdot T$ codes, and "
                 "`demb` a matrix of $B \\cdot T$ rows, in the same order."),
        ),
        mutants=(
            Mutant(SCATTER, "dtable[context] = demb",
                   "Last write wins"),
            Mutant(SCATTER, "dtable[context] += demb",
                   "Last write wins"),
            Mutant(SCATTER,
                   "dtable.index_add_(0, context[:, -1], demb[:, -1])", "Only the last character"),
            Mutant(SCATTER,
                   "dtable.index_add_(0, context[:, 0], demb[:, 0])", "Only the first character"),
            Mutant("demb.reshape(-1, D)", "demb.transpose(0, 1).reshape(-1, D)", "in another order"),
            Mutant("demb.reshape(-1, D)", "demb.transpose(1, 2).reshape(-1, D)",
                   "The axes T and D were exchanged"),
            Mutant("demb.reshape(-1, D)", "torch.ones_like(demb).reshape(-1, D)", "this counts the places"),
            Mutant("return dtable",
                   "return dtable / context.reshape(-1).bincount(minlength=V).clamp(min=1).view(-1, 1)",
                   "The mean over the places"),
            Mutant("return dtable", "return dtable / len(demb)", "a division by B too many"),
            Mutant("return dtable", "return dtable[:-1]", "The shape is"),
        ),
        mistakes=wrong_of_context,
    ),
    Exercise(
        name="one_hot_backward",
        stem="embedding",
        section="a-matrix-product-in-disguise",
        title="The same as a product",
        difficulty=3,
        importance=3,
        minutes=15,
        gives=("dtable",),
        draw=draw_one_hot,
        narrow=(3,),
        worked=lambda: (torch.tensor([[[1.0], [10.0]]]), torch.tensor([[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]])),
        hints=(
            Hint("It is transposed",
                 "Of `one_hot` and `demb`, which has the axis $V$? In the gradient it is the first."),
            Hint("The sum over axis 0 is missing",
                 "A product of tensors with three axes is a product of matrices for each example, and leaves "
                 "the examples apart. Put the $B \\cdot T$ places on one axis first."),
            Hint("RuntimeError: mat1 and mat2 shapes cannot be multiplied",
                 "The sum runs over the places: they must be the last axis of the left factor and the first "
                 "of the right one."),
        ),
        mutants=(
            Mutant(PRODUCT, "demb.reshape(B * T, D).T @ places", "it is transposed"),
            Mutant(PRODUCT, "one_hot.transpose(1, 2) @ demb",
                   "the sum over axis 0 is missing"),
            Mutant(PRODUCT, "(one_hot.transpose(1, 2) @ demb).mean(0)",
                   "a division by B too many"),
            Mutant(PRODUCT, "one_hot[:, -1].T @ demb[:, -1]",
                   "Only the last character"),
            Mutant(PRODUCT, "places.T @ demb.transpose(0, 1).reshape(B * T, D)",
                   "in another order"),
            Mutant(PRODUCT, "one_hot.sum(1).T @ demb.sum(1)",
                   "Every character of a context was given the gradient of the whole context"),
            Mutant(PRODUCT, "-places.T @ demb.reshape(B * T, D)", "The sign is wrong"),
        ),
        mistakes=wrong_of_one_hot,
    ),
    Exercise(
        name="mend_embedding",
        stem="embedding",
        section="last-write-wins",
        title="Right for some contexts",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("dtable",),
        draw=draw_dflat,
        narrow=(3,),
        worked=lambda: (torch.tensor([[1.0, 10.0], [100.0, 1000.0]]), torch.tensor([[1, 1], [0, 1]]), 2),
        hints=(
            Hint("A character that stands twice in one context is counted once there",
                 "Call the function with one row, once with two different characters and once with the same "
                 "character twice. In which line are the two treated alike?"),
            Hint("No known mistake matches",
                 "`dtable[rows] += values` reads all rows, adds, and writes all of them back. A row that is "
                 "named twice is read twice before it is written."),
        ),
        mutants=(
            Mutant("dtable.index_add_(0, context[b], demb[b])", "dtable[context[b]] += demb[b]",
                   "A character that stands twice in one context is counted once"),
            Mutant("dtable.index_add_(0, context[b], demb[b])", "dtable[context[b]] = demb[b]", "Last write wins"),
            Mutant("dtable.index_add_(0, context[b], demb[b])",
                   "dtable.index_add_(0, context[b, -1:], demb[b, -1:])", "Only the last character"),
            Mutant("dflat.view(B, T, -1)", "dflat.view(B, -1, T).transpose(1, 2)", "Each row was cut into D pieces"),
            Mutant("return dtable", "return dtable / B", "a division by B too many"),
        ),
        mistakes=wrong_of_dflat,
        kind="bug",
    ),
    Exercise(
        name="tied_table",
        stem="embedding",
        section="all-at-once",
        title="One table at both ends",
        difficulty=4,
        importance=4,
        minutes=25,
        gives=("dtable",),
        draw=draw_tied,
        narrow=(3,),
        worked=lambda: (torch.tensor([[1.0, 10.0]]), torch.tensor([[0.0, 1.0, 0.0]]), torch.tensor([[100.0]]),
                        torch.tensor([[2, 2]])),
        hints=(
            Hint("The table is used twice",
                 "Pretend that there are two tables, one for each end, and find the gradient of each. "
                 "Both have the shape $(V, D)$; a value that is used twice adds what comes back."),
            Hint("Last write wins",
                 "`via_emb[context] += demb` writes a row that is read several times only once."),
            Hint("Each row was cut into D pieces of T numbers",
                 "In `flat` the $D$ numbers of the first character come first. "
                 "Cut it as it was put together: `view(B, T, D)`."),
        ),
        mutants=(
            Mutant("via_emb + via_logits", "via_emb", "its use in the logits is missing"),
            Mutant("via_emb + via_logits", "via_logits", "its use in the lookup is missing"),
            Mutant("via_emb + via_logits", "via_emb - via_logits", "they must be added"),
            Mutant("via_emb + via_logits", "(via_emb + via_logits) / 2", "The mean of the two uses"),
            Mutant(SCATTER.replace("dtable", "via_emb"), "via_emb[context] += demb", "Last write wins"),
            Mutant("dflat.view(B, T, D)", "dflat.view(B, D, T).transpose(1, 2)",
                   "Each row was cut into D pieces"),
            Mutant("dflat.view(B, T, D)", "dflat.view(T, B, D).transpose(0, 1)", "as if T came before B"),
        ),
        mistakes=wrong_tied,
        kind="further",
    ),
)
