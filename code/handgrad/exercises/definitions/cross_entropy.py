"""The exercises of the chapter *From the loss to the logits*."""

import torch

from handgrad import mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.ops import cross_entropy


def draw_targets(generator: torch.Generator) -> tuple:
    """Inputs of dlogprobs_of_loss: logprobs (B, V), targets (B,)."""
    B, V = draws.lengths(generator, 2)
    return draws.probabilities(generator, B, V).log(), draws.targets(generator, B, V)


def draw_fork(generator: torch.Generator) -> tuple:
    """Inputs of dcounts_of_probs: dprobs, counts (B, V)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V), draws.normal(generator, B, V).exp()


def draw_logits(generator: torch.Generator) -> tuple:
    """Inputs of cross_entropy_backward: logits (B, V), targets (B,)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V, scale=3.0), draws.targets(generator, B, V)


def wrong_logits(logits: torch.Tensor, targets: torch.Tensor) -> dict:
    """The plausible mistakes of exercises that start from the logits.

    Shapes: logits, and each result (B, V); targets (B,).
    """
    loss, saved = cross_entropy.forward(logits, targets)
    return mistakes.of_cross_entropy(torch.ones_like(loss), saved)


EXERCISES = (
    Exercise(
        name="dlogprobs_of_loss",
        stem="cross_entropy",
        section="backward-step-by-step",
        title="One number a row",
        difficulty=1,
        importance=4,
        minutes=5,
        gives=("dlogprobs",),
        draw=draw_targets,
        worked=lambda: (torch.tensor([[0.5, 0.5], [0.25, 0.75]]).log(), torch.tensor([0, 1])),
        hints=(
            Hint("Every entry is B times too large",
                 "The loss is a mean. By how much does a mean over $B$ rows move when one of them moves by 1?"),
            Hint("The shape is (B,), expected (B, V)",
                 "A gradient has the shape of its variable, "
                 "zeros included. Start from `torch.zeros_like(logprobs)`."),
            Hint("The sign is wrong",
                 "The loss is *minus* the mean log-probability: "
                 "it falls when the log-probability of a target rises."),
        ),
        mutants=(
            Mutant("-1 / B", "-1", "the division by B is missing"),
            Mutant("-1 / B", "1 / B", "The sign is wrong"),
            Mutant("-1 / B", "-1 / logprobs.shape[1]", "times the right one"),
            Mutant("[rows, targets]", "[:, targets]", "Every row was given every target"),
            Mutant("return dlogprobs", "return dlogprobs[rows, targets]", "The shape is"),
        ),
        mistakes=lambda logprobs, targets: {
            "Every row was given every target: rows and columns must be indexed in pairs.":
                torch.zeros_like(logprobs).index_fill(1, targets, -1 / len(targets)),
        },
    ),
    Exercise(
        name="dcounts_of_probs",
        stem="cross_entropy",
        section="two-paths-into-the-counts",
        title="Two paths into the counts",
        difficulty=3,
        importance=5,
        minutes=15,
        gives=("dcounts",),
        draw=draw_fork,
        worked=lambda: (torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, 3.0]])),
        hints=(
            Hint("The path through the sum is forgotten",
                 "`counts` appears twice on the way to `probs`: as the numerator, and inside `counts_sum`. "
                 "Nudge one count: every probability of its row moves."),
            Hint("The shape is (B, 1), expected (B, V)",
                 "`counts_sum` is one number a row. What was a sum forward is a copy backward: "
                 "its gradient goes to every count of the row."),
            Hint("RuntimeError: The size of tensor a must match",
                 "Without `keepdim=True` a sum over columns has the shape $(B,)$, "
                 "which lines up with columns and not with rows."),
        ),
        mutants=(
            Mutant("via_probs + via_sum", "via_probs", "The path through the sum is forgotten"),
            Mutant("via_probs + via_sum", "via_sum.expand_as(counts)", "The direct path is forgotten"),
            Mutant("via_probs + via_sum", "via_probs - via_sum", "The path through the sum has the wrong sign"),
            Mutant("via_probs + via_sum", "-(via_probs + via_sum)", "The sign is wrong"),
            Mutant("via_probs + via_sum", "via_sum", "The shape is"),
        ),
        mistakes=lambda dprobs, counts: {
            "The path through the sum is forgotten.": dprobs / counts.sum(1, keepdim=True),
            "The direct path is forgotten.": -fork_sum(dprobs, counts).expand_as(counts),
            "The path through the sum has the wrong sign.":
                dprobs / counts.sum(1, keepdim=True) + fork_sum(dprobs, counts),
        },
    ),
    Exercise(
        name="cross_entropy_backward",
        stem="cross_entropy",
        section="all-at-once",
        title="From the loss to the logits, on your own",
        difficulty=4,
        importance=5,
        minutes=30,
        gives=("dlogits",),
        draw=draw_logits,
        worked=lambda: (torch.tensor([[0.0, 0.0]]), torch.tensor([1])),
        hints=(
            Hint("No known mistake matches",
                 "Write the forward lines first, one name each, then walk them in reverse. "
                 "Print the row sums of every gradient: from `dshifted` on they must be zero."),
            Hint("Only the correct class gets a gradient",
                 "The path through `counts_sum` reaches the other classes. Look at the fork again."),
            Hint("Every entry is B times too large",
                 "The division by $B$ enters once, in the first line."),
        ),
        mutants=(
            Mutant("-1 / B", "-1", "the division by B is missing"),
            Mutant("dprobs / counts_sum + dcounts_sum", "dprobs / counts_sum", "Only the correct class"),
            Mutant("dprobs / counts_sum + dcounts_sum", "dprobs / counts_sum - dcounts_sum",
                   "No known mistake matches"),
            Mutant("return dcounts * counts", "return -dcounts * counts", "The sign is wrong"),
            Mutant("return dcounts * counts", "return dcounts", "The last factor, counts, is forgotten"),
        ),
        mistakes=wrong_logits,
    ),
)


def fork_sum(dprobs: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """What the path through the sum takes away from each count.

    Shapes: dprobs, counts (B, V); result (B, 1).
    """
    return (dprobs * counts).sum(1, keepdim=True) / counts.sum(1, keepdim=True) ** 2
