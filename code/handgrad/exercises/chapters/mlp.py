"""The exercises of the chapter *The whole backward pass*."""

import torch

from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import mlp as wrong
from handgrad.models import mlp
from handgrad.models.mlp import trace

# The gradients in the order of the walk, from the loss to the table.
WALK = (
    "dlogprobs", "dprobs", "dcounts_sum_inv", "dcounts_sum", "dcounts", "dshifted", "drow_max", "dlogits",
    "db2", "dW2", "dh", "dpreact", "dbeta", "dgamma", "dxhat", "drstd", "dvar", "dsquared", "dcentered", "dmean",
    "dpre_bn", "db1", "dW1", "dflat", "demb", "dtable",
)
SCATTER = "torch.zeros_like(table).index_add(0, context.flatten(), demb"


def draw_network(generator: torch.Generator) -> tuple:
    """A network, contexts and targets: params as in mlp.Parameters, context (B, T), targets (B,)."""
    V, T, D, H = draws.lengths(generator, 4)
    B = 11 + V
    params = mlp.init(generator, sizes=(V, T, D, H), dtype=torch.float64)
    context = torch.randint(0, V, (B, T), generator=generator)
    return params, context, draws.targets(generator, B, V)


def draw_steps(generator: torch.Generator) -> tuple:
    """Inputs of mlp_backward and mlp_parameters: dloss (), and every value of a forward pass."""
    steps = trace.forward_steps(*draw_network(generator))
    return 1.5 + draws.normal(generator, 1)[0].abs(), steps


def worked() -> str:
    """Thirty values are too many to print; where to see them instead."""
    return (
        "import torch\n"
        "from handgrad.data import example\n"
        "from handgrad.models.mlp import trace\n"
        "\n"
        "# The minibatch of the book.\n"
        "dloss = torch.ones(())\n"
        "steps = example.steps()\n"
        "# What to expect: gradients.logits, gradients.W2, and so on.\n"
        "gradients = trace.backward_steps(dloss, steps)"
    )


EXERCISES = (
    Exercise(
        name="mlp_backward",
        stem="mlp",
        section="line-against-line",
        title="Every value by hand",
        difficulty=4,
        importance=5,
        minutes=120,
        gives=WALK,
        draw=draw_steps,
        narrow=(2, 3),
        worked=worked,
        hints=(
            Hint("is None, not a tensor",
                 "So far all is right, and here your lines end. Look for every forward line in which the value "
                 "stands on the right; each of them sends something back."),
            Hint("The path through counts_sum is forgotten",
                 "Four values are used twice: `counts`, `logits`, `centered` and `pre_bn`. "
                 "Each of their gradients is a sum of two terms."),
            Hint("expected (1, H)",
                 "A gradient has the shape of its value. What was copied along an axis forward is summed along "
                 "it backward, with `keepdim=True` where the value has kept the axis."),
            Hint("dcentered: The path through squared is forgotten",
                 "`squared = centered**2`, with the slope `2 * centered`, and `dsquared` is ready when its turn "
                 "comes."),
            Hint("dtable: Last write wins",
                 "A row of the table that is read several times adds up what comes back: `index_add`, or a loop "
                 "over the places."),
        ),
        mutants=(
            Mutant("-dloss / B", "-dloss", "dlogprobs: The division by B is missing"),
            Mutant("-dloss / B", "-1 / B", "dloss is forgotten"),
            Mutant("dlogprobs / probs", "dlogprobs * probs", "the slope of the logarithm"),
            Mutant("-(counts_sum**-2)", "-(counts_sum**-1)", "the slope of 1 / S"),
            Mutant("dprobs * counts_sum_inv + dcounts_sum", "dprobs * counts_sum_inv",
                   "dcounts: The path through counts_sum is forgotten"),
            Mutant("dcounts * counts", "dcounts", "The slope of the exponential"),
            Mutant("dW2 = h.T @ dlogits\n    dh = dlogits @ W2.T", "dh = dlogits @ W2.T\n    dW2 = dh.T @ dlogits",
                   "where x belongs, in the output layer"),
            Mutant("(1 - h**2) * dh", "(1 - preact**2) * dh", "The slope was taken from the input"),
            Mutant("dgamma = (dpreact * xhat).sum(0)", "dgamma = dpreact.sum(0)", "that of the gain multiplies"),
            Mutant("dxhat = dpreact * gamma", "dxhat = dpreact", "dxhat: The gain is forgotten"),
            Mutant("(dxhat * centered).sum(0, keepdim=True)", "(dxhat * xhat).sum(0, keepdim=True)",
                   "where centered belongs"),
            Mutant("drstd = (dxhat * centered).sum(0, keepdim=True)", "drstd = (dxhat * centered).sum(0)",
                   "drstd: The shape is"),
            Mutant("** -1.5", "** -0.5", "The exponent is still −1/2"),
            Mutant("dvar / (B - 1)", "dvar / B", "where the forward pass divided by B − 1"),
            Mutant(" + dsquared * 2 * centered", "", "dcentered: The path through squared is forgotten"),
            Mutant("dsquared * 2 * centered", "dsquared * centered", "The factor 2 of the square is missing"),
            Mutant("dcentered + dmean / B", "dcentered", "dpre_bn: The path through the mean is forgotten"),
            Mutant("dcentered + dmean / B", "dcentered + dmean", "was not divided by B"),
            Mutant("dflat.view(B, T, D)", "dflat.view(B, D, T).transpose(1, 2)", "demb: The rows were cut into D"),
            Mutant(SCATTER + ".reshape(-1, D))", "torch.zeros_like(table).index_put((context,), demb)",
                   "Last write wins"),
            Mutant("\n        db2, dW2, dh, dpreact", "\n        db2, dW2, None, dpreact", "dh is None"),
            Mutant("\n        db2, dW2, dh, dpreact", "\n        dW2, db2, dh, dpreact", "their order is not"),
        ),
        mistakes=wrong.mlp_backward,
        sizes=wrong.sizes,
    ),
    Exercise(
        name="mlp_parameters",
        stem="mlp",
        section="the-short-form",
        title="Seven gradients, and no more",
        difficulty=4,
        importance=5,
        minutes=45,
        gives=("db2", "dW2", "dbeta", "dgamma", "db1", "dW1", "dtable"),
        draw=draw_steps,
        narrow=(2, 3),
        worked=worked,
        hints=(
            Hint("db2: The targets are not subtracted",
                 "`db2` is the first that `dlogits` goes into. Check the one line for `dlogits`: the "
                 "probabilities, less one at the targets, times `dloss` over $B$."),
            Hint("dbeta: The slope is forgotten",
                 "Between `dlogits` and `dbeta` lie the weights, transposed, and the slope of tanh."),
            Hint("db1: The path through the mean is forgotten",
                 "It should be zero, up to rounding. Something does not sum to zero in the columns of `dpre_bn`."),
            Hint("in batch normalisation",
                 "`gamma * rstd * (dpreact - dbeta / B - xhat * dgamma / (B - 1))`: the two sums are the "
                 "gradients of shift and gain."),
        ),
        mutants=(
            Mutant("dlogits * dloss / B", "dlogits * dloss", "db2: The division by B is missing"),
            Mutant("dlogits * dloss / B", "dlogits / B", "dloss is forgotten"),
            Mutant("-= 1", "+= 1", "The targets are added"),
            Mutant("    dlogits[torch.arange(B), targets] -= 1\n", "", "The targets are not subtracted"),
            Mutant("dW2 = steps.h.T @ dlogits", "dW2 = (dlogits.T @ steps.h)", "it is transposed"),
            Mutant("1 - steps.h**2", "1 - steps.preact**2", "dbeta: The slope was taken from the input"),
            Mutant("(1 - steps.h**2) * (dlogits @ steps.W2.T)", "dlogits @ steps.W2.T", "The slope is forgotten"),
            Mutant(" - dbeta / B", "", "db1: The path through the mean is forgotten"),
            Mutant("dpreact - dbeta / B", "dpreact + dbeta / B", "db1: The path through the mean has the wrong sign"),
            Mutant("- via_var", "", "dW1: The variance is treated as a constant"),
            Mutant("/ (B - 1)", "/ B", "Bessel's correction"),
            Mutant("steps.gamma * steps.rstd", "steps.rstd", "The gain is forgotten"),
            Mutant(SCATTER, "torch.zeros_like(table).index_put((context.flatten(),), demb",
                   "dtable: Last write wins"),
        ),
        mistakes=wrong.mlp_parameters,
        sizes=wrong.sizes,
    ),
)
