"""The exercises of the chapter *200,000 steps by hand*."""

import torch

from handgrad.exercises import draws
from handgrad.exercises.chapters.mlp import draw_network
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import training as wrong
from handgrad.models import mlp

EPS = 1e-3
SCATTER = "torch.zeros_like(table).index_add(0, context.flatten(), demb)"


def draw_step(generator: torch.Generator) -> tuple:
    """Inputs of train_step: params as in mlp.Parameters, context (B, T), targets (B,), and a rate."""
    return *draw_network(generator), 0.5 + torch.rand((), generator=generator).item()


def draw_parts(generator: torch.Generator) -> tuple:
    """Inputs of in_parts: gradients (K, M), sizes (K,), of which no two are equal."""
    K, M = draws.lengths(generator, 2)
    return draws.normal(generator, K, M), torch.randperm(20, generator=generator)[:K] + 2


def draw_running(generator: torch.Generator) -> tuple:
    """Inputs of running_statistics: mean, var (1, H), x (B, H), momentum."""
    B, H = draws.lengths(generator, 2)
    x = draws.normal(generator, B, H, scale=2.0) + 1.0
    momentum = 0.05 + 0.2 * torch.rand((), generator=generator).item()
    return draws.normal(generator, 1, H), draws.normal(generator, 1, H).abs() + 0.5, x, momentum


def draw_evaluation(generator: torch.Generator) -> tuple:
    """Inputs of evaluation_backward: dy, x (B, H), mean, var (1, H), gamma (H,), eps."""
    mean, var, x, _ = draw_running(generator)
    B, H = x.shape
    return draws.normal(generator, B, H), x, mean, var, draws.normal(generator, H) - 2.0, EPS


def draw_gradients(generator: torch.Generator) -> tuple:
    """Inputs of mend_steps: p (M,), gradients (K, M), rate."""
    K, M = draws.lengths(generator, 2)
    return draws.normal(generator, M), draws.normal(generator, K, M), 0.25


def draw_pooled(generator: torch.Generator) -> tuple:
    """Inputs of pooled_statistics: means, variances (K, H), sizes (K,)."""
    gradients, sizes = draw_parts(generator)
    return gradients, draws.normal(generator, *gradients.shape).abs() + 0.5, sizes


EXERCISES = (
    Exercise(
        name="train_step",
        stem="training",
        section="three-thousand-steps-here-and-now",
        title="One step, without autograd",
        difficulty=5,
        importance=5,
        minutes=90,
        gives=(*mlp.Parameters._fields, "loss"),
        draw=draw_step,
        narrow=(2, 3),
        worked=lambda: (
            "from handgrad.data import example\n"
            "from handgrad.training.step import plain_step\n"
            "\n"
            "# The minibatch of the book.\n"
            "params, context, targets = example.load()\n"
            "# What to expect: moved.table, moved.W1, and so on, and loss.\n"
            "moved, loss = plain_step(params, context, targets, 0.1)"
        ),
        hints=(
            Hint("This is the loss after the step",
                 "All seven parameters are right. The loss belongs to the forward pass that the gradients came "
                 "from, so compute it before anything moves."),
            Hint("table: The division by B is missing",
                 "The table stands at the end of the walk and shows what is wrong anywhere on it. The sentence "
                 "names the line: here the one for `dlogits`."),
            Hint("No known mistake matches",
                 "Set `rate` aside and find the seven gradients first: the exercise *Seven gradients, and no "
                 "more* tells which of them is the first that is wrong."),
            Hint("train_step changed its input params",
                 "`p -= ...` writes into the parameters that you were given; `p - ...` makes new ones."),
        ),
        mutants=(
            Mutant("p - rate * dp", "p + rate * dp", "table: It climbs"),
            Mutant("p - rate * dp", "p - dp", "The rate is forgotten"),
            Mutant("p - rate * dp", "dp", "This is the gradient"),
            Mutant("p - rate * dp", "rate * dp", "not what is left"),
            Mutant("    dlogits = dlogits / B\n", "", "table: The division by B is missing"),
            Mutant("-= 1", "+= 1", "The targets are added"),
            Mutant("(1 - h**2) * (dlogits", "(dlogits", "The slope is forgotten"),
            Mutant(" - dbeta / B", "", "The mean is treated as a constant"),
            Mutant("- xhat * dgamma / (B - 1)", "", "The variance is treated as a constant"),
            Mutant("xhat * dgamma / (B - 1)", "xhat * dgamma / B", "Bessel's correction"),
            Mutant("gamma * rstd *", "rstd *", "The gain is forgotten"),
            Mutant(SCATTER, "torch.zeros_like(table).index_put((context.flatten(),), demb)", "Last write wins"),
            Mutant("dgamma, dbeta, h.T", "dbeta, dgamma, h.T", "gamma: The gain moved by the gradient of the shift"),
            Mutant("return *moved, loss", "return *moved, loss * B", "loss: The mean over the rows was not taken"),
            Mutant("return *moved, loss", "flat = moved[0][context].view(B, -1) @ moved[1] + moved[2]\n"
                   "    xhat = (flat - flat.mean(0)) * (flat.var(0) + 1e-5) ** -0.5\n"
                   "    logits = (moved[3] * xhat + moved[4]).tanh() @ moved[5] + moved[6]\n"
                   "    return *moved, torch.nn.functional.cross_entropy(logits, targets)",
                   "This is the loss after the step"),
        ),
        mistakes=wrong.train_step,
    ),
    Exercise(
        name="in_parts",
        stem="training",
        section="what-autograd-would-have-asked-of-us",
        title="One batch in parts",
        difficulty=2,
        importance=3,
        minutes=10,
        gives=("dp",),
        draw=draw_parts,
        worked=lambda: (torch.tensor([[4.0, 0.0], [0.0, 8.0]]), torch.tensor([1, 3])),
        hints=(
            Hint("Every part counts alike",
                 "A part of one row and a part of thirty: whose mean says more about all 31?"),
            Hint("The parts are weighted with their rows",
                 "Write the loss of the whole batch as a sum over its rows, divided by the number of all rows, "
                 "and put brackets around the parts."),
        ),
        mutants=(
            Mutant("share @ gradients", "gradients.mean(0)", "Every part counts alike"),
            Mutant("share @ gradients", "gradients.sum(0)", "nothing was divided"),
            Mutant("share @ gradients", "gradients[-1]", "Only the last part is left"),
            Mutant(" / sizes.sum()", "", "divide by the number of all rows"),
            Mutant("sizes.sum()", "len(sizes)", "divided by the number of parts, not of rows"),
            Mutant("share @ gradients", "gradients.sum(0) / sizes.sum()", "has to be weighted first"),
            Mutant("share @ gradients", "share[:, None] * gradients", "the sum over axis 0 is missing"),
        ),
        mistakes=wrong.in_parts,
    ),
    Exercise(
        name="mend_steps",
        stem="training",
        section="break-it",
        title="Right for one step",
        difficulty=1,
        importance=4,
        minutes=5,
        gives=("p",),
        draw=draw_gradients,
        worked=lambda: (torch.tensor([10.0]), torch.tensor([[1.0], [2.0], [4.0]]), 1.0),
        hints=(
            Hint("The first step is right",
                 "Print `grad` in each round. What is in it when the second round begins?"),
            Hint("It did not move",
                 "The order in a round: empty, add, move."),
        ),
        mutants=(
            Mutant("    for dp in gradients:\n        grad = torch.zeros_like(p)\n",
                   "    grad = torch.zeros_like(p)\n    for dp in gradients:\n", "The first step is right"),
            Mutant("grad = grad + dp\n        p =", "grad = grad + dp\n    p =", "Only the last step"),
            Mutant("p - rate * grad", "p + rate * grad", "It climbs"),
            Mutant("p - rate * grad", "p - grad", "The rate is forgotten"),
            Mutant("        grad = grad + dp\n", "", "It did not move"),
            Mutant("rate * grad\n", "rate * grad\n        break\n", "Only the first step"),
        ),
        mistakes=wrong.mend_steps,
        kind="bug",
    ),
    Exercise(
        name="running_statistics",
        stem="training",
        section="calibrate-or-keep-a-running-average",
        title="Statistics that run along",
        difficulty=2,
        importance=3,
        minutes=15,
        gives=("mean", "var"),
        draw=draw_running,
        worked=lambda: (torch.tensor([[0.0]]), torch.tensor([[1.0]]), torch.tensor([[2.0], [4.0]]), 0.5),
        hints=(
            Hint("The two shares of the mean are exchanged",
                 "A momentum of 0.1 moves the statistics by a tenth of the way to those of the minibatch. "
                 "(Optimisers call something else momentum.)"),
            Hint("The variance of the minibatch divides by B where B − 1 belongs",
                 "The network normalises with $B - 1$, and so must the variance that replaces it."),
            Hint("The shape is (H,), expected (1, H)", "`keepdim=True` keeps the axis of length 1."),
        ),
        mutants=(
            Mutant("(1 - momentum) * mean + momentum * batch_mean", "momentum * mean + (1 - momentum) * batch_mean",
                   "mean: The two shares of the mean are exchanged"),
            Mutant("(1 - momentum) * var + momentum * batch_var", "momentum * var + (1 - momentum) * batch_var",
                   "var: The two shares of the variance are exchanged"),
            Mutant("(B - 1)", "B", "divides by B where B − 1 belongs"),
            Mutant("(1 - momentum) * mean", "mean", "The old mean was not made smaller"),
            Mutant("(1 - momentum) * mean + momentum * batch_mean", "batch_mean", "that of the minibatch alone"),
            Mutant("return new_mean, new_var", "return new_mean, var", "The variance did not move"),
            Mutant("momentum * batch_var", "momentum * batch_var**0.5", "This mixes standard deviations"),
            Mutant("return new_mean, new_var", "return new_mean[0], new_var[0]", "an axis was kept or lost"),
            Mutant("return new_mean, new_var", "return new_var, new_mean", "their order is not"),
        ),
        mistakes=wrong.running_statistics,
    ),
    Exercise(
        name="evaluation_backward",
        stem="training",
        section="calibrate-or-keep-a-running-average",
        title="When the mean is a constant after all",
        difficulty=2,
        importance=4,
        minutes=15,
        gives=("dx", "dgamma", "dbeta"),
        draw=draw_evaluation,
        worked=lambda: (torch.tensor([[1.0], [1.0]]), torch.tensor([[3.0], [5.0]]), torch.tensor([[1.0]]),
                        torch.tensor([[4.0]]), torch.tensor([10.0]), 0.0),
        hints=(
            Hint("This is the gradient of training",
                 "Nudge one entry of `x`. Does `mean` move? Does `var`? Do the other rows of `y`?"),
            Hint("A path through the mean and one through the variance are subtracted",
                 "Each row is computed by itself, so each entry of `dx` comes from one entry of `dy`."),
            Hint("The statistics of these rows were used for xhat",
                 "`mean` and `var` are given; `x.mean(0)` is another number."),
        ),
        mutants=(
            Mutant("dx = dy * gamma * rstd",
                   "dx = gamma * rstd * (dy - dy.mean(0) - xhat * dgamma / (len(dy) - 1))", "both are constants here"),
            Mutant("dx = dy * gamma * rstd", "dx = gamma * rstd * (dy - dy.mean(0))", "it is a constant here"),
            Mutant("rstd = (var + eps) ** -0.5\n", "mean, var = x.mean(0, keepdim=True), x.var(0, keepdim=True)\n"
                   "    rstd = (var + eps) ** -0.5\n", "dx: The variance of these rows was used"),
            Mutant("rstd = (var + eps) ** -0.5\n    xhat = (x - mean) * rstd\n    dgamma = (dy * xhat).sum(0)\n"
                   "    dbeta = dy.sum(0)\n    dx = dy * gamma * rstd",
                   "rstd = (x.var(0) + eps) ** -0.5\n    xhat = (x - x.mean(0)) * rstd\n"
                   "    dgamma = (dy * xhat).sum(0)\n    dbeta = dy.sum(0)\n"
                   "    dx = gamma * rstd * (dy - dbeta / len(x) - xhat * dgamma / (len(x) - 1))",
                   "This is the gradient of training"),
            Mutant("xhat = (x - mean) * rstd", "xhat = (x - x.mean(0)) * (x.var(0) + eps) ** -0.5",
                   "dgamma: The statistics of these rows"),
            Mutant("dy * gamma * rstd", "dy * rstd", "The gain is forgotten"),
            Mutant("dy * gamma * rstd", "dy * gamma", "The standard deviation is forgotten"),
            Mutant("rstd = (var + eps) ** -0.5", "rstd = (var + eps) ** -1", "This divides by the variance"),
            Mutant("(dy * xhat).sum(0)", "(dy * x).sum(0)", "x was used where xhat belongs"),
            Mutant("rstd = (var + eps)", "rstd = var", "eps is forgotten"),
        ),
        mistakes=wrong.evaluation_backward,
    ),
    Exercise(
        name="pooled_statistics",
        stem="training",
        section="calibrate-or-keep-a-running-average",
        title="All rows, without the rows",
        difficulty=4,
        importance=2,
        minutes=30,
        gives=("mean", "var"),
        draw=draw_pooled,
        worked=lambda: (torch.tensor([[0.0], [4.0]]), torch.tensor([[2.0], [2.0]]), torch.tensor([2, 2])),
        hints=(
            Hint("Every part counts alike",
                 "The sum over all rows is the sum over the parts of `size * mean`."),
            Hint("The variances were averaged",
                 "Two parts without any spread, one all zeros and one all fours, are together not without spread."),
            Hint("The part of the variance that lies between the means of the parts is forgotten",
                 "Write $x - \\mu$ as $(x - \\mu_k) + (\\mu_k - \\mu)$, square, and sum over the rows of part $k$. "
                 "What does the middle term sum to?"),
        ),
        mutants=(
            Mutant("(counts * means).sum(0) / N", "means.mean(0)", "mean: Every part counts alike"),
            Mutant("(within + apart) / (N - 1)", "within / (N - 1)", "between the means of the parts is forgotten"),
            Mutant("(within + apart) / (N - 1)", "apart / (N - 1)", "inside the parts is forgotten"),
            Mutant("(within + apart) / (N - 1)", "variances.mean(0)", "and every part counts alike"),
            Mutant("(within + apart) / (N - 1)", "(counts * variances).sum(0) / N", "The variances were averaged"),
            Mutant("(within + apart) / (N - 1)", "(within + apart) / N", "Divided by N where N − 1 belongs"),
            Mutant("(N - 1)", "(N - len(sizes))", "only one mean was taken of all rows"),
            Mutant("((counts - 1) * variances)", "(counts * variances)", "were divided by one less"),
            Mutant("(counts * (means - mean) ** 2)", "((means - mean) ** 2)", "were counted once a part"),
        ),
        mistakes=wrong.pooled_statistics,
        kind="further",
    ),
)
