"""Where readers stumble: each place with the section of the book that meets it, and what is run there."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from handgrad.support.markdown import Markdown, table


class Stumble(NamedTuple):
    """A step at which derivations go astray, and the experiment that meets it.

    chapter: a stem; heading: a section of it; shows: what is run there; piece: a piece of the code that
    runs it; also: a second section on the same, where there is one.
    """

    what: str
    chapter: str
    heading: str
    shows: str
    piece: str
    also: str = ""


STUMBLES = (
    Stumble("`dx` read as a small piece of `x`", "vjp", "Three numbers and a fork",
            "nudges that shrink, and a ratio that does not", "moved / nudge"),
    Stumble("the local slope taken for the gradient", "vjp", "Three numbers and a fork",
            "a nudge of one use at a time", "round(squared, 2), local_slope"),
    Stumble("one number for each pair of entries, or one for each entry?", "vjp", "Gradient or Jacobian?",
            "the Jacobian built once, and the two lines that replace it", "J.T @ dprobs.flatten()"),
    Stumble("a value used twice, and one path overwrites the other", "vjp", "Break it",
            "two paths, each lost in turn", 'diagnose("x", direct, truth', "Three numbers and a fork"),
    Stumble("which axis a broadcast sums over, and whether it is kept", "vjp", "A copy forward is a sum backward",
            "an axis that is lost without an error", "square - square.sum(1)"),
    Stumble("“the slope of a sum is 1, so its gradient is 1”", "vjp", "A sum forward is a copy backward",
            "a sum that the loss takes five times", "5 * terms.sum()"),
    Stumble("one-sided differences, steps too small, and float32", "checking", "The U-shaped curve",
            "the error of four differences over the length of the step", "check_errors.step_sizes",
            "What a tolerance means"),
    Stumble("logits, counts, probabilities and their logarithms confused", "cross_entropy", "The forward pass",
            "their ranges and row sums, held to the minibatch", "counts_sum.max() <= V"),
    Stumble("the factor $1/B$ forgotten", "cross_entropy", "The mean",
            "an entry nudged, and a loss that moves by a $B$-th of it", "nudged[0, targets[0]] += 1"),
    Stumble("`dlogits` thought as empty as `dlogprobs`", "cross_entropy", "Two paths into the counts",
            "a count of what is not zero, before and after the fork", "(dcounts != 0).sum()", "What it means"),
    Stumble("a small gradient, or a gradient that is zero?", "cross_entropy", "What comes back through the maximum",
            "sums that cancel, beside the terms that were added", "drow_max.abs().max(), dshifted", "Break it"),
    Stumble("two logits that share the maximum", "cross_entropy", "Break it",
            "PyTorch's two answers, side by side", "tie.amax(1)"),
    Stumble("the terms with $i \\ne j$ forgotten", "softmax", "Break it",
            "the derivative of the sigmoid in its place, and the row sums that betray it", "own_only.sum(1)"),
    Stumble("which matrix the Jacobian of softmax is, and its rank", "softmax", "How one probability answers one logit",
            "the matrix from our formula and from PyTorch, its rank and its row sums", "matrix_rank(J)"),
    Stumble("a push on a logit taken for a fall of its probability", "softmax", "What it means",
            "one step, and the probabilities that rise all the same", "rises = "),
    Stumble("transposes found by matching shapes", "linear", "A square matrix",
            "each product that fits, and a square cut out of the weights", "dy @ square.T, dy @ square",
            "Three orders of adding"),
    Stumble("`dx` written where `x` belongs", "linear", "`x` and `dx`",
            "the line of a published copy, and what it computes", "dflat.T @ dpre_bn"),
    Stumble("the slope of tanh taken from its input", "tanh", "Break it",
            "the signs that turn, and a test on small numbers that passes", "(1 - x**2) * dy",
            "Derivatives read off the output"),
    Stumble("a slope of 0 that is not zero", "tanh", "Where the last digit goes",
            "slopes far out against the true ones, until no digit is left", "torch.tensor(far).tanh()", "Saturation"),
    Stumble("division by $B$ or by $B - 1$", "batchnorm", "Which variance?",
            "one call of `F.batch_norm` that does both", "running_var, x.var(0, correction=1)", "Break it"),
    Stumble("the variance depends on the mean, and yet no gradient comes back", "batchnorm", "The mean",
            "the mean moved to both sides, and the growth of the variance", "moved = mean + "),
    Stumble("how many arrows leave the input", "batchnorm", "The input",
            "autograd along one arrow at a time", '"x into mean", leaf, x'),
    Stumble("the relative error of a gradient that is zero", "batchnorm", "A bias that cannot learn",
            "two right answers that share no digit", "other.abs()).median()"),
    Stumble("mean and variance taken for constants", "batchnorm", "Break it",
            "the straight path alone, and its column sums", "naive = gamma * rstd * dy"),
    Stumble("what the one line does to a gradient", "batchnorm_fused", "What it means",
            "straight lines fitted by a solver, and what they leave over", "torch.linalg.lstsq",
            "How much is left of a stretch?"),
    Stumble("whether `view` copies", "embedding", "The concatenation",
            "addresses and strides", "flat.data_ptr() == emb.data_ptr()"),
    Stumble("repeated letters, written at once with `+=`", "embedding", "Last write wins",
            "what stays of the gradient, and a test that does not notice", "added[context] += demb",
            "Three forms of one sum"),
    Stumble("backward called twice, and gradients of what is no leaf", "training",
            "What autograd would have asked of us",
            "two calls and their sum; a result that keeps no gradient", "by_hand[0] + by_hand[1]", "Break it"),
    Stumble("a loss that cannot be repeated, or that one minibatch printed", "training", "How loud is one minibatch?",
            "the noise of a minibatch beside the gain of 20,000 steps", "record.stds[b // record.block - 1]",
            "Beside the notebook"),
    Stumble("batch normalisation where there is no batch", "training", "Which mean, once there is no minibatch?",
            "one row among different rows, then with fixed statistics", "company = data.dev.context",
            "Calibrate, or keep a running average"),
)


def anchor(heading: str) -> str:
    """The end of the address of a section, as MyST makes it from the heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def link(chapter: str, heading: str) -> str:
    """A link to a section."""
    return f"[{heading}](./{chapter}.md#{anchor(heading)})"


def where(stumbles: Iterable[Stumble] = STUMBLES) -> Markdown:
    """The stumbles by chapter, each with what is run and a link to the section."""
    rows = []
    for chapter, found in groupby(stumbles, key=lambda stumble: stumble.chapter):
        rows.append((f"**[](./{chapter}.md)**", ""))
        for stumble in found:
            sections = ", ".join(link(chapter, heading) for heading in (stumble.heading, stumble.also) if heading)
            rows.append((stumble.what, f"{stumble.shows}: {sections}"))
    return table(("the stumble", "what is run, and where"), rows)
