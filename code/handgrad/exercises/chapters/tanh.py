"""The exercises of the chapter *Tanh, and derivatives read off the output*."""

import torch

from handgrad.check import mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import tanh as wrong


def draw_tanh(generator: torch.Generator) -> tuple:
    """Inputs of tanh_backward: dy, y (B, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H).tanh()


def draw_sigmoid(generator: torch.Generator) -> tuple:
    """Inputs of sigmoid_backward: dy, y (B, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H, scale=2.0).sigmoid()


def draw_tail(generator: torch.Generator) -> tuple:
    """Inputs of tanh_tail: dy, x (B, H).

    The upstream gradient grows as the slope falls: every entry of the result has a size of about 1, and its
    digits count alike.
    """
    B, H = draws.lengths(generator, 2)
    x = draws.normal(generator, B, H, scale=10.0).clamp(-25, 25)
    dy = draws.normal(generator, B, H) * x.cosh() ** 2
    x[0, 0], x[-1, -1] = 400.0, -400.0
    return dy, x


def draw_rsqrt(generator: torch.Generator) -> tuple:
    """Inputs of rsqrt_backward: dy, y (B, H), with y positive."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), 0.5 + draws.normal(generator, B, H).abs()


def draw_layer(generator: torch.Generator) -> tuple:
    """Inputs of mend_tanh_layer: dy, x (B, H), b (H,)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H), draws.normal(generator, H)


def draw_gelu(generator: torch.Generator) -> tuple:
    """Inputs of gelu_backward: dy, x (B, H)."""
    B, H = draws.lengths(generator, 2)
    return draws.normal(generator, B, H), draws.normal(generator, B, H)


def wrong_sigmoid(dy: torch.Tensor, y: torch.Tensor) -> dict:
    """What plausible mistakes in sigmoid_backward give.

    Shapes: dy, y (B, H).
    """
    again = y.sigmoid()
    return {
        "This is the slope of tanh, 1 − y².": (1 - y**2) * dy,
        "The slope was taken from the sigmoid of the output.": again * (1 - again) * dy,
        "The slope is y alone: the factor 1 − y is missing.": y * dy,
        "The slope is 1 − y alone: the factor y is missing.": (1 - y) * dy,
        "The slope is forgotten: this is the upstream gradient.": dy,
        "The upstream gradient is forgotten: this is the slope.": y * (1 - y),
    }


EXERCISES = (
    Exercise(
        name="tanh_backward",
        stem="tanh",
        section="backward-step-by-step",
        title="From the output alone",
        difficulty=1,
        importance=5,
        minutes=5,
        gives=("dx",),
        draw=draw_tanh,
        worked=lambda: (torch.tensor([[1.0, 1.0, 2.0]]), torch.tensor([[0.0, 0.5, -0.5]])),
        hints=(
            Hint("The slope was taken from the tanh of the output",
                 "`y` is the tanh already. The slope is a polynomial in it."),
            Hint("The upstream gradient is forgotten",
                 "A slope says how fast $y$ answers $x$; `dy` says how much the loss cares. Multiply."),
            Hint("The slope is 1 − y, the square is missing",
                 "Try $y = 0.5$ and $y = -0.5$: tanh is as steep on the left as on the right."),
        ),
        mutants=(
            Mutant("1 - y**2", "1 - y.tanh() ** 2", "from the tanh of the output"),
            Mutant("1 - y**2", "1 - y", "the square is missing"),
            Mutant("1 - y**2", "1 + y**2", "a sign is wrong"),
            Mutant("1 - y**2", "y**2 - 1", "The sign is wrong"),
            Mutant("1 - y**2", "1 - y.atanh() ** 2", "1 − x² where 1 − y² belongs"),
            Mutant("(1 - y**2) * dy", "dy", "The slope is forgotten"),
            Mutant("(1 - y**2) * dy", "1 - y**2", "The upstream gradient is forgotten"),
            Mutant("(1 - y**2) * dy", "y * (1 - y) * dy", "the derivative of the sigmoid"),
            Mutant("(1 - y**2) * dy", "((1 - y**2) * dy).squeeze()", "This is where H is 1; at other sizes it agrees"),
        ),
        mistakes=lambda dy, y: mistakes.of_tanh(dy, y.atanh()),
    ),
    Exercise(
        name="sigmoid_backward",
        stem="tanh",
        section="derivatives-read-off-the-output",
        title="The sigmoid",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("dx",),
        draw=draw_sigmoid,
        worked=lambda: (torch.tensor([[1.0, 1.0, 2.0]]), torch.tensor([[0.5, 0.9, 0.1]])),
        hints=(
            Hint("This is the slope of tanh",
                 "The sigmoid is a tanh, made twice as wide, half as high, and moved up: "
                 "$\\sigma(x) = (1 + \\tanh(x/2))/2$. Put that in, or differentiate $1/(1 + e^{-x})$."),
            Hint("The factor y is missing",
                 "The slope must vanish at both ends, where $y$ is 0 and where it is 1."),
            Hint("The slope was taken from the sigmoid of the output",
                 "`y` is the sigmoid already."),
        ),
        mutants=(
            Mutant("y * (1 - y) * dy", "(1 - y**2) * dy", "the slope of tanh"),
            Mutant("y * (1 - y) * dy", "y.sigmoid() * (1 - y.sigmoid()) * dy", "from the sigmoid"),
            Mutant("y * (1 - y) * dy", "y * dy", "the factor 1 − y is missing"),
            Mutant("y * (1 - y) * dy", "(1 - y) * dy", "the factor y is missing"),
            Mutant("y * (1 - y) * dy", "y * (y - 1) * dy", "The sign is wrong"),
            Mutant("y * (1 - y) * dy", "y * (1 - y)", "The upstream gradient is forgotten"),
        ),
        mistakes=wrong_sigmoid,
    ),
    Exercise(
        name="tanh_tail",
        stem="tanh",
        section="where-the-last-digit-goes",
        title="A slope with all its digits",
        difficulty=4,
        importance=2,
        minutes=20,
        gives=("dx",),
        draw=draw_tail,
        worked=lambda: (torch.tensor([[1.0, 1.0, 1e8]]), torch.tensor([[0.0, -1.0, 12.0]])),
        hints=(
            Hint("1 − y² loses its digits far out",
                 "At $x = 12$ the slope is about $1.5 \\cdot 10^{-10}$, and `y` differs from 1 by half of that. Of so "
                 "small a difference rounding leaves few digits in `y`, and for a larger `x` none: leave `y` out. "
                 "Put $y = (e^x - e^{-x}) / (e^x + e^{-x})$ into $1 - y^2$, and the slope is $4 / (e^x + e^{-x})^2$."),
            Hint("entries are nan or infinite",
                 "$e^{800}$ is too large for float64 and becomes infinite, and infinite over infinite is `nan`. "
                 "The slope is the same at $x$ and at $-x$, so you may use `x.abs()`: multiply numerator and "
                 "denominator by an exponential, so that only exponentials of negative numbers are left."),
            Hint("Every entry is 0.25 times the right one",
                 "Put $x = 0$ into your formula: there the slope of tanh is 1."),
        ),
        mutants=(
            Mutant("4 * tail / (1 + tail) ** 2", "(1 - x.tanh() ** 2)", "1 − y² loses its digits far out"),
            Mutant("-2 * x.abs()", "-2 * x", "nan or infinite"),
            Mutant("-2 * x.abs()", "2 * x.abs()", "nan or infinite"),
            Mutant("4 * tail", "tail", "0.25 times the right one"),
            Mutant("-2 * x.abs()", "-x.abs()", "The exponent is half as large as it should be"),
            Mutant("(1 + tail) ** 2", "(1 + tail)", "The square is missing in the denominator"),
            Mutant("(1 + tail) ** 2 * dy", "(1 + tail) ** 2", "The upstream gradient is forgotten"),
        ),
        kind="further",
        mistakes=lambda dy, x: {
            "1 − y² loses its digits far out, where y has been rounded to 1 or −1.": (1 - x.tanh() ** 2) * dy,
            "The exponent is half as large as it should be.": dy / (x / 2).cosh() ** 2,
            "Every entry is 0.25 times the right one: the factor 4 is missing.": dy / (4 * x.cosh() ** 2),
            "The square is missing in the denominator.": 4 * dy / ((2 * x.abs()).exp() + 1),
            "The upstream gradient is forgotten: this is the slope.": 1 / x.cosh() ** 2,
        },
    ),
    Exercise(
        name="rsqrt_backward",
        stem="tanh",
        section="derivatives-read-off-the-output",
        title="One over a root",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("dx",),
        draw=draw_rsqrt,
        worked=lambda: (torch.tensor([[1.0, 1.0, 10.0]]), torch.tensor([[1.0, 2.0, 2.0]])),
        hints=(
            Hint("as if it were the input",
                 "The derivative of $x^{-1/2}$ is $-\\tfrac12 x^{-3/2}$. That is its slope as a function of $x$; "
                 "you are given $y$. Which power of $y$ is $x^{-3/2}$?"),
            Hint("The factor one half is missing",
                 "Differentiate $y^2 x = 1$: $2 y \\, y' x + y^2 = 0$. Solve for $y'$, and put in $x = 1 / y^2$."),
            Hint("This is the slope of",
                 "Here root and reciprocal come one after the other. Multiply their slopes, each at its own place, "
                 "or differentiate the power $-\\tfrac12$ at once."),
        ),
        mutants=(
            Mutant("-(y**3) / 2 * dy", "dy / (2 * y)", "the slope of the square root"),
            Mutant("-(y**3) / 2 * dy", "-(y**2) * dy", "the slope of the reciprocal"),
            Mutant("-(y**3) / 2 * dy", "-0.5 * y**-1.5 * dy", "as if it were the input"),
            Mutant("-(y**3) / 2", "-(y**3)", "The factor one half is missing"),
            Mutant("y**3", "y**2", "The power is 2 where it is 3"),
            Mutant("y**3", "y**-3", "The power of x and that of y are confused"),
            Mutant("-(y**3)", "(y**3)", "The sign is wrong"),
            Mutant("-(y**3) / 2 * dy", "-(y**3) / 2", "The upstream gradient is forgotten"),
        ),
        mistakes=wrong.rsqrt_backward,
    ),
    Exercise(
        name="mend_tanh_layer",
        stem="tanh",
        section="break-it",
        title="A layer with a bias",
        difficulty=1,
        importance=5,
        minutes=5,
        gives=("dx", "db"),
        draw=draw_layer,
        worked=lambda: (torch.tensor([[1.0, 2.0], [10.0, 3.0]]), torch.tensor([[0.0, 100.0], [0.0, -100.0]]),
                        torch.tensor([0.0, 0.0])),
        hints=(
            Hint("You want to find it without the check",
                 "Look at signs. Tanh climbs everywhere: no entry of `dx` may have another sign than its `dy`."),
            Hint("The slope was taken from the input",
                 "Read the line again and say for each letter whether it went into tanh or came out of it."),
            Hint("y was summed where its gradient belongs",
                 "The bias was copied into each row, and what comes back are gradients."),
        ),
        mutants=(
            Mutant("1 - y**2", "1 - preact**2", "1 − x² where 1 − y² belongs"),
            Mutant("1 - y**2", "1 - y", "the square is missing"),
            Mutant("1 - y**2", "1 - y.tanh() ** 2", "from the tanh of the output"),
            Mutant("1 - y**2", "1 - x.tanh() ** 2", "the bias is forgotten"),
            Mutant("(1 - y**2) * dy", "dy", "The slope is forgotten"),
            Mutant("dpreact.sum(0)", "dy.sum(0)", "The slope is forgotten"),
            Mutant("dpreact.sum(0)", "y.sum(0)", "y was summed where its gradient belongs"),
            Mutant("dpreact.sum(0)", "dpreact.mean(0)", "the mean in the loss is in dy already"),
            Mutant("dpreact.sum(0)", "dpreact", "the sum over axis 0 is missing"),
        ),
        kind="bug",
        mistakes=wrong.mend_tanh_layer,
    ),
    Exercise(
        name="gelu_backward",
        stem="tanh",
        section="derivatives-read-off-the-output",
        title="GELU, made of a tanh",
        difficulty=4,
        importance=2,
        minutes=25,
        gives=("dx",),
        draw=draw_gelu,
        worked=lambda: (torch.tensor([[1.0, 2.0, 1.0]]), torch.tensor([[0.0, 100.0, -100.0]])),
        hints=(
            Hint("x is used twice",
                 "`x` stands in front, as a factor, and inside the tanh. Name `h = inner.tanh()`, "
                 "find what comes back along each path, and add."),
            Hint("The slope of what is inside tanh is forgotten",
                 "Between `inner` and `x` lies a polynomial, with a slope of its own."),
            Hint("The path through the cube is forgotten",
                 "Inside, `x` stands twice once more. The cube has the slope $3x^2$."),
            Hint("The slope of tanh was taken",
                 "The slope comes from the output of the tanh, whose name is `h`."),
        ),
        mutants=(
            Mutant("dy * 0.5 * (1 + h) + dinner", "dinner", "the direct path is forgotten"),
            Mutant(" + dinner * 0.8 * (1 + 3 * 0.045 * x**2)", "", "the path through tanh is forgotten"),
            Mutant(" + dinner * 0.8 * (1 + 3 * 0.045 * x**2)", " + dinner", "inside tanh is forgotten"),
            Mutant(" * (1 + 3 * 0.045 * x**2)", "", "The path through the cube is forgotten"),
            Mutant("3 * 0.045", "0.045", "the factor 3 is missing"),
            Mutant("dinner * 0.8 *", "dinner *", "The factor 0.8 is missing"),
            Mutant("(1 - h**2)", "(1 - (0.8 * (x + 0.045 * x**3)) ** 2)", "The slope of tanh was taken from its input"),
            Mutant("(1 - h**2)", "(1 - x.tanh() ** 2)", "The slope of tanh was taken at x"),
            Mutant("dh * (1 - h**2)", "dh", "The slope of tanh is forgotten"),
            Mutant("dh = dy * 0.5 * x", "dh = dy * 0.5", "The factor x is forgotten"),
            Mutant("return dy * 0.5", "return 0.5", "The direct path lacks the upstream gradient"),
        ),
        kind="further",
        mistakes=wrong.gelu_backward,
    ),
)
