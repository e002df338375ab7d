"""The exercises of the chapter *The linear operation*."""

import torch

from handgrad import mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.ops import linear


def draw_dx(generator: torch.Generator) -> tuple:
    """Inputs of linear_dx: dy (B, N), W (M, N)."""
    B, M, N = draws.lengths(generator, 3)
    return draws.normal(generator, B, N), draws.normal(generator, M, N)


def draw_dW(generator: torch.Generator) -> tuple:
    """Inputs of linear_dW: dy (B, N), x (B, M)."""
    B, M, N = draws.lengths(generator, 3)
    return draws.normal(generator, B, N), draws.normal(generator, B, M)


def draw_square(generator: torch.Generator) -> tuple:
    """Inputs of linear_square: dy, x (B, H), W (H, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H), draws.normal(generator, H, H)


def wrong_dx(dy: torch.Tensor, W: torch.Tensor) -> dict:
    """What plausible mistakes in linear_dx give; what would need x is nan, and nan matches nothing.

    Shapes: dy (B, N); W (M, N).
    """
    return mistakes.of_linear(dy, linear.Saved(dy.new_full((len(dy), len(W)), torch.nan), W))


def wrong_dW(dy: torch.Tensor, x: torch.Tensor) -> dict:
    """What plausible mistakes in linear_dW give; what would need W is nan, and nan matches nothing.

    Shapes: dy (B, N); x (B, M).
    """
    return mistakes.of_linear(dy, linear.Saved(x, dy.new_full((x.shape[1], dy.shape[1]), torch.nan)))


def wrong_square(dy: torch.Tensor, x: torch.Tensor, W: torch.Tensor) -> dict:
    """What plausible mistakes in linear_square give.

    Shapes: dy, x (B, H); W (H, H).
    """
    inner, dinner = x @ W, dy @ W.T
    first, second = x.T @ dinner, inner.T @ dy
    return {
        "In the step from y, W is not transposed; it is square, so the shape does not show it.": dy @ W @ W.T,
        "In the step to x, W is not transposed; it is square, so the shape does not show it.": dinner @ W,
        "W is not transposed in either step; it is square, so the shape does not show it.": dy @ W @ W,
        "This is the gradient of x @ W; one step back is missing.": dinner,
        "W is used twice, and the gradient of its second use is missing.": first,
        "W is used twice, and the gradient of its first use is missing.": second,
        "The gradient of x @ W was used where x @ W belongs.": first + dinner.T @ dy,
        "The two uses of W are subtracted; they must be added.": first - second,
        "The second use of W met x @ W, not x.": first + x.T @ dy,
    }


EXERCISES = (
    Exercise(
        name="linear_dx",
        stem="linear",
        section="the-input",
        title="Back to the input",
        difficulty=1,
        importance=5,
        minutes=5,
        gives=("dx",),
        draw=draw_dx,
        worked=lambda: (torch.tensor([[1.0, 10.0]]), torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])),
        hints=(
            Hint("RuntimeError: mat1 and mat2 shapes cannot be multiplied",
                 "$x_{bm}$ meets the weights $W_{mn}$ for all $n$, so the sum runs over $n$: "
                 "the last axis of `dy` and the last axis of `W`."),
            Hint("It is transposed",
                 "A gradient has the shape of its variable. Which of the two factors has the rows of `x`?"),
            Hint("The upstream gradient of x is taken as ones",
                 "`dy` says how much the loss cares about each output; it must be one of the factors."),
        ),
        mutants=(
            Mutant("dy @ W.T", "(dy @ W.T).T", "it is transposed"),
            Mutant("dy @ W.T", "dy.new_ones(dy.shape) @ W.T", "The upstream gradient of x is taken as ones"),
            Mutant("dy @ W.T", "-dy @ W.T", "The sign is wrong"),
            Mutant("dy @ W.T", "dy @ W.T / len(dy)", "a division by B too many"),
            Mutant("dy @ W.T", "(dy @ W.T).sum(0)", "The shape is"),
            Mutant("dy @ W.T", "W", "This is W and not its gradient"),
        ),
        mistakes=wrong_dx,
    ),
    Exercise(
        name="linear_dW",
        stem="linear",
        section="the-weights",
        title="Weights and bias",
        difficulty=2,
        importance=5,
        minutes=10,
        gives=("dW", "db"),
        draw=draw_dW,
        worked=lambda: (torch.tensor([[1.0], [10.0]]), torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])),
        hints=(
            Hint("It is transposed",
                 "`W` has a row for each input and a column for each output. So has its gradient."),
            Hint("A division by B too many",
                 "The mean over the rows was taken once, by the loss, and its $1/B$ is already inside `dy`."),
            Hint("The sum over axis 0 is missing",
                 "The bias is added to every row. A copy forward is a sum backward."),
        ),
        mutants=(
            Mutant("x.T @ dy", "dy.T @ x", "it is transposed"),
            Mutant("x.T @ dy", "x.T @ dy / len(x)", "a division by B too many"),
            Mutant("x.T @ dy", "x.T @ dy.new_ones(dy.shape)", "The upstream gradient of W is taken as ones"),
            Mutant("x.T @ dy", "x[:1].T @ dy[:1]", "No known mistake matches"),
            Mutant("dy.sum(0)", "dy.mean(0)", "a division by B too many"),
            Mutant("dy.sum(0)", "dy.sum(0, keepdim=True)", "an axis was kept or lost"),
            Mutant("dy.sum(0)", "dy", "the sum over axis 0 is missing"),
            Mutant("dy.sum(0)", "dy.sum(1)", "The shape is"),
            Mutant("dy.sum(0)", "dy.sum(0) * 0 + len(dy)", "gradient of the bias is taken as ones"),
        ),
        mistakes=wrong_dW,
    ),
    Exercise(
        name="linear_square",
        stem="linear",
        section="break-it",
        title="A square matrix, used twice",
        difficulty=4,
        importance=4,
        minutes=20,
        gives=("dx", "dW"),
        draw=draw_square,
        worked=lambda: tuple(map(torch.tensor, ([[1.0, 10.0]], [[1.0, 2.0]], [[0.0, 1.0], [2.0, 0.0]]))),
        hints=(
            Hint("W is not transposed",
                 "Here every order and every transpose gives the right shape. "
                 "Name the value in the middle, `inner = x @ W`, and go back one product at a time."),
            Hint("W is used twice",
                 "A value that is used twice gets two gradients, and they are added. "
                 "Pretend that the two matrices are different, find both gradients, then add."),
            Hint("The gradient of x @ W was used where x @ W belongs",
                 "The gradient of a matrix is what it was multiplied with, transposed, times the gradient of "
                 "the product. What it was multiplied with is a value of the forward pass."),
        ),
        mutants=(
            Mutant("dy @ W.T", "dy @ W", "In the step from y, W is not transposed"),
            Mutant("dinner @ W.T", "dinner @ W", "In the step to x, W is not transposed"),
            Mutant("dx = dinner @ W.T", "dx = dy @ W @ W", "not transposed in either step"),
            Mutant("dx = dinner @ W.T", "dx = dinner", "one step back is missing"),
            Mutant("x.T @ dinner + inner.T @ dy", "x.T @ dinner", "of its second use is missing"),
            Mutant("x.T @ dinner + inner.T @ dy", "inner.T @ dy", "of its first use is missing"),
            Mutant("inner.T @ dy", "dinner.T @ dy", "The gradient of x @ W was used where x @ W belongs"),
            Mutant("x.T @ dinner + inner.T @ dy", "x.T @ dinner - inner.T @ dy", "they must be added"),
            Mutant("inner.T @ dy", "x.T @ dy", "The second use of W met x @ W, not x"),
            Mutant("x.T @ dinner + inner.T @ dy", "(x.T @ dinner + inner.T @ dy).T",
                   "the matrix is square, so the shape does not show it"),
        ),
        mistakes=wrong_square,
    ),
)
