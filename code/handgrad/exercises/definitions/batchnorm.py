"""The exercises of the two chapters on batch normalisation."""

import torch

from handgrad import mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.ops import batchnorm

EPS = 1e-3


def draw_x(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_backward: dy, x (B, H), gamma (H,), eps."""
    B, H = draws.lengths(generator, 2)
    x = draws.normal(generator, B, H, scale=2.0) + 1.0
    return draws.normal(generator, B, H), x, draws.normal(generator, H) - 2.0, EPS


def draw_saved(generator: torch.Generator) -> tuple:
    """Inputs of batchnorm_fused: dy, xhat (B, H), rstd (1, H), gamma (H,)."""
    dy, x, gamma, eps = draw_x(generator)
    saved = batchnorm.forward(x, gamma, gamma, eps)[1]
    return dy, saved.xhat, saved.rstd, gamma


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


def draw_rows(generator: torch.Generator) -> tuple:
    """Inputs of layernorm_rows: dy, xhat (B, H), rstd (B, 1)."""
    dy, x, _, eps = draw_x(generator)
    gain = torch.ones(len(x), dtype=x.dtype)
    saved = batchnorm.forward(x.T.contiguous(), gain, gain, eps, correction=0)[1]
    return dy, saved.xhat.T.contiguous(), saved.rstd.T.contiguous()


def wrong_of_saved(dy, xhat, rstd, gamma) -> dict:
    """The plausible mistakes of exercises that start from what the forward pass saved."""
    return mistakes.of_batchnorm(dy, batchnorm.Saved(xhat, rstd, gamma, 1))


def wrong_of_x(dy, x, gamma, eps) -> dict:
    """The plausible mistakes of exercises that start from the input."""
    return mistakes.of_batchnorm(dy, batchnorm.forward(x, gamma, gamma, eps)[1])


def worked_saved() -> tuple:
    """Two rows and one column, of which xhat is ±1/√2."""
    xhat = torch.tensor([[1.0], [-1.0]]) / 2**0.5
    return torch.tensor([[1.0], [0.0]]), xhat, torch.tensor([[2.0]]), torch.tensor([3.0])


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
            Mutant("-1.5", "-0.5", "No known mistake matches"),
            Mutant(".sum(0, keepdim=True)", "", "the sum over axis 0 is missing"),
            Mutant("return drstd * -0.5 * (var + eps) ** -1.5",
                   "return (drstd * -0.5 * (var + eps) ** -1.5).squeeze(0)", "an axis was kept or lost"),
        ),
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
            Hint("The path through the variance is B/(B − 1) times too small",
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
        worked=lambda: (torch.tensor([[1.0], [0.0], [0.0]]), torch.tensor([[1.0], [2.0], [3.0]]),
                        torch.tensor([1.0]), 0.0),
        hints=(
            Hint("Mean and variance are treated as constants",
                 "Draw the arrows first. Two leave `x`, two leave `centered`."),
            Hint("In each column every row is off by the same amount",
                 "Something that is one number a column is missing: the path through the mean."),
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
            Mutant("(dy * xhat).sum(0)", "dy.sum(0)", "No known mistake matches"),
        ),
        mistakes=wrong_of_x,
    ),
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
        worked=lambda: (torch.tensor([[1.0, 0.0]]), torch.tensor([[1.0, -1.0]]), torch.tensor([[0.5]])),
        hints=(
            Hint("The means were taken over columns",
                 "Here the numbers that belong together stand in one row. Which axis is summed?"),
            Hint("RuntimeError: The size of tensor a must match",
                 "One number a row needs the shape $(B, 1)$ to be copied along the row."),
        ),
        mutants=(
            Mutant("dy.mean(1, keepdim=True)", "dy.mean(0, keepdim=True)", "No known mistake matches"),
            Mutant(" - xhat * mean_along", "", "The variance is treated as a constant"),
            Mutant(" - mean_dy", "", "In each row every column is off by the same amount"),
            Mutant("(dy * xhat).mean(1, keepdim=True)", "(dy * xhat).sum(1, keepdim=True)",
                   "summed where the mean belongs"),
        ),
        mistakes=lambda dy, xhat, rstd: {
            "The variance is treated as a constant.": rstd * (dy - dy.mean(1, keepdim=True)),
            "The part along xhat was summed where the mean belongs.":
                rstd * (dy - dy.mean(1, keepdim=True) - xhat * (dy * xhat).sum(1, keepdim=True)),
        },
        kind="further",
    ),
)
