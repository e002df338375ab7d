"""The exercises of the chapter *How fast can a gradient be?*"""

import torch

from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import speed as wrong

RATE = 0.25
SCATTER = "table.index_add(0, context.flatten(), rows)"


def draw_gain(generator: torch.Generator) -> tuple:
    """Inputs of fold_bessel: dgain, gamma (H,), eps, B."""
    H, B = draws.lengths(generator, 2)
    eps = 0.1 + torch.rand((), generator=generator).item()
    return draws.normal(generator, H), draws.normal(generator, H) - 2.0, eps, B


def draw_packed(generator: torch.Generator) -> tuple:
    """Inputs of packed_bias: dlogits (B, V), h (B, H), packed (H+1, V)."""
    B, H, V = draws.lengths(generator, 3)
    return draws.normal(generator, B, V), draws.normal(generator, B, H), draws.normal(generator, H + 1, V)


def draw_layers(generator: torch.Generator) -> tuple:
    """Inputs of mend_descent: dlogits (B, V), x (B, D), h (B, H), W1 (D, H), W2 (H, V), rate."""
    B, D, H, V = draws.lengths(generator, 4)
    x, W1 = draws.normal(generator, B, D), draws.normal(generator, D, H, scale=0.5)
    return draws.normal(generator, B, V), x, (x @ W1).tanh(), W1, draws.normal(generator, H, V), RATE


def draw_push(generator: torch.Generator) -> tuple:
    """Inputs of pushed_step: push (B, H), table (V, D), W1 (T·D, H), context (B, T).

    No size is below 3 and none above 10, so that there are as many places as characters or more: some repeat.
    """
    B, T, V, D, H = draws.lengths(generator, 5)
    context = torch.randint(0, V, (B, T), generator=generator)
    context[0, 1] = context[0, 0]
    table, W1 = draws.normal(generator, V, D), draws.normal(generator, T * D, H)
    return -RATE * draws.normal(generator, B, H), table, W1, context


def draw_kept(generator: torch.Generator) -> tuple:
    """Inputs of scaled_parameter: dkept, kept, c (M,), rate."""
    (M,) = draws.lengths(generator, 1)
    c = draws.normal(generator, M).abs() + 0.5
    return draws.normal(generator, M), draws.normal(generator, M), c, RATE


def draw_block(generator: torch.Generator) -> tuple:
    """Inputs of merged_statistics: mean, squares (H,), rows, block (n, H)."""
    n, H, rows = draws.lengths(generator, 3)
    before = draws.normal(generator, rows, H)
    mean = before.mean(0)
    return mean, ((before - mean) ** 2).sum(0), rows, draws.normal(generator, n, H) + 2.0


def worked_layers() -> tuple:
    """One row, one unit and two logits, with the value of h that the forward pass gives."""
    x, W1 = torch.tensor([[2.0]]), torch.tensor([[0.5]])
    return torch.tensor([[1.0, -1.0]]), x, (x @ W1).tanh(), W1, torch.tensor([[1.0, 0.0]]), 1.0


EXERCISES = (
    Exercise(
        name="fold_bessel",
        stem="speed",
        section="tuned",
        title="Ours, from a kernel that divides by B",
        difficulty=2,
        importance=3,
        minutes=15,
        gives=("gain", "folded", "dgamma"),
        draw=draw_gain,
        narrow=(0,),
        worked=lambda: (torch.tensor([1.0, 1.0]), torch.tensor([2.0, -4.0]), 0.5, 2),
        hints=(
            Hint("The ratio comes out of a root",
                 "Write down both denominators, with $v$ the variance that divides by $B - 1$. What must the other "
                 "one be multiplied by, so that it is ours?"),
            Hint("eps stays as it was",
                 "Can $r v + \\varepsilon$ be $r$ times something that does not depend on $v$?"),
            Hint("Divided by the root of the ratio",
                 "The gain is `gamma` times a number. Nudge `gamma` by a little: by how much does the gain move, "
                 "and by how much, then, the loss?"),
        ),
        mutants=(
            Mutant("root * gamma", "ratio * gamma", "gain: The ratio comes out of a root"),
            Mutant("root * gamma", "gamma", "gain: gamma stays as it was"),
            Mutant("root * gamma", "gamma / root", "gain: The ratio of gamma is upside down: over"),
            Mutant("root * gamma", "gamma / ratio", "and its root is missing"),
            Mutant("ratio * eps", "eps", "folded: eps stays as it was"),
            Mutant("ratio * eps", "root * eps", "eps stands inside the root"),
            Mutant("ratio * eps", "eps / ratio", "The ratio of eps is upside down"),
            Mutant("root * dgain", "dgain / root", "dgamma: Divided by the root of the ratio"),
            Mutant("root * dgain", "dgain", "is taken to be that of the gain"),
            Mutant("root * dgain", "ratio * dgain", "takes the factor of gamma"),
            Mutant("root * dgain", "dgain / ratio", "Divided by the ratio; gamma reaches"),
            Mutant("folded = ratio * eps", "folded = ratio * eps + 0 * gamma", "folded is Tensor, expected float"),
        ),
        mistakes=wrong.fold_bessel,
    ),
    Exercise(
        name="packed_bias",
        stem="speed",
        section="inplace",
        title="A bias inside the product",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("dh", "dW", "db"),
        draw=draw_packed,
        worked=lambda: (torch.tensor([[1.0, 0.0], [10.0, 1.0]]), torch.tensor([[2.0], [3.0]]),
                        torch.tensor([[1.0, 4.0], [7.0, 7.0]])),
        hints=(
            Hint("The gradient of the column of ones is still there",
                 "What would you do with it? The ones never change. Leave the last row of `packed` out of the "
                 "product, and it is not computed."),
            Hint("The row of the bias is still there",
                 "The product with `h_one` has $H + 1$ rows: the first $H$ belong to `W` and the last to `b`."),
            Hint("an axis was kept or lost",
                 "`dpacked[-1:]` is a matrix of one row, `dpacked[-1]` a vector; `b` is a vector."),
        ),
        mutants=(
            Mutant("packed[:-1].T", "packed.T", "dh: The gradient of the column of ones is still there"),
            Mutant("packed[:-1].T", "packed[1:].T", "dh: The first row of packed was left out"),
            Mutant("dlogits @ packed[:-1].T", "(dlogits @ packed.T)[:, 1:]", "dh: The first row of packed"),
            Mutant("dh, dpacked[:-1]", "dh, dpacked", "dW: The row of the bias is still there"),
            Mutant("dh, dpacked[:-1], dpacked[-1]", "dh, dpacked[1:], dpacked[-1]",
                   "dW: The first row of the product was left out"),
            Mutant("dh, dpacked[:-1], dpacked[-1]", "dh, dpacked[1:], dpacked[0]",
                   "dW: The first row of the product was left out"),
            Mutant("dpacked[:-1], dpacked[-1]", "dpacked[:-1], dpacked[0]", "db: This is the first row"),
            Mutant("dpacked[:-1], dpacked[-1]", "dpacked[:-1], dpacked[-1:]", "an axis was kept or lost"),
            Mutant("torch.ones_like", "torch.zeros_like", "db: The column beside h holds zeros"),
            Mutant("torch.ones_like(h[:, :1])", "h[:, -1:]", "db: This is the last row of dW"),
            Mutant("return dh, dpacked[:-1], dpacked[-1]", "return dh, dh.T @ dlogits, dpacked[-1]",
                   "dW: The gradient of h was used where h belongs"),
            Mutant("dpacked[:-1], dpacked[-1]", "dpacked[:-1], packed[-1]", "db: This is the last row of packed"),
            Mutant("dh, dpacked[:-1], dpacked[-1]", "dpacked[:-1], dh, dpacked[-1]", "their order is not"),
        ),
        mistakes=wrong.packed_bias,
    ),
    Exercise(
        name="mend_descent",
        stem="speed",
        section="break-it",
        title="Five lines in another order",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("W1", "W2"),
        draw=draw_layers,
        worked=worked_layers,
        hints=(
            Hint("The gradient of h was computed with W2 after its step",
                 "With a rate of 0 both orders give the same. Which line reads `W2`, and which one writes it?"),
            Hint("changed its input",
                 "`-=` writes into the matrix that it finds. The first line puts copies in the place of what you "
                 "were given; leave it where it is."),
            Hint("You want to see how far off it is",
                 "With $G$ for `dlogits`, the gradient of `h` through the moved matrix is "
                 "$G W_2^\\top - \\eta \\, G G^\\top h$. The second term is the slip."),
        ),
        mutants=(
            Mutant("    dh = dlogits @ W2.T\n    W2 -= rate * (h.T @ dlogits)\n",
                   "    W2 -= rate * (h.T @ dlogits)\n    dh = dlogits @ W2.T\n",
                   "W1: The gradient of h was computed with W2 after its step"),
            Mutant("    W1, W2 = W1.clone(), W2.clone()\n", "", "changed its input W1"),
            Mutant("(1 - h**2) * dh", "dh", "W1: The slope of tanh is forgotten"),
            Mutant("(1 - h**2) * dh", "(1 - dh**2) * dh", "W1: The slope was taken from the gradient of h"),
            Mutant("W1 -= rate", "W1 += rate", "W1 climbs"),
            Mutant("W2 -= rate", "W2 += rate", "W2 climbs"),
            Mutant("W1 -= rate * ", "W1 -= ", "The rate of W1 is forgotten"),
            Mutant("W2 -= rate * ", "W2 -= ", "The rate of W2 is forgotten"),
            Mutant("    W2 -= rate * (h.T @ dlogits)\n", "", "W2 did not move"),
            Mutant("    W1 -= rate * (x.T @ dpreact)\n", "", "W1 did not move"),
            Mutant("W1 -= rate * (x.T @ dpreact)", "W1 = -rate * (x.T @ dpreact)", "This is the step of W1"),
            Mutant("W2 -= rate * (h.T @ dlogits)", "W2 = -rate * (h.T @ dlogits)", "This is the step of W2"),
            Mutant("    return W1, W2", "    W2 -= rate * (h.T @ dlogits)\n    return W1, W2", "W2 moved twice"),
        ),
        mistakes=wrong.mend_descent,
        kind="bug",
    ),
    Exercise(
        name="pushed_step",
        stem="speed",
        section="inplace",
        title="A step from a gradient that was scaled",
        difficulty=3,
        importance=3,
        minutes=20,
        gives=("table", "W1"),
        draw=draw_push,
        narrow=(3,),
        worked=lambda: (torch.tensor([[0.5]]), torch.tensor([[0.0], [2.0]]), torch.tensor([[1.0], [10.0]]),
                        torch.tensor([[1, 1]])),
        hints=(
            Hint("push holds the minus sign already",
                 "Every operation on the way back is linear in what arrives: what is multiplied by $-\\eta$ at the "
                 "start is multiplied by $-\\eta$ at the end. The step comes out as it is to be added."),
            Hint("Last write wins",
                 "`table[context] += ...` reads all rows, then adds, then writes. Which operation adds every row "
                 "to its place, also where a place comes twice? It may begin from the table as well as from zeros."),
            Hint("The table was moved through W1 after its step",
                 "Both gradients are of the same forward pass. Compute what needs `W1` before `W1` moves."),
        ),
        mutants=(
            Mutant(SCATTER, "table.index_add(0, context.flatten(), -rows)", "table: The table climbs"),
            Mutant(SCATTER, "table.index_put((context.flatten(),), rows)", "and the row itself is gone"),
            Mutant(SCATTER, "table.clone()\n    moved_table[context] += rows.view(*context.shape, -1)",
                   "makes the step of its last place only"),
            Mutant(SCATTER, "torch.zeros_like(table).index_add(0, context.flatten(), rows)",
                   "This is the step of the table"),
            Mutant(SCATTER, "table.clone()", "table: The table did not move"),
            Mutant("push @ W1.T", "push @ (W1 + flat.T @ push).T", "The table was moved through W1 after its step"),
            Mutant(SCATTER, "table.index_add(0, context[:, -1], rows.view(*context.shape, -1)[:, -1])",
                   "Only the last place of each context"),
            Mutant("W1 + flat.T @ push", "W1 - flat.T @ push", "W1 climbs"),
            Mutant("W1 + flat.T @ push", "flat.T @ push", "This is the step of W1"),
            Mutant("W1 + flat.T @ push", "W1.clone()", "W1 did not move"),
            Mutant("W1 + flat.T @ push", "W1 + moved_table[context].flatten(1).T @ push",
                   "W1 was moved with the rows of the table after its step"),
        ),
        mistakes=wrong.pushed_step,
    ),
    Exercise(
        name="scaled_parameter",
        stem="speed",
        section="tuned",
        title="A parameter in other units",
        difficulty=3,
        importance=3,
        minutes=10,
        gives=("kept",),
        draw=draw_kept,
        narrow=(0,),
        worked=lambda: (torch.tensor([1.0, 1.0]), torch.tensor([6.0, 6.0]), torch.tensor([1.0, 2.0]), 0.5),
        hints=(
            Hint("This is a step of what is kept",
                 "Descent in other units is another descent. What is the gradient of `p`, and where does `p` go? "
                 "Then take that place back to what is kept."),
            Hint("One factor c is missing",
                 "One $c$ comes from the gradient of `p`, one from taking `p` back to what is kept."),
            Hint("Divided by c where c multiplies",
                 "`kept = c * p` is a product with a constant: forward by $c$, so backward by $c$."),
        ),
        mutants=(
            Mutant("c * dkept", "dkept / c", "This is a step of what is kept"),
            Mutant("c * dkept", "dkept", "One factor c is missing"),
            Mutant("c * dkept", "dkept / c**2", "Divided by c where c multiplies"),
            Mutant("c * dkept", "dkept / c**3", "Divided by c² where c² multiplies"),
            Mutant("c * dkept", "c**2 * dkept", "One factor c too many"),
            Mutant("return c * p", "return p", "This is p after its step"),
            Mutant("kept / c - ", "kept - ", "p was taken to be what is kept"),
            Mutant("- rate * dp", "+ rate * dp", "It climbs"),
            Mutant("rate * dp", "dp", "The rate is forgotten"),
            Mutant("return c * p", "return kept.clone()", "It did not move"),
            Mutant("kept / c - rate * dp", "-rate * dp", "This is the step, and not what it leads to"),
        ),
        mistakes=wrong.scaled_parameter,
        kind="further",
    ),
    Exercise(
        name="merged_statistics",
        stem="speed",
        section="what-if-the-products-are-large",
        title="Mean and variance of rows that are gone",
        difficulty=3,
        importance=3,
        minutes=20,
        gives=("mean", "squares"),
        draw=draw_block,
        worked=lambda: (torch.tensor([1.0]), torch.tensor([2.0]), 2, torch.tensor([[4.0]])),
        hints=(
            Hint("The mean of the two means",
                 "Write the mean of all rows as one sum over one number. How much of that sum is the block's?"),
            Hint("The distance between the two means is forgotten",
                 "Distances from a point that is not the mean: $\\sum_b (x_b - c)^2$ is the sum of squared distances "
                 "from the mean, and the number of rows times the squared distance of $c$ from the mean. Both groups "
                 "have such a term, with the new mean for $c$."),
            Hint("The block's rows are held against the new mean",
                 "That is right for the block. The first rows are gone, but how far their mean is from the new one "
                 "you know."),
        ),
        mutants=(
            Mutant("mean + part * apart", "block.mean(0)", "mean: This is the mean of the block"),
            Mutant("mean + part * apart", "mean + apart / 2", "mean: The mean of the two means"),
            Mutant("mean + part * apart", "mean + (1 - part) * apart", "mean: The shares are exchanged"),
            Mutant("mean + part * apart", "mean + apart / (rows + n)", "mean: The mean moves as by one row"),
            Mutant("mean + part * apart", "mean.clone()", "mean: It did not move"),
            Mutant("mean + part * apart", "mean - part * apart", "mean: The mean moves away from the block"),
            Mutant(" + rows * part * apart**2", "", "squares: The distance between the two means is forgotten"),
            Mutant("squares + own + rows * part * apart**2", "squares + ((block - mean) ** 2).sum(0)",
                   "squares: The distances in the block were taken from the mean before it"),
            Mutant("squares + own + rows * part * apart**2", "squares + ((block - merged) ** 2).sum(0)",
                   "squares: The block's rows are held against the new mean"),
            Mutant("squares + own + rows * part * apart**2", "own", "squares: This is the block's own sum"),
            Mutant("squares + own +", "squares +", "squares: The distances within the block are missing"),
            Mutant("apart**2", "apart", "squares: The distance between the two means is not squared"),
            Mutant("rows * part * apart**2", "rows * apart**2", "as often as there are rows before the block"),
            Mutant("rows * part * apart**2", "n * apart**2", "The distances in the block were taken from the mean"),
            Mutant("rows * part * apart**2", "rows * n * apart**2", "still has to be divided by their sum"),
            Mutant("squares + own + rows * part * apart**2",
                   "(squares + own + rows * part * apart**2) / (rows + n - 1)", "squares: This is the variance"),
            Mutant("squares + own + rows * part * apart**2",
                   "(squares + own + rows * part * apart**2) / (rows + n)", "squares: This is the sum divided by"),
        ),
        mistakes=wrong.merged_statistics,
    ),
)
