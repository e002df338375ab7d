"""The exercises of the chapter *Softmax and cross-entropy in one line*."""

import torch

from handgrad.check import mistakes
from handgrad.exercises import draws
from handgrad.exercises.chapters.cross_entropy import draw_logits, wrong_logits
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import softmax as wrong


def draw_softmax(generator: torch.Generator) -> tuple:
    """Inputs of softmax_backward: dprobs, probs (B, V)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V), draws.probabilities(generator, B, V)


def draw_rows(generator: torch.Generator) -> tuple:
    """Inputs of softmax_jacobians: probs (B, V)."""
    return (draws.probabilities(generator, *draws.lengths(generator, 2)),)


def draw_soft(generator: torch.Generator) -> tuple:
    """Inputs of soft_targets: logits, wanted (B, V)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V, scale=2.0), draws.probabilities(generator, B, V)


def draw_sharpened(generator: torch.Generator) -> tuple:
    """Inputs of mend_sharpened: dprobs, logits (B, V), sharpness (B, 1)."""
    B, V = draws.lengths(generator, 2)
    sharpness = 0.5 + draws.normal(generator, B, 1).abs()
    return draws.normal(generator, B, V), draws.normal(generator, B, V), sharpness


def terms_of_sharpened(dprobs: torch.Tensor, logits: torch.Tensor, sharpness: torch.Tensor) -> dict:
    """What was added to make the two gradients of mend_sharpened, in size; the terms cancel.

    Shapes: dprobs, logits (B, V); sharpness (B, 1); of the results (B, V) and (B, 1).
    """
    probs = (sharpness * logits).softmax(1)
    terms = probs * (dprobs.abs() + (dprobs * probs).abs().sum(1, keepdim=True))
    dsharpness = (terms * logits.abs()).sum(1, keepdim=True)
    # A probability keeps the rounding of its exponent, which the logits and the sharpness scale.
    return {"dlogits": (terms * sharpness).amax(), "dsharpness": dsharpness}


EXERCISES = (
    Exercise(
        name="softmax_backward",
        stem="softmax",
        section="softmax-whatever-comes-after-it",
        title="Softmax, whatever comes after it",
        difficulty=3,
        importance=5,
        minutes=15,
        gives=("dlogits",),
        draw=draw_softmax,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 0.0]]), torch.tensor([[0.25, 0.75]])),
        hints=(
            Hint("Only each probability's own logit is counted",
                 "The Jacobian of a row has entries off its diagonal: $-p_i p_j$. "
                 "Write out the sum over $i$ for two classes."),
            Hint("RuntimeError: The size of tensor a must match",
                 "One number a row, lined up with rows, needs the shape $(B, 1)$: `keepdim=True`."),
            Hint("The rows of the result do not sum to zero",
                 "They must, for any upstream gradient. "
                 "What has to be subtracted from `dprobs` for that to happen?"),
        ),
        mutants=(
            Mutant("(dprobs - row_mean)", "dprobs * (1 - probs)", "terms with i ≠ j are missing"),
            Mutant("dprobs - row_mean", "dprobs + row_mean", "added instead of subtracted"),
            Mutant("return probs * (dprobs - row_mean)", "return probs * dprobs", "is not subtracted"),
            Mutant("return probs * (dprobs - row_mean)", "return dprobs - row_mean", "factor probs in front"),
            Mutant("(dprobs * probs).sum(1", "dprobs.mean(1", "not weighted with the probabilities"),
            Mutant(".sum(1, keepdim=True)", ".sum(0, keepdim=True)", "over a column instead of a row"),
        ),
        mistakes=mistakes.of_softmax,
    ),
    Exercise(
        name="softmax_jacobians",
        stem="softmax",
        section="how-one-probability-answers-one-logit",
        title="The Jacobian, once, in full",
        difficulty=2,
        importance=3,
        minutes=10,
        gives=("jacobians",),
        draw=draw_rows,
        narrow=(0,),
        worked=lambda: (torch.tensor([[0.5, 0.5], [0.25, 0.75]]),),
        hints=(
            Hint("The entries off the diagonal are missing",
                 "Raise one logit. The sum of the row stays 1, so the other probabilities must fall."),
            Hint("The shape is",
                 "Two axes of length $V$ for each row: one for the probability, one for the logit. "
                 "`torch.diag_embed` puts each row on the diagonal of a matrix of its own."),
            Hint("This is minus the product alone",
                 "Each row of a Jacobian must sum to zero here: a common shift of the logits changes nothing."),
        ),
        mutants=(
            Mutant("torch.diag_embed(probs) - probs.unsqueeze(2) * probs.unsqueeze(1)",
                   "torch.diag_embed(probs * (1 - probs))", "The entries off the diagonal are missing"),
            Mutant("(probs) - probs", "(probs) + probs", "The product of the two probabilities is added"),
            Mutant(" - probs.unsqueeze(2) * probs.unsqueeze(1)", "", "two probabilities is forgotten"),
            Mutant("torch.diag_embed(probs) - probs.un", "-probs.un", "The diagonal lacks p"),
            Mutant("torch.diag_embed(probs)", "torch.eye(probs.shape[1], dtype=probs.dtype)",
                   "On the diagonal stands 1 where p belongs"),
            Mutant("torch.diag_embed(probs) - probs.unsqueeze(2) * ",
                   "torch.eye(probs.shape[1], dtype=probs.dtype).repeat(len(probs), 1, 1) - ",
                   "The factor in front, p of the row, is missing"),
            Mutant("torch.diag_embed(probs) - probs.unsqueeze(2)", "-torch.diag_embed(probs) + probs.unsqueeze(2)",
                   "The sign is wrong"),
        ),
        mistakes=wrong.softmax_jacobians,
    ),
    Exercise(
        name="cross_entropy_fused",
        stem="softmax",
        section="with-the-cross-entropy-behind-it",
        title="Cross-entropy in one line",
        difficulty=2,
        importance=5,
        minutes=10,
        gives=("dlogits",),
        draw=draw_logits,
        narrow=(0,),
        worked=lambda: (torch.tensor([[0.0, 0.0], [0.0, 0.0]]), torch.tensor([1, 0])),
        hints=(
            Hint("Every entry is B times too large",
                 "The loss is a mean over the rows, so each row has a $B$-th of a say."),
            Hint("The targets are added instead of subtracted",
                 "The target's logit must be pulled up: its gradient is negative."),
            Hint("The shape is (B,), expected (B, V)",
                 "Every logit has a gradient, also those of the letters that did not come."),
        ),
        mutants=(
            Mutant(") / B", ")", "the division by B is missing"),
            Mutant("softmax(1) - torch", "softmax(1) + torch", "added instead of subtracted"),
            Mutant("(logits.softmax(1) - torch", "(-torch", "Only the correct class gets a gradient"),
            Mutant(" - torch.eye(V, dtype=logits.dtype)[targets]", "", "The targets are not subtracted"),
            Mutant("softmax(1)", "softmax(0)", "over a column instead of a row"),
            Mutant("return (logits", "return -(logits", "The sign is wrong"),
        ),
        mistakes=wrong_logits,
    ),
    Exercise(
        name="soft_targets",
        stem="softmax",
        section="with-the-cross-entropy-behind-it",
        title="When the target is a distribution",
        difficulty=3,
        importance=2,
        minutes=15,
        gives=("dlogits",),
        draw=draw_soft,
        narrow=(0,),
        worked=lambda: (torch.tensor([[0.0, 0.0]]), torch.tensor([[0.9, 0.1]])),
        hints=(
            Hint("The targets are multiplied in",
                 "Start from the general line for softmax with $\\partial L/\\partial p_v = -w_v / (B p_v)$, "
                 "and use that each row of `wanted` sums to one."),
            Hint("Every entry is B times too large",
                 "The loss divides by $B$; so must you, once."),
        ),
        mutants=(
            Mutant(" / len(logits)", "", "the division by B is missing"),
            Mutant("logits.softmax(1) - wanted", "wanted - logits.softmax(1)", "The sign is wrong"),
            Mutant("logits.softmax(1) - wanted", "logits.softmax(1) * (1 - wanted)",
                   "The targets are multiplied in"),
            Mutant("len(logits)", "logits.shape[1]", "divided by the number of columns"),
            Mutant("logits.softmax(1) - wanted", "-wanted", "Only the targets are left"),
            Mutant("- wanted)", "+ wanted)", "added instead of subtracted"),
        ),
        mistakes=wrong.soft_targets,
        kind="further",
    ),
    Exercise(
        name="mend_sharpened",
        stem="softmax",
        section="softmax-whatever-comes-after-it",
        title="A sharper softmax, not quite right",
        difficulty=2,
        importance=3,
        minutes=10,
        gives=("dlogits", "dsharpness"),
        draw=draw_sharpened,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 0.0]]), torch.tensor([[2.0]])),
        hints=(
            Hint("You want to find it without the check",
                 "Run it on two rows and change the second: the gradient of the first must not move. "
                 "And sum the rows of `dlogits`: what must come out?"),
            Hint("The weighted mean was taken over a column instead of a row",
                 "The result of the sum has to be one number for each row, of shape $(B, 1)$. "
                 "Which shape does the line give?"),
            Hint("The factor sharpness is forgotten",
                 "The logits are multiplied before the softmax. A factor hands back the other factor."),
        ),
        mutants=(
            Mutant("row_mean = (dprobs * probs).sum(1", "row_mean = (dprobs * probs).sum(0",
                   "over a column instead of a row"),
            Mutant("(dprobs * probs).sum(1", "dprobs.mean(1", "not weighted with the probabilities"),
            Mutant("probs * (dprobs - row_mean)", "dprobs * probs * (1 - probs)", "the terms with i ≠ j are missing"),
            Mutant("dscaled * sharpness", "dscaled", "The factor sharpness is forgotten"),
            Mutant("dscaled * sharpness", "dscaled / sharpness", "The sharpness divides"),
            Mutant("    probs = (sharpness * logits)", "    probs = logits", "taken without the sharpness"),
            Mutant("(dscaled * logits)", "(dprobs * logits)", "The gradient of the probabilities was used"),
            Mutant("(dscaled * logits)", "(dlogits * logits)", "The gradient of the logits was used"),
            Mutant("(dscaled * logits)", "(dscaled * probs)", "meets the probabilities here"),
            Mutant("(dscaled * logits).sum", "(dscaled * logits).mean", "The mean over the columns"),
        ),
        kind="bug",
        mistakes=wrong.mend_sharpened,
        sizes=terms_of_sharpened,
    ),
)
