"""The exercises of the chapter *What the gradient of a tensor is*."""

import torch

from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import vjp as wrong


def draw_fork(generator: torch.Generator) -> tuple:
    """Inputs of fork_backward: dy, a (B, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H)


def draw_copied(generator: torch.Generator) -> tuple:
    """Inputs of copied_values: dy, x (B, H), m (B, 1), s (H,)."""
    B, H = draws.lengths(generator, 2)
    dy, x = draws.normal(generator, B, H), draws.normal(generator, B, H)
    return dy, x, draws.normal(generator, B, 1), draws.normal(generator, H)


def draw_rows(generator: torch.Generator) -> tuple:
    """Inputs of centre_rows and of cumsum_backward: dy, of two different lengths."""
    return (draws.normal(generator, *draws.lengths(generator, 2)),)


def draw_outer(generator: torch.Generator) -> tuple:
    """Inputs of outer_backward: dy (M, N), u (M,), v (N,)."""
    M, N = draws.lengths(generator, 2)
    return draws.normal(generator, M, N), draws.normal(generator, M), draws.normal(generator, N)


def draw_gap(generator: torch.Generator) -> tuple:
    """Inputs of adjoint_gap: dy (B, N), W (M, N), u, dx (B, M); the claim of the first row of several is right."""
    B, M, N = draws.lengths(generator, 3)
    dy, W = draws.normal(generator, B, N), draws.normal(generator, M, N)
    u, dx = draws.normal(generator, B, M), draws.normal(generator, B, M)
    if B > 1:
        dx[0] = dy[0] @ W.T
    return dy, W, u, dx


EXERCISES = (
    Exercise(
        name="fork_backward",
        stem="vjp",
        section="three-numbers-and-a-fork",
        title="Two forks in three lines",
        difficulty=2,
        importance=5,
        minutes=10,
        gives=("da",),
        draw=draw_fork,
        worked=lambda: (torch.tensor([[1.0, 1.0, 10.0]]), torch.tensor([[1.0, 2.0, -1.0]])),
        hints=(
            Hint("of a is forgotten",
                 "The letter `a` stands in two lines. Nudge it, and both move. "
                 "Find what each of them sends back, then add."),
            Hint("of b is forgotten",
                 "The letter `b` stands twice on the right-hand side of one line. "
                 "Finish `db`, with both terms, before you go on to `a`."),
            Hint("The local slope 2a is forgotten",
                 "Going from `db` to `a` you pass through a square. Multiply `db` by the slope of that square."),
        ),
        mutants=(
            Mutant("dy * b + db * 2 * a", "dy * b", "the path of a through b is forgotten"),
            Mutant("dy * b + db * 2 * a", "db * 2 * a", "the direct path of a is forgotten"),
            Mutant("dy * a + dy", "dy * a", "the second use of b is forgotten"),
            Mutant("dy * a + dy", "dy", "the first use of b is forgotten"),
            Mutant("db * 2 * a", "db", "The local slope 2a is forgotten"),
            Mutant("dy * b + db", "b + db", "The direct path lacks the upstream gradient"),
            Mutant("db = dy * a + dy", "db = a + 1", "The path through b lacks the upstream gradient"),
            Mutant("dy * b + db * 2 * a", "dy * b - db * 2 * a", "The two paths of a are subtracted"),
        ),
        mistakes=wrong.fork_backward,
    ),
    Exercise(
        name="copied_values",
        stem="vjp",
        section="a-copy-forward-is-a-sum-backward",
        title="Two values that were copied",
        difficulty=2,
        importance=5,
        minutes=15,
        gives=("dm", "ds"),
        draw=draw_copied,
        worked=lambda: (
            torch.tensor([[1.0, 10.0], [0.0, 1.0]]), torch.tensor([[1.0, 2.0], [3.0, 4.0]]),
            torch.tensor([[0.0], [1.0]]), torch.tensor([1.0, 2.0]),
        ),
        hints=(
            Hint("an axis was kept or lost",
                 "A gradient has the shape of its variable. `m` has the shape $(B, 1)$, which a sum keeps with "
                 "`keepdim=True`; `s` has one axis alone."),
            Hint("The sum over axis 1 is missing",
                 "`m` was copied along the columns, so every row of it was used $H$ times. Add what comes back."),
            Hint("The factor s is forgotten",
                 "Between `m` and `y` stands a product. What is `x - m` multiplied by?"),
            Hint("m is not subtracted",
                 "A factor receives `dy` times the other factor. What stands beside `s`, before the product?"),
        ),
        mutants=(
            Mutant("(dy * s).sum(1, keepdim=True)", "(dy * s).sum(1)", "an axis was kept or lost"),
            Mutant("-(dy * s).sum(1, keepdim=True)", "-dy * s", "the sum over axis 1 is missing"),
            Mutant("-(dy * s)", "(dy * s)", "The sign is wrong"),
            Mutant("-(dy * s)", "-dy", "The factor s is forgotten"),
            Mutant("-(dy * s)", "-(0 * dy + s)", "The upstream gradient of m is taken as ones"),
            Mutant("(dy * s).sum(", "(dy * s).mean(", "The mean over the columns was taken"),
            Mutant("(dy * s).sum(1, keepdim=True)", "(dy * s).sum(0, keepdim=True).T", "The shape is"),
            Mutant("dy * (x - m)", "dy * x", "m is not subtracted"),
            Mutant("dy * (x - m)", "dy", "The other factor, x - m, is forgotten"),
            Mutant("dy * (x - m)", "x - m", "The upstream gradient of s is taken as ones"),
            Mutant("(dy * (x - m)).sum(0)", "dy * (x - m)", "the sum over axis 0 is missing"),
            Mutant("(dy * (x - m)).sum(0)", "(dy * (x - m)).mean(0)", "a division by B too many"),
        ),
        mistakes=wrong.copied_values,
    ),
    Exercise(
        name="centre_rows",
        stem="vjp",
        section="a-sum-forward-is-a-copy-backward",
        title="A row without its mean",
        difficulty=2,
        importance=4,
        minutes=15,
        gives=("dx",),
        draw=draw_rows,
        narrow=(0,),
        worked=lambda: (torch.tensor([[3.0, 0.0, 0.0], [1.0, 1.0, 4.0]]),),
        hints=(
            Hint("The mean is treated as a constant",
                 "`x` occurs twice: by itself, and inside the mean. Nudge one entry of a row, "
                 "and the mean of the row moves as well."),
            Hint("The division by the number of columns is missing",
                 "An entry moves the mean of its row by a share of its own nudge. How large is the share?"),
            Hint("The path through the mean has the wrong sign",
                 "The mean is subtracted: raise it, and `y` falls."),
        ),
        mutants=(
            Mutant("dy + dmean / dy.shape[1]", "dy", "The mean is treated as a constant"),
            Mutant("dmean / dy.shape[1]", "dmean", "The division by the number of columns is missing"),
            Mutant("dmean / dy.shape[1]", "dmean / len(dy)", "divided by the number of rows"),
            Mutant("-dy.sum", "dy.sum", "The path through the mean has the wrong sign"),
            Mutant("dy + dmean / dy.shape[1]", "(dmean / dy.shape[1]).expand_as(dy)", "The direct path is forgotten"),
            Mutant("-dy.sum(1, keepdim=True)", "-dy.sum(0, keepdim=True) * dy.shape[1] / len(dy)",
                   "over a column instead of a row"),
            Mutant("-dy.sum(1, keepdim=True)", "-dy.sum() / len(dy)", "over the whole matrix"),
            Mutant("-dy.sum(1, keepdim=True)", "-dy.new_ones(dy.shape).sum(1, keepdim=True)",
                   "The path through the mean lacks the upstream gradient"),
        ),
        mistakes=wrong.centre_rows,
    ),
    Exercise(
        name="outer_backward",
        stem="vjp",
        section="gradient-or-jacobian",
        title="A product of a column and a row",
        difficulty=2,
        importance=3,
        minutes=10,
        gives=("du", "dv"),
        draw=draw_outer,
        worked=lambda: (
            torch.tensor([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]), torch.tensor([1.0, 10.0]), torch.tensor([1.0, 2.0, 3.0]),
        ),
        hints=(
            Hint("RuntimeError: size mismatch",
                 "Write one entry: $\\partial L / \\partial u_i = \\sum_j \\partial L / \\partial y_{ij} \\, v_j$. "
                 "Which index of `dy` is summed?"),
            Hint("The other factor is forgotten",
                 "$u_i$ is multiplied by each $v_j$ in turn. Each use sends back its own $v_j$."),
            Hint("The upstream gradient of u is taken as ones",
                 "How strongly the loss answers to `y[i, j]` stands in `dy[i, j]`, another number for each entry."),
        ),
        mutants=(
            Mutant("dy @ v,", "dy.sum(1),", "The other factor is forgotten in du"),
            Mutant("dy @ v,", "v.sum().expand(len(dy)),", "The upstream gradient of u is taken as ones"),
            Mutant("dy @ v,", "-dy @ v,", "The sign is wrong"),
            Mutant("dy @ v,", "dy * v,", "the sum over axis 1 is missing"),
            Mutant("dy @ v,", "(dy @ v).unsqueeze(1),", "an axis was kept or lost"),
            Mutant("dy @ v,", "u,", "This is u and not its gradient"),
            Mutant("dy.T @ u", "dy.sum(0)", "The other factor is forgotten in dv"),
            Mutant("dy.T @ u", "dy.T @ u / len(u)", "a division by M too many"),
            Mutant("dy.T @ u", "dy.T @ (dy @ v)", "The gradient of u was used where u belongs"),
        ),
        mistakes=wrong.outer_backward,
    ),
    Exercise(
        name="adjoint_gap",
        stem="vjp",
        section="a-test-that-needs-no-autograd",
        title="The two sides of the adjoint test",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("gap",),
        draw=draw_gap,
        narrow=(0,),
        worked=lambda: (
            torch.tensor([[1.0, 10.0]]), torch.tensor([[1.0, 0.0], [0.0, 2.0]]),
            torch.tensor([[1.0, 1.0]]), torch.tensor([[1.0, 19.0]]),
        ),
        hints=(
            Hint("RuntimeError: mat1 and mat2 shapes cannot be multiplied",
                 "The input moves along `u`; by how much does $x W$ move? It is linear, so this is exact."),
            Hint("The two sides are added",
                 "The gap is what the two sides differ by."),
            Hint("The shape is (), expected (B,)",
                 "Each row of `x` has an output row of its own, so the test can be made for each row alone. "
                 "Sum over the columns and not over everything."),
        ),
        mutants=(
            Mutant("- (dx * u)", "+ (dx * u)", "The two sides are added"),
            Mutant("return (dy * moved).sum(1) - (dx * u).sum(1)", "return (dx * u).sum(1) - (dy * moved).sum(1)",
                   "The sign is wrong"),
            Mutant(" - (dx * u).sum(1)", "", "The claim does not occur"),
            Mutant("(dy * moved).sum(1) - (dx * u)", "-(dx * u)", "This is minus the right side alone"),
            Mutant("(dy * moved)", "moved", "The upstream gradient is forgotten on the left side"),
            Mutant("(dx * u)", "dx", "The direction is forgotten on the right side"),
            Mutant("u @ W", "dx @ W", "The input was moved along the claim"),
            Mutant("return (dy * moved).sum(1) - (dx * u).sum(1)", "return (dy * moved).sum() - (dx * u).sum()",
                   "The shape is"),
            Mutant("(dx * u)", "(dy @ W.T * u)", "held against the right gradient"),
        ),
        mistakes=wrong.adjoint_gap,
        # Two sums of many products are subtracted, and their roundings stay when they cancel.
        sizes=lambda dy, W, u, dx: {"gap": (dy.abs() * (u.abs() @ W.abs())).sum(1)},
    ),
    Exercise(
        name="cumsum_backward",
        stem="vjp",
        section="a-sum-forward-is-a-copy-backward",
        title="Running sums",
        difficulty=3,
        importance=2,
        minutes=15,
        gives=("dx",),
        draw=draw_rows,
        narrow=(0,),
        worked=lambda: (torch.tensor([[1.0, 10.0, 100.0]]),),
        hints=(
            Hint("The sum runs from the wrong end",
                 "Which entries of `y` contain the first entry of `x`, and which contain the last?"),
            Hint("The result comes out in reverse",
                 "Turned round, summed, and turned round once more."),
            Hint("An entry leaves out its own place",
                 "The sum up to a place includes that place."),
        ),
        mutants=(
            Mutant("dy.flip(1).cumsum(1).flip(1)", "dy.cumsum(1)", "The sum runs from the wrong end"),
            Mutant(".cumsum(1).flip(1)", ".cumsum(1)", "The result comes out in reverse"),
            Mutant("dy.flip(1).cumsum(1).flip(1)", "dy.flip(1).cumsum(1).flip(1) - dy", "leaves out its own place"),
            Mutant("dy.flip(1).cumsum(1).flip(1)", "dy", "later entries of y is forgotten"),
            Mutant("dy.flip(1).cumsum(1).flip(1)", "dy.sum(1, keepdim=True).expand_as(dy)", "Every entry was given"),
            Mutant("flip(1).cumsum(1)", "flip(1).cumsum(0)", "runs down the columns"),
            Mutant("dy.flip(1)", "dy.new_ones(dy.shape).flip(1)", "The upstream gradient is taken as ones"),
        ),
        kind="further",
        mistakes=wrong.cumsum_backward,
    ),
)
