"""The bugs: for each, the piece of a right line, the wrong piece in its place, and what the mistake is."""

from typing import NamedTuple


class Bug(NamedTuple):
    """In `zoo.step.gradients`, `right` becomes `wrong`; the mistake belongs to the chapter `stem`.

    It is a piece of text, since it must stand in the step that is trained and compiled, and not beside it.
    rescales: where the wrong gradient is the right one times a number, the letters of that number.
    known: the sentence of the same mistake in `check.mistakes`, where it is one of those.
    """

    name: str
    stem: str
    right: str
    wrong: str
    says: str
    rescales: str = ""
    known: str = ""


BUGS = (
    Bug("no mean", "cross_entropy", "(probs - wanted) / B", "(probs - wanted)",
        "the 1/B of the mean is forgotten", "B"),
    Bug("mean over V", "cross_entropy", "(probs - wanted) / B", "(probs - wanted) / V",
        "the mean is taken over V and not over B", "B/V"),
    Bug("mean twice", "cross_entropy", "(probs - wanted) / B", "(probs - wanted) / B / B",
        "the 1/B is applied in two places", "1/B"),
    Bug("correct class only", "cross_entropy", "(probs - wanted) / B", "-wanted / B",
        "the path through the sum of the counts is forgotten, so only the correct class gets a gradient",
        known="Only the correct class gets a gradient: the path through counts_sum is forgotten."),
    Bug("neighbour's target", "softmax", "probs - wanted", "probs - wanted.roll(1, 0)",
        "the targets are off by one row: every example is told its neighbour's answer"),
    Bug("dflat for flat", "linear", "flat.T @ dpre_bn", "dflat.T @ dpre_bn",
        "the gradient of flat stands where flat belongs",
        known="The gradient of x was used where x belongs."),
    Bug("W1 by mean", "linear", "flat.T @ dpre_bn", "flat.T @ dpre_bn / B",
        "a mean over the batch where the sum belongs, in the line for W1"),
    Bug("b2 by mean", "linear", "dlogits.sum(0)", "dlogits.mean(0)",
        "a mean over the batch where the sum belongs, in the line for b2"),
    Bug("no slope", "tanh", "(1 - h * h) * dh", "dh",
        "the slope of tanh is forgotten",
        known="The slope is forgotten: this is the upstream gradient."),
    Bug("slope from input", "tanh", "(1 - h * h) * dh", "(1 - preact * preact) * dh",
        "the slope of tanh is made from its input",
        known="The slope was taken from the input: 1 − x² where 1 − y² belongs."),
    Bug("square missing", "tanh", "(1 - h * h) * dh", "(1 - h) * dh",
        "1 − h stands where 1 − h² belongs",
        known="The slope is 1 − y, the square is missing."),
    Bug("tanh twice", "tanh", "(1 - h * h) * dh", "(1 - h.tanh() ** 2) * dh",
        "tanh is taken once more before the slope is made",
        known="The slope was taken from the tanh of the output."),
    Bug("no Bessel", "batchnorm", "dgamma / (B - 1)", "dgamma / B",
        "forward divides the sum of squares by B − 1, backward by B",
        known="Bessel's correction: the variance was divided by one number forward and by another backward."),
    Bug("constant variance", "batchnorm", "(dpreact - via_mean - via_var)", "(dpreact - via_mean)",
        "the variance is treated as a constant",
        known="The variance is treated as a constant."),
    Bug("constant mean", "batchnorm", "(dpreact - via_mean - via_var)", "(dpreact - via_var)",
        "the mean is treated as a constant",
        known="The mean is treated as a constant."),
    Bug("constant statistics", "batchnorm", "(dpreact - via_mean - via_var)", "dpreact",
        "mean and variance are treated as constants",
        known="Mean and variance are treated as constants."),
    Bug("variance sign", "batchnorm", "via_mean - via_var", "via_mean + via_var",
        "the path through the variance has the wrong sign",
        known="The path through the variance has the wrong sign."),
    Bug("no gain", "batchnorm", "gamma * rstd", "rstd",
        "the gain is forgotten in the gradient of the input",
        known="The gain is forgotten."),
    Bug("no deviation", "batchnorm", "gamma * rstd", "gamma",
        "one over the standard deviation is forgotten in the gradient of the input",
        known="The standard deviation is forgotten."),
    Bug("gain as shift", "batchnorm", "db1, dgamma, dbeta", "db1, dbeta, dbeta",
        "the gradient of the gain is made without x̂, as if it were the shift"),
    Bug("last write wins", "embedding", ".index_add(", ".index_copy(",
        "a row that is read several times keeps the gradient of its last place only",
        known="Last write wins: a row that is read several times keeps the gradient of its last place only."),
    Bug("last position", "embedding", "context.flatten(), dflat.view(-1, D)",
        "context[:, -1], dflat.view(-1, T, D)[:, -1]",
        "only the last character of each context sends its gradient to the table",
        known="Only the last character of each context is counted."),
    Bug("cut across", "embedding", "dflat.view(-1, D)", "dflat.view(-1, D, T).mT.reshape(-1, D)",
        "each row of dflat is cut into D pieces of T numbers where T pieces of D belong",
        known="Each row was cut into D pieces of T numbers where T pieces of D belong."),
    Bug("frozen table", "embedding", "Parameters(dtable, ", "Parameters(torch.zeros_like(table), ",
        "the gradient of the table is never handed on, so the table stays as it was drawn"),
)
