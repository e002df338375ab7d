"""The exercises of the chapter *Batch normalisation, line by line*."""

import torch

from handgrad.check import mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.ops import batchnorm

EPS = 1e-3


def draw_x(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_backward: dy, x (B, H), gamma (H,), eps."""
    B, H = draws.lengths(generator, 2)
    x = draws.normal(generator, B, H, scale=2.0) + 1.0
    return draws.normal(generator, B, H), x, draws.normal(generator, H) - 2.0, EPS


def draw_dvar(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_dvar: dxhat, centered (B, H), var (1, H), eps."""
    dy, x, gamma, eps = draw_x(generator)
    steps = batchnorm.forward_steps(x, gamma, gamma, eps)
    return dy, steps.centered, steps.var, eps


def draw_dcentered(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_dcentered: dxhat (B, H), dvar (1, H), centered (B, H), rstd (1, H)."""
    dy, x, gamma, eps = draw_x(generator)
    steps = batchnorm.forward_steps(x, gamma, gamma, eps)
    return dy, draws.normal(generator, 1, x.shape[1]), steps.centered, steps.rstd


def wrong_of_x(dy, x, gamma, eps) -> dict:
    """The plausible mistakes of exercises that start from the input."""
    return mistakes.of_batchnorm(dy, batchnorm.forward(x, gamma, gamma, eps)[1]) | {
        "This is the gradient of the shift; that of the gain multiplies each entry by xhat.": dy.sum(0),
    }


def wrong_of_mended(dy, x, gamma, eps) -> dict:
    """The plausible mistakes of mend_batchnorm, among them the one that it comes with."""
    _, (xhat, rstd, _, _) = batchnorm.forward(x, gamma, gamma, eps)
    via_var = xhat * (dy * xhat).sum(0) / (len(dy) - 1)
    return wrong_of_x(dy, x, gamma, eps) | {
        "The path through the variance is off, by a factor that differs from column to column.":
            gamma * rstd * (dy - dy.mean(0) - via_var * rstd),
    }


def worked_x() -> tuple:
    """Three rows and one column, whose mean is 2 and whose variance is 1."""
    return torch.tensor([[1.0], [0.0], [0.0]]), torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([1.0]), 0.0


EXERCISES = (
    Exercise(
        name="batchnorm_dvar",
        stem="batchnorm",
        section="the-variance",
        title="The variance is no constant",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("dvar",),
        draw=draw_dvar,
        worked=lambda: (torch.tensor([[1.0], [0.0]]), torch.tensor([[1.0], [-1.0]]), torch.tensor([[4.0]]), 0.0),
        hints=(
            Hint("The shape is (H,), expected (1, H)",
                 "A gradient has the shape of its variable; `keepdim=True` keeps the axis of length 1."),
            Hint("The sum over axis 0 is missing",
                 "One variance serves all rows of its column: a copy forward, so a sum backward."),
            Hint("Every entry is -2 times the right one",
                 "The exponent $-\\tfrac12$ comes down as a factor, and then the exponent falls by one."),
        ),
        mutants=(
            Mutant("* -0.5 *", "* 0.5 *", "The sign is wrong"),
            Mutant("* -0.5 *", "*", "Every entry is -2 times"),
            Mutant("-1.5", "-0.5", "The exponent is still −1/2"),
            Mutant(".sum(0, keepdim=True)", "", "the sum over axis 0 is missing"),
            Mutant("return drstd * -0.5 * (var + eps) ** -1.5",
                   "return (drstd * -0.5 * (var + eps) ** -1.5).squeeze(0)", "an axis was kept or lost"),
            Mutant("(dxhat * centered)", "dxhat", "The factor centered is missing"),
        ),
        mistakes=lambda dxhat, centered, var, eps: {
            "The exponent is still −1/2; in a derivative it falls by one.":
                (dxhat * centered).sum(0, keepdim=True) * -0.5 * (var + eps) ** -0.5,
            "The factor centered is missing: by it the root was multiplied.":
                dxhat.sum(0, keepdim=True) * -0.5 * (var + eps) ** -1.5,
            "This is the gradient of the whole factor; the slope of the power is still to come.":
                (dxhat * centered).sum(0, keepdim=True),
        },
    ),
    Exercise(
        name="batchnorm_dcentered",
        stem="batchnorm",
        section="the-differences-where-the-paths-meet",
        title="Where the paths meet",
        difficulty=3,
        importance=5,
        minutes=10,
        gives=("dcentered",),
        draw=draw_dcentered,
        worked=lambda: (torch.tensor([[1.0], [0.0]]), torch.tensor([[0.5]]), torch.tensor([[1.0], [-1.0]]),
                        torch.tensor([[2.0]])),
        hints=(
            Hint("The path through the variance is forgotten",
                 "`centered` stands in two forward lines. Each sends a gradient back, and they are added."),
            Hint("Divided by B where the forward pass divided by B − 1",
                 "What did the forward pass divide the sum of squares by?"),
        ),
        mutants=(
            Mutant("via_xhat + via_var", "via_xhat", "The path through the variance is forgotten"),
            Mutant("via_xhat + via_var", "via_var", "The straight path is forgotten"),
            Mutant("via_xhat + via_var", "via_xhat - via_var", "The path through the variance has the wrong sign"),
            Mutant("dvar * 2 * centered", "dvar * centered", "The factor 2 of the square is missing"),
            Mutant("2 * centered / (B - 1)", "2 * centered / B",
                   "Divided by B where the forward pass divided by B − 1"),
        ),
        mistakes=lambda dxhat, dvar, centered, rstd: {
            "The path through the variance is forgotten.": dxhat * rstd,
            "The straight path is forgotten.": 2 * dvar * centered / (len(dxhat) - 1),
            "The path through the variance has the wrong sign.":
                dxhat * rstd - 2 * dvar * centered / (len(dxhat) - 1),
            "The factor 2 of the square is missing.": dxhat * rstd + dvar * centered / (len(dxhat) - 1),
            "Divided by B where the forward pass divided by B − 1.":
                dxhat * rstd + 2 * dvar * centered / len(dxhat),
        },
    ),
    Exercise(
        name="batchnorm_backward",
        stem="batchnorm",
        section="all-at-once",
        title="Batch normalisation, on your own",
        difficulty=4,
        importance=5,
        minutes=40,
        gives=("dx", "dgamma", "dbeta"),
        draw=draw_x,
        worked=worked_x,
        hints=(
            Hint("Mean and variance are treated as constants",
                 "Draw the arrows first. Two leave `x`, two leave `centered`."),
            Hint("The path through the mean has the wrong sign",
                 "The mean is subtracted, so its gradient is *minus* the sum of what arrives at `centered`."),
            Hint("The gain is forgotten",
                 "It enters at `dxhat = dy * gamma`, and in no other line."),
        ),
        mutants=(
            Mutant("dy * gamma", "dy", "The gain is forgotten"),
            Mutant("dx = dcentered - dcentered.mean(0, keepdim=True)", "dx = dcentered",
                   "The mean is treated as a constant"),
            Mutant(" + dvar * 2 * centered / (B - 1)", "", "The variance is treated as a constant"),
            Mutant("dx = dcentered - dcentered.mean(0, keepdim=True)", "dx = dxhat * rstd",
                   "Mean and variance are treated as constants"),
            Mutant("dvar * 2 * centered / (B - 1)", "dvar * 2 * centered / B", "Bessel's correction"),
            Mutant("dcentered - dcentered.mean(", "dcentered + dcentered.mean(",
                   "The path through the mean has the wrong sign"),
            Mutant("(dy * xhat).sum(0)", "dy.sum(0)", "This is the gradient of the shift"),
        ),
        mistakes=wrong_of_x,
    ),
    Exercise(
        name="batchnorm_biased",
        stem="batchnorm",
        section="which-variance",
        title="The other variance",
        difficulty=3,
        importance=3,
        minutes=15,
        gives=("dx",),
        draw=draw_x,
        worked=lambda: (torch.tensor([[1.0], [0.0], [0.0], [0.0]]), torch.tensor([[1.0], [1.0], [3.0], [3.0]]),
                        torch.tensor([1.0]), 0.0),
        hints=(
            Hint("Bessel's correction",
                 "In how many lines does the division of the variance stand, forward and backward?"),
            Hint("The variance divides by B − 1",
                 "`x.var(0)` has Bessel's correction unless it is told `correction=0`."),
            Hint("The mean is treated as a constant",
                 "That part has not changed: what came through the differences is summed and copied back."),
        ),
        mutants=(
            Mutant("dvar * 2 * centered / B", "dvar * 2 * centered / (B - 1)", "Bessel's correction"),
            Mutant("/ B + eps", "/ (B - 1) + eps", "by B − 1 forward and by B backward"),
            Mutant("/ B + eps) ** -0.5", "/ (B - 1) + eps) ** -0.5\n    B = B - 1", "The variance divides by B − 1"),
            Mutant(" + dvar * 2 * centered / B", "", "The variance is treated as a constant"),
            Mutant(" - dcentered.mean(0, keepdim=True)", "", "The mean is treated as a constant"),
            Mutant("dy * gamma", "dy", "The gain is forgotten"),
            Mutant("* -0.5 *", "* 0.5 *", "The path through the variance has the wrong sign"),
        ),
        mistakes=lambda dy, x, gamma, eps: {
            "The variance divides by B − 1 here; that of `F.batch_norm` divides by B.":
                batchnorm.backward(dy, batchnorm.forward(x, gamma, gamma, eps)[1])[0],
            "The variance divides by B − 1 forward and by B backward; that of `F.batch_norm` divides by B.":
                batchnorm.backward(dy, batchnorm.forward(x, gamma, gamma, eps)[1]._replace(correction=0))[0],
        } | mistakes.of_batchnorm(dy, batchnorm.forward(x, gamma, gamma, eps, correction=0)[1]),
    ),
    Exercise(
        name="mend_batchnorm",
        stem="batchnorm",
        section="backward-step-by-step",
        title="One line of eight",
        difficulty=3,
        importance=4,
        minutes=15,
        gives=("dx", "dgamma", "dbeta"),
        draw=draw_x,
        worked=worked_x,
        hints=(
            Hint("The path through the variance is off",
                 "Which lines lie on that path? For each, name the forward line that it belongs to and take "
                 "its slope again."),
            Hint("The path through the variance is off, by a factor that differs from column to column",
                 "Which values have one number a column? One of them is in the result once too often."),
            Hint("No known mistake matches",
                 "`xhat = centered * rstd`. Nudge `rstd`, with `centered` held fixed: by how much does `xhat` move?"),
        ),
        mutants=(
            Mutant("drstd = (dxhat * centered)", "drstd = (dxhat * xhat)", "differs from column to column"),
            Mutant("(dvar / (B - 1))", "(dvar / B)", "Bessel's correction"),
            Mutant("* -0.5 *", "* 0.5 *", "The path through the variance has the wrong sign"),
            Mutant("dsquared * 2 * centered", "dsquared * centered", "too small by a factor 2"),
            Mutant("dmean = -dcentered", "dmean = dcentered", "The path through the mean has the wrong sign"),
            Mutant("dxhat = dy * gamma", "dxhat = dy", "The gain is forgotten"),
        ),
        mistakes=wrong_of_mended,
        kind="bug",
    ),
)
