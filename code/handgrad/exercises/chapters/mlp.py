"""The exercises of the chapter *The whole backward pass*."""

import torch

from handgrad.check.mistakes import mlp as mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import define
from handgrad.models import mlp
from handgrad.models.mlp import trace


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


def sizes(dloss: torch.Tensor, steps: trace.Steps) -> dict:
    """By name, the size of the terms of each gradient, of which some are zero in mathematics.

    All others lie up to 25 lines behind the loss, each of which may round; so they get four times their own size.
    Shapes: dloss (); steps as in trace.Steps; each result is a scalar or broadcasts to its gradient.
    """
    g = trace.backward_steps(dloss, steps)
    found = {f"d{name}": 4 * value.abs().max() for name, value in g._asdict().items() if value is not None}
    return found | {
        "drow_max": 4 * g.shifted.abs().sum(1, keepdim=True),
        "db1": 4 * (g.centered.abs().sum(0) + g.pre_bn.abs().sum(0)),
    }


EXERCISES = (
    define(
        "mlp_backward",
        draw=draw_steps,
        narrow=(2, 3),
        worked=worked,
        mistakes=mistakes.mlp_backward,
        sizes=sizes,
    ),
    define(
        "mlp_parameters",
        draw=draw_steps,
        narrow=(2, 3),
        worked=worked,
        mistakes=mistakes.mlp_parameters,
        sizes=sizes,
    ),
)
