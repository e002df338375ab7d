"""The exercises of the chapter *Tanh, and derivatives read off the output*."""

import torch

from handgrad import mistakes
from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant


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
            Hint("1 − y² keeps no digit out there",
                 "Once $y$ is rounded, what it lacks to 1 is lost. Start from the input: "
                 "the slope is $4 / (e^x + e^{-x})^2$."),
            Hint("entries are nan or infinite",
                 "$e^{800}$ is infinite in float64, and infinite over infinite is `nan`. "
                 "The slope is the same at $x$ and at $-x$: take the sign that makes the exponential small."),
            Hint("Every entry is 0.25 times the right one",
                 "Test at $x = 0$, where the slope of tanh is 1."),
        ),
        mutants=(
            Mutant("4 * tail / (1 + tail) ** 2", "(1 - x.tanh() ** 2)", "1 − y² keeps no digit"),
            Mutant("-2 * x.abs()", "-2 * x", "nan or infinite"),
            Mutant("-2 * x.abs()", "2 * x.abs()", "nan or infinite"),
            Mutant("4 * tail", "tail", "0.25 times the right one"),
            Mutant("-2 * x.abs()", "-x.abs()", "The exponent is half as large as it should be"),
            Mutant("(1 + tail) ** 2", "(1 + tail)", "The square is missing in the denominator"),
            Mutant("(1 + tail) ** 2 * dy", "(1 + tail) ** 2", "The upstream gradient is forgotten"),
        ),
        kind="further",
        mistakes=lambda dy, x: {
            "1 − y² keeps no digit out there: y has been rounded to 1.": (1 - x.tanh() ** 2) * dy,
            "The exponent is half as large as it should be.": dy / (x / 2).cosh() ** 2,
            "The square is missing in the denominator.": 4 * dy / ((2 * x.abs()).exp() + 1),
            "The upstream gradient is forgotten: this is the slope.": 1 / x.cosh() ** 2,
        },
    ),
)
