"""The exercises of the chapter *Batch normalisation in one line*."""

import torch

from handgrad.check import mistakes
from handgrad.exercises.chapters.batchnorm import draw_x
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.ops import batchnorm


def draw_saved(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_fused: dy, xhat (B, H), rstd (1, H), gamma (H,)."""
    dy, x, gamma, eps = draw_x(generator)
    saved = batchnorm.forward(x, gamma, gamma, eps)[1]
    return dy, saved.xhat, saved.rstd, gamma


def draw_rows(generator: torch.Generator) -> tuple:
    """Inputs of layernorm_rows: dy, xhat (B, H), rstd (B, 1)."""
    dy, x, _, eps = draw_x(generator)
    gain = torch.ones(len(x), dtype=x.dtype)
    saved = batchnorm.forward(x.T.contiguous(), gain, gain, eps, correction=0)[1]
    return dy, saved.xhat.T.contiguous(), saved.rstd.T.contiguous()


def wrong_of_saved(dy, xhat, rstd, gamma) -> dict:
    """The plausible mistakes of exercises that start from what the forward pass saved."""
    return mistakes.of_batchnorm(dy, batchnorm.Saved(xhat, rstd, gamma, 1))


def wrong_of_mended(dy, xhat, rstd, gamma) -> dict:
    """The plausible mistakes of mend_batchnorm_fused, among them the one that it comes with."""
    via_var = xhat * (dy * xhat).sum(0) / (len(dy) - 1)
    return wrong_of_saved(dy, xhat, rstd, gamma) | {
        "What is subtracted for the mean is one number for the whole matrix; each column has a mean of its own.":
            gamma * rstd * (dy - dy.mean() - via_var),
        "The sum of dy was subtracted where its mean belongs.": gamma * rstd * (dy - dy.sum(0) - via_var),
        "This is the gradient of the shift; that of the gain multiplies each entry by xhat.": dy.sum(0),
    }


def worked_saved() -> tuple:
    """Five rows and one column; the squares of xhat sum to 4, which is B - 1."""
    dy, xhat = torch.tensor([[5.0, 0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 1.0, -1.0, 0.0]])
    return dy[:, None], xhat[:, None], torch.tensor([[2.0]]), torch.tensor([2.0])


EXERCISES = (
    Exercise(
        name="batchnorm_fused",
        stem="batchnorm",
        chapter="batchnorm_fused",
        section="the-lines-put-into-one-another",
        title="Batch normalisation in one line",
        difficulty=5,
        importance=5,
        minutes=45,
        gives=("dx",),
        draw=draw_saved,
        worked=worked_saved,
        hints=(
            Hint("No known mistake matches",
                 "Write $\\partial L/\\partial v$ with $r^3$, put it into the line for the differences, "
                 "and turn $r \\, d_b$ into $\\hat x_b$ wherever it appears."),
            Hint("Bessel's correction",
                 "The mean of the upstream gradient divides by $B$, the part along `xhat` by $B - 1$."),
            Hint("The gain is forgotten", "The gain multiplies everything; take it out in front."),
        ),
        mutants=(
            Mutant("gamma * rstd", "rstd", "The gain is forgotten"),
            Mutant("gamma * rstd", "gamma", "The standard deviation is forgotten"),
            Mutant(" - dy.mean(0)", "", "The mean is treated as a constant"),
            Mutant(" - xhat * (dy * xhat).sum(0) / (B - 1)", "", "The variance is treated as a constant"),
            Mutant("(B - 1)", "B", "Bessel's correction"),
            Mutant("dy - dy.mean(0) - xhat", "dy - dy.mean(0) + xhat", "the variance has the wrong sign"),
        ),
        mistakes=wrong_of_saved,
    ),
    Exercise(
        name="mend_batchnorm_fused",
        stem="batchnorm",
        chapter="batchnorm_fused",
        section="the-two-sums-are-the-parameters-gradients",
        title="One line of five",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("dx", "dgamma", "dbeta"),
        draw=draw_saved,
        worked=worked_saved,
        hints=(
            Hint("What is subtracted for the mean is one number for the whole matrix",
                 "Which term of the line for `dx` is the path through the mean? What shape should it have, "
                 "and what shape has it?"),
            Hint("No known mistake matches",
                 "A sum without an axis adds up everything. Broadcasting hides it: one number fits wherever a "
                 "row of $H$ numbers fits."),
        ),
        mutants=(
            Mutant("via_mean = dbeta / B", "via_mean = dy.mean()", "one number for the whole matrix"),
            Mutant("via_mean = dbeta / B", "via_mean = dbeta", "The sum of dy was subtracted"),
            Mutant("/ (B - 1)", "/ B", "Bessel's correction"),
            Mutant("gamma * rstd", "rstd", "The gain is forgotten"),
            Mutant("dy - via_mean - via_var", "dy - via_mean", "The variance is treated as a constant"),
            Mutant("return dx, dgamma, dbeta", "return dx, dbeta, dbeta", "This is the gradient of the shift"),
        ),
        mistakes=wrong_of_mended,
        kind="bug",
    ),
    Exercise(
        name="layernorm_rows",
        stem="batchnorm",
        chapter="batchnorm_fused",
        section="the-lines-put-into-one-another",
        title="The same along rows",
        difficulty=4,
        importance=3,
        minutes=20,
        gives=("dx",),
        draw=draw_rows,
        narrow=(0,),
        worked=lambda: (torch.tensor([[4.0, 0.0, 0.0, 0.0]]), torch.tensor([[1.0, -1.0, 1.0, -1.0]]),
                        torch.tensor([[0.5]])),
        hints=(
            Hint("The means were taken over columns",
                 "Here the numbers that belong together stand in one row. Which axis is summed?"),
            Hint("RuntimeError: The size of tensor a must match",
                 "One number a row needs the shape $(B, 1)$ to be copied along the row."),
        ),
        mutants=(
            Mutant("dy.mean(1, keepdim=True)", "dy.mean(0, keepdim=True)", "The means were taken over columns"),
            Mutant("dy.mean(1, keepdim=True)\n    mean_along = (dy * xhat).mean(1, keepdim=True)",
                   "dy.mean(0, keepdim=True)\n    mean_along = (dy * xhat).mean(0, keepdim=True)",
                   "The means were taken over columns"),
            Mutant(" - xhat * mean_along", "", "The variance is treated as a constant"),
            Mutant(" - mean_dy", "", "In each row every column is off by the same amount"),
            Mutant("(dy * xhat).mean(1, keepdim=True)", "(dy * xhat).sum(1, keepdim=True)",
                   "summed where the mean belongs"),
        ),
        mistakes=lambda dy, xhat, rstd: {
            "The means were taken over columns; here each row has its own.":
                rstd * (dy - dy.mean(0) - xhat * (dy * xhat).mean(0)),
            "The means were taken over columns for the first of the two terms.":
                rstd * (dy - dy.mean(0) - xhat * (dy * xhat).mean(1, keepdim=True)),
            "The variance is treated as a constant.": rstd * (dy - dy.mean(1, keepdim=True)),
            "The part along xhat was summed where the mean belongs.":
                rstd * (dy - dy.mean(1, keepdim=True) - xhat * (dy * xhat).sum(1, keepdim=True)),
        },
        kind="further",
    ),
)
