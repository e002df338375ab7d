"""The exercises of the chapter *200,000 steps by hand*."""

import torch

from handgrad.check.mistakes import training as mistakes
from handgrad.exercises import draws
from handgrad.exercises.chapters.mlp import draw_network
from handgrad.exercises.definition import define

EPS = 1e-3


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
    define(
        "train_step",
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
        mistakes=mistakes.train_step,
    ),
    define(
        "in_parts",
        draw=draw_parts,
        worked=lambda: (torch.tensor([[4.0, 0.0], [0.0, 8.0]]), torch.tensor([1, 3])),
        mistakes=mistakes.in_parts,
    ),
    define(
        "mend_steps",
        draw=draw_gradients,
        worked=lambda: (torch.tensor([10.0]), torch.tensor([[1.0], [2.0], [4.0]]), 1.0),
        mistakes=mistakes.mend_steps,
    ),
    define(
        "running_statistics",
        draw=draw_running,
        worked=lambda: (torch.tensor([[0.0]]), torch.tensor([[1.0]]), torch.tensor([[2.0], [4.0]]), 0.5),
        mistakes=mistakes.running_statistics,
    ),
    define(
        "evaluation_backward",
        draw=draw_evaluation,
        worked=lambda: (torch.tensor([[1.0], [1.0]]), torch.tensor([[3.0], [5.0]]), torch.tensor([[1.0]]),
                        torch.tensor([[4.0]]), torch.tensor([10.0]), 0.0),
        mistakes=mistakes.evaluation_backward,
    ),
    define(
        "pooled_statistics",
        draw=draw_pooled,
        worked=lambda: (torch.tensor([[0.0], [4.0]]), torch.tensor([[2.0], [2.0]]), torch.tensor([2, 2])),
        mistakes=mistakes.pooled_statistics,
    ),
)
