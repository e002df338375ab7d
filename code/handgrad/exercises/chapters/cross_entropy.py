"""The exercises of the chapter *From the loss to the logits*."""

import torch

from handgrad.check import mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import cross_entropy as wrong
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
    known = mistakes.of_cross_entropy(torch.ones_like(loss), saved) | wrong.extra_logits(logits, targets)
    # Here dloss is 1, and to leave it out is right.
    return {sentence: gradient for sentence, gradient in known.items() if "dloss" not in sentence}


def draw_log_softmax(generator: torch.Generator) -> tuple:
    """Inputs of through_the_maximum and of mend_log_softmax: the upstream gradient and the logits, (B, V)."""
    B, V = draws.lengths(generator, 2)
    return draws.normal(generator, B, V), draws.normal(generator, B, V)


def draw_ignored(generator: torch.Generator) -> tuple:
    """Inputs of ignored_rows: logits (B, V), targets (B,), of three or more one at least -1 and two not."""
    logits, targets = draw_logits(generator)
    targets[torch.rand(len(targets), generator=generator) < 0.3] = -1
    targets[:3] = torch.tensor([0, -1, 1])[: len(targets)]
    return logits, targets


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
        narrow=(0,),
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
            Mutant("-1 / B", "-1 / logprobs.shape[1]", "divided by the number of columns"),
            Mutant("[rows, targets]", "[:, targets]", "Every row was given every target"),
            Mutant("return dlogprobs", "return dlogprobs[rows, targets]", "The shape is"),
        ),
        mistakes=lambda logprobs, targets: {
            "Every row was given every target: rows and columns must be indexed in pairs.":
                torch.zeros_like(logprobs).index_fill(1, targets, -1 / len(targets)),
            "It is divided by the number of columns; the mean is over the rows.":
                -torch.eye(logprobs.shape[1], dtype=logprobs.dtype)[targets] / logprobs.shape[1],
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
        narrow=(0,),
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
        narrow=(0,),
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
                   "The path through counts_sum has the wrong sign"),
            Mutant("return dcounts * counts", "return -dcounts * counts", "The sign is wrong"),
            Mutant("return dcounts * counts", "return dcounts", "The last factor, counts, is forgotten"),
        ),
        mistakes=wrong_logits,
    ),
    Exercise(
        name="through_the_maximum",
        stem="cross_entropy",
        section="the-logits",
        title="Through the maximum",
        difficulty=3,
        importance=3,
        minutes=15,
        gives=("dlogits",),
        draw=draw_log_softmax,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[0.0, 5.0, 1.0]])),
        hints=(
            Hint("The path through the maximum is forgotten",
                 "Here we do not know what comes after, so nothing says that the rows of `dshifted` sum to zero. "
                 "Nudge the largest logit of a row: how many shifted logits move?"),
            Hint("What comes back through the maximum went to every logit",
                 "Nudge a logit that is not the largest: does the maximum move?"),
            Hint("The path through the maximum has the wrong sign",
                 "The maximum is subtracted."),
            Hint("RuntimeError: Index tensor must have the same number of dimensions",
                 "`scatter` wants the columns in the shape $(B, 1)$: `logits.argmax(1, keepdim=True)`."),
        ),
        mutants=(
            Mutant("dshifted + via_max", "dshifted", "The path through the maximum is forgotten"),
            Mutant("dshifted + via_max", "via_max", "The direct path is forgotten"),
            Mutant("-dshifted.sum", "dshifted.sum", "The path through the maximum has the wrong sign"),
            Mutant("dshifted + via_max", "dshifted + drow_max", "went to every logit of the row"),
            Mutant("dshifted + via_max", "dshifted + drow_max / logits.shape[1]", "was shared out"),
            Mutant("logits.argmax(1", "logits.argmin(1", "went to the smallest logit"),
            Mutant("row_argmax, drow_max)", "row_argmax, -dshifted.gather(1, row_argmax))",
                   "The sum over the row is missing"),
            Mutant("-dshifted.sum(1, keepdim=True)", "-torch.ones_like(logits).sum(1, keepdim=True)",
                   "The upstream gradient of the maximum is taken as ones"),
        ),
        mistakes=wrong.through_the_maximum,
    ),
    Exercise(
        name="mend_log_softmax",
        stem="cross_entropy",
        section="backward-step-by-step",
        title="Nine lines, one of them wrong",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("dlogits",),
        draw=draw_log_softmax,
        narrow=(0,),
        worked=lambda: (torch.tensor([[-1.0, 0.0]]), torch.tensor([[0.0, 0.0]])),
        hints=(
            Hint("You want to find it without the check",
                 "Sum the rows of the result: whatever `dlogprobs` is, they must be zero. "
                 "Then go down the lines and ask of each value how often the forward lines use it."),
            Hint("The second path into the counts overwrites the first",
                 "One name is assigned twice. What happens to the first value?"),
            Hint("The path through the sum is forgotten",
                 "A count stands above the fraction line and, inside the sum, below it. Both send back a gradient."),
        ),
        mutants=(
            Mutant("dcounts + dcounts_sum.expand_as", "dcounts_sum.expand_as",
                   "The second path into the counts overwrites the first"),
            Mutant("dcounts + dcounts_sum.expand_as(counts)", "dcounts", "The path through the sum is forgotten"),
            Mutant("dcounts + dcounts_sum", "dcounts - dcounts_sum", "The path through the sum has the wrong sign"),
            Mutant("dlogprobs / probs", "dlogprobs", "The slope of the logarithm, 1 / probs, is forgotten"),
            Mutant("return dcounts * counts", "return dcounts", "The last factor, counts, is forgotten"),
            Mutant("counts_sum**2", "counts_sum", "counts_sum is not squared"),
            Mutant("return dcounts * counts", "return dcounts * counts.log()", "slope was taken from its input"),
            Mutant("return dcounts * counts", "return -dcounts * counts", "The sign is wrong"),
        ),
        kind="bug",
        mistakes=wrong.mend_log_softmax,
    ),
    Exercise(
        name="ignored_rows",
        stem="cross_entropy",
        section="the-mean",
        title="Rows without a target",
        difficulty=3,
        importance=2,
        minutes=20,
        gives=("dlogits",),
        draw=draw_ignored,
        narrow=(0,),
        worked=lambda: (torch.zeros(3, 2), torch.tensor([1, -1, 0])),
        hints=(
            Hint("It is divided by B",
                 "The mean is taken over fewer rows. How many does the loss read?"),
            Hint("A target of -1 was read as the last column",
                 "In Python, index $-1$ is the last place, and no error says so. "
                 "Make a mask of the rows that count before you index with the targets."),
            Hint("A row without a target is pushed down",
                 "The loss never looks at such a row. What is the gradient of a number that nobody reads?"),
        ),
        mutants=(
            Mutant("counted.sum()", "B", "It is divided by B"),
            Mutant(" / counted.sum()", "", "There is no division"),
            Mutant("counted = targets >= 0", "counted = targets >= -1", "and it is divided by B"),
            Mutant("dlogits * counted.unsqueeze(1)", "dlogits", "A row without a target is pushed down"),
            Mutant("dlogits * counted.unsqueeze(1)", "(logits.softmax(1) - torch.eye(V, dtype=logits.dtype)[targets])",
                   "A target of -1 was read as the last column, and its row was counted."),
            Mutant("    dlogits[rows, targets[counted]] -= 1\n", "", "The targets are not subtracted"),
            Mutant("-= 1", "+= 1", "The targets are added instead of subtracted"),
            Mutant("dlogits = logits.softmax(1)", "dlogits = torch.zeros_like(logits)", "Only the correct class"),
        ),
        kind="further",
        mistakes=wrong.ignored_rows,
    ),
)


def fork_sum(dprobs: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """What the path through the sum takes away from each count.

    Shapes: dprobs, counts (B, V); result (B, 1).
    """
    return (dprobs * counts).sum(1, keepdim=True) / counts.sum(1, keepdim=True) ** 2
