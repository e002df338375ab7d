"""The exercises of the chapter *The linear operation*."""

import torch

from handgrad.check import mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import linear as wrong
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


def draw_sequence(generator: torch.Generator) -> tuple:
    """Inputs of linear_sequence: dy (B, T, N), x (B, T, M), W (M, N)."""
    B, T, M, N = draws.lengths(generator, 4)
    return draws.normal(generator, B, T, N), draws.normal(generator, B, T, M), draws.normal(generator, M, N)


def draw_two(generator: torch.Generator) -> tuple:
    """Inputs of mend_two_linears: dy, x (B, H), W1, W2 (H, H)."""
    dy, x, W1 = draw_square(generator)
    return dy, x, W1, draws.normal(generator, *W1.shape)


def wrong_dx(dy: torch.Tensor, W: torch.Tensor) -> dict:
    """What plausible mistakes in linear_dx give; what would need x is nan, and nan matches nothing.

    Shapes: dy (B, N); W (M, N).
    """
    return mistakes.of_linear(dy, linear.Saved(dy.new_full((len(dy), len(W)), torch.nan), W))


def wrong_dW(dy: torch.Tensor, x: torch.Tensor) -> dict:
    """What plausible mistakes in linear_dW give; what would need W is nan, and nan matches nothing.

    Shapes: dy (B, N); x (B, M).
    """
    known = mistakes.of_linear(dy, linear.Saved(x, dy.new_full((x.shape[1], dy.shape[1]), torch.nan)))
    return known | {"Only the first example is counted.": x[:1].T @ dy[:1]}


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
            Mutant("x.T @ dy", "x[:1].T @ dy[:1]", "Only the first example is counted"),
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
        narrow=(0,),
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
    Exercise(
        name="linear_sequence",
        stem="linear",
        section="the-weights",
        title="A batch of sequences",
        difficulty=3,
        importance=4,
        minutes=20,
        gives=("dx", "dW", "db"),
        draw=draw_sequence,
        worked=lambda: (torch.tensor([[[1.0], [10.0]]]), torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]),
                        torch.tensor([[1.0], [5.0]])),
        hints=(
            Hint("the sums over axes 0 and 1 are missing",
                 "The bias is shared by all places of all sequences. Each use sends back its share, "
                 "and all the shares are added: over both axes, $B$ and $T$."),
            Hint("the sum over axis 0 is missing",
                 "One axis too many is left. The weights and the bias are the same for every sequence and every "
                 "place, so nothing of theirs has an axis $B$ or $T$."),
            Hint("RuntimeError",
                 "For the weights each place of each sequence is one more row. "
                 "`flatten(0, 1)` makes one long matrix of them, and then you know the line."),
            Hint("belongs with its own upstream gradient",
                 "First multiply, row by row, then add. A product of sums has terms that mix the rows."),
            Hint("The mean over the places was taken",
                 "If the loss is a mean, its division is inside `dy` already."),
        ),
        mutants=(
            Mutant("x.flatten(0, 1).T @ dy.flatten(0, 1)", "x[:, -1].T @ dy[:, -1]", "Only the last place"),
            Mutant("x.flatten(0, 1).T @ dy.flatten(0, 1)", "x.transpose(1, 2) @ dy", "sum over axis 0 is missing"),
            Mutant("x.flatten(0, 1).T @ dy.flatten(0, 1)", "x[0].T @ dy[0]", "Only the first sequence"),
            Mutant("x.flatten(0, 1).T @ dy.flatten(0, 1)", "x.sum(0).T @ dy.sum(0)",
                   "The sequences were summed before the product"),
            Mutant("x.flatten(0, 1).T @ dy.flatten(0, 1)", "x.sum(1).T @ dy.sum(1)",
                   "The places were summed before the product"),
            Mutant("x.flatten(0, 1).T @ dy.flatten(0, 1)", "dx.flatten(0, 1).T @ dy.flatten(0, 1)",
                   "The gradient of x was used where x belongs"),
            Mutant("x.flatten(0, 1).T @ dy.flatten(0, 1)", "(dy.flatten(0, 1).T @ x.flatten(0, 1))",
                   "it is transposed"),
            Mutant("dy.sum((0, 1))", "dy.sum(0)", "the sum over axis 0 is missing"),
            Mutant("dy.sum((0, 1))", "dy", "the sums over axes 0 and 1 are missing"),
            Mutant("dy.sum((0, 1))", "dy.mean(1).sum(0)", "The mean over the places was taken in db"),
            Mutant("dy.sum((0, 1))", "dy[:, -1].sum(0)", "Only the last place of each sequence is counted in db"),
            Mutant("dy.sum((0, 1))", "dy.sum((0, 1)) * 0 + dy.shape[0] * dy.shape[1]",
                   "gradient of the bias is taken as ones"),
            Mutant("dy @ W.T", "dy.new_ones(dy.shape) @ W.T", "gradient of x is taken as ones"),
        ),
        mistakes=wrong.linear_sequence,
    ),
    Exercise(
        name="mend_two_linears",
        stem="linear",
        section="break-it",
        title="Two layers, five lines",
        difficulty=2,
        importance=5,
        minutes=10,
        gives=("dx", "dW1", "dW2"),
        draw=draw_two,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 10.0]]), torch.tensor([[1.0, 2.0]]),
                        torch.tensor([[0.0, 1.0], [2.0, 0.0]]), torch.tensor([[1.0, 0.0], [0.0, 3.0]])),
        hints=(
            Hint("You want to find it without the check",
                 "Shapes will not help. Use the three orders of adding: "
                 "`(dy * y).sum()`, `(dW2 * W2).sum()`, `(dW1 * W1).sum()` and `(dx * x).sum()` must all be equal."),
            Hint("The gradient of h was used where h belongs",
                 "A weight answers with the value that it was multiplied with in the forward pass."),
            Hint("is not transposed",
                 "Backward the sum runs over the outputs, the last axis of the matrix."),
        ),
        mutants=(
            Mutant("h.T @ dy", "dh.T @ dy", "The gradient of h was used where h belongs"),
            Mutant("x.T @ dh", "dx.T @ dh", "The gradient of x was used where x belongs"),
            Mutant("dy @ W2.T", "dy @ W2", "In the step from y, W2 is not transposed"),
            Mutant("dh @ W1.T", "dh @ W1", "In the step to x, W1 is not transposed"),
            Mutant("dx = dh @ W1.T", "dx = dy @ W1.T @ W2.T", "The two matrices are exchanged"),
            Mutant("dx = dh @ W1.T", "dx = dy @ W1.T", "The step through W2 is missing"),
            Mutant("x.T @ dh", "h.T @ dh", "W1 was multiplied with x"),
            Mutant("x.T @ dh", "x.T @ dy", "The step through W2 is missing in the gradient of W1"),
            Mutant("h.T @ dy", "(h.T @ dy).T", "the matrix is square, so the shape does not show it"),
        ),
        kind="bug",
        mistakes=wrong.mend_two_linears,
    ),
    Exercise(
        name="stamp_sizes",
        stem="linear",
        section="every-example-leaves-a-stamp",
        title="How large is the stamp of each example?",
        difficulty=3,
        importance=2,
        minutes=10,
        gives=("sizes",),
        draw=draw_dW,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([[3.0, 4.0], [0.0, 1.0]])),
        hints=(
            Hint("No known mistake matches",
                 "Write out the sum of the squares of $x_m \\, dy_n$ over $m$ and $n$. "
                 "It is a product of two sums."),
            Hint("The root is missing",
                 "A norm is the root of a sum of squares."),
            Hint("are added",
                 "Scale the input of an example by 2, and its stamp becomes twice as large, whatever `dy` is."),
        ),
        mutants=(
            Mutant("dy.norm(dim=1) * x.norm(dim=1)", "(dy**2).sum(1) * (x**2).sum(1)", "The root is missing: these"),
            Mutant("dy.norm(dim=1) * x", "dy.norm(dim=1) + x", "The norms are added"),
            Mutant("dy.norm(dim=1) * x.norm(dim=1)", "dy.norm(dim=1)", "Only the upstream gradient is counted"),
            Mutant("dy.norm(dim=1) * x.norm(dim=1)", "x.norm(dim=1)", "Only the input is counted"),
            Mutant("* x.norm(dim=1)", "* (x**2).sum(1)", "that of the input is squared"),
            Mutant("dy.norm(dim=1) * x.norm(dim=1)", "dy.abs().sum(1) * x.abs().sum(1)",
                   "The absolute values were summed"),
            Mutant("dy.norm(dim=1) * x.norm(dim=1)", "dy.norm() * x.norm()", "The shape is"),
        ),
        kind="further",
        mistakes=wrong.stamp_sizes,
    ),
)
