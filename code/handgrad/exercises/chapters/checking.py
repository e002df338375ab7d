"""The exercises of the chapter *How to trust a gradient*."""

import torch

from handgrad.exercises import draws
from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.wrong import checking as wrong


def draw_slope(generator: torch.Generator) -> tuple:
    """Inputs of central_slope: x, u (B, H), h; the step is long, so that its own error is no rounding."""
    B, H = draws.lengths(generator, 2)
    h = 0.25 + 0.5 * torch.rand((), generator=generator).item()
    return draws.normal(generator, B, H), draws.normal(generator, B, H), h


def draw_roundoffs(generator: torch.Generator) -> tuple:
    """Inputs of in_roundoffs: got, expected (B, H).

    The largest entry is negative and so is the worst difference: a sign that is dropped shows.
    """
    B, H = draws.lengths(generator, 2)
    expected = draws.normal(generator, B, H).clamp(-5, 5)
    expected[0, 0] = -20.0
    off = draws.normal(generator, B, H, scale=1e-4)
    off[-1, -1] = -1e-3
    return expected + off, expected


def draw_verdicts(generator: torch.Generator) -> tuple:
    """Inputs of strict_verdicts: got and four references, in any order.

    One is right but for rounding, one has another shape, one entry of one is too low, and of one too high.
    """
    (B,) = draws.lengths(generator, 1)
    got = draws.normal(generator, B)
    off = torch.zeros_like(got)
    off[int(torch.randint(0, B, (), generator=generator))] = 1e-4
    references = [got * (1 + 2**-51), got.view(1, B), got - off, got + off]
    order = torch.randperm(4, generator=generator).tolist()
    return got, *(references[i] for i in order)


def draw_complex(generator: torch.Generator) -> tuple:
    """Inputs of complex_slope: x, u (B, H), with x where the denominator is far from zero."""
    B, H = draws.lengths(generator, 2)
    return torch.rand(B, H, generator=generator, dtype=torch.float64), draws.normal(generator, B, H)


EXERCISES = (
    Exercise(
        name="central_slope",
        stem="checking",
        section="one-side-or-two",
        title="A step to either side",
        difficulty=1,
        importance=5,
        minutes=10,
        gives=("slope",),
        draw=draw_slope,
        worked=lambda: (torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 1.0]]), 1.0),
        hints=(
            Hint("This is the one-sided quotient",
                 "One step forward, one step back, and the distance between the two."),
            Hint("The distance between the two points is 2h",
                 "From $x - hu$ to $x + hu$: how many steps of length $h$ is that?"),
            Hint("The direction is forgotten",
                 "Each entry moves by its own amount: `h * u`, and not `h` for all."),
            Hint("This is the derivative itself",
                 "A check must not use what it checks. The quotient knows nothing of $3x^2$, "
                 "and differs from it by something proportional to $h^2$."),
        ),
        mutants=(
            Mutant("(up - down) / (2 * h)", "(up - (x**3).sum(1)) / h", "the one-sided quotient"),
            Mutant("(up - down) / (2 * h)", "((x**3).sum(1) - down) / h", "the one-sided quotient, taken backward"),
            Mutant("(2 * h)", "h", "The distance between the two points is 2h"),
            Mutant("(up - down) / (2 * h)", "(up - down) / 2", "The division by h is missing"),
            Mutant("(up - down) / (2 * h)", "(up - down) / 2 * h", "multiplied by h"),
            Mutant("(up - down) / (2 * h)", "(down - up) / (2 * h)", "The sign is wrong"),
            Mutant("(up - down) / (2 * h)", "(3 * x**2 * u).sum(1)", "This is the derivative itself"),
            Mutant("(x + h * u)", "(x + h)", "The direction is forgotten in the step up"),
            Mutant("(up - down) / (2 * h)", "((x + h) ** 3 - (x - h) ** 3).sum(1) / (2 * h)",
                   "The direction is forgotten: every entry moved"),
        ),
        mistakes=wrong.central_slope,
    ),
    Exercise(
        name="in_roundoffs",
        stem="checking",
        section="what-a-tolerance-means",
        title="A difference, counted in roundings",
        difficulty=2,
        importance=4,
        minutes=10,
        gives=("roundoffs",),
        draw=draw_roundoffs,
        worked=lambda: (torch.tensor([[2.0, 3.0]]), torch.tensor([[2.0, 4.0]])),
        hints=(
            Hint("The sign of a difference was kept",
                 "An entry may be off to either side. Which is the worst of $+1$ and $-10$?"),
            Hint("eps is the distance to the next number",
                 "Rounding goes to the nearest number, so it misses by half a gap at most."),
            Hint("Each entry was held against itself",
                 "Terms that cancel leave their roundings behind. The measure is the largest entry, for all."),
            Hint("The largest entry was taken with its sign",
                 "Here the largest entry in absolute value is negative."),
        ),
        mutants=(
            Mutant("(got - expected).abs().max()", "(got - expected).max()", "The sign of a difference was kept"),
            Mutant(".eps / 2", ".eps", "eps is the distance to the next number"),
            Mutant("(got - expected).abs().max() / (unit * expected.abs().max())",
                   "((got - expected) / expected).abs().max() / unit", "Each entry was held against itself"),
            Mutant("expected.abs().max())", "expected.max())", "The largest entry was taken with its sign"),
            Mutant("(got - expected).abs().max()", "(got - expected).abs().mean()", "This is the mean difference"),
            Mutant("(unit * expected.abs().max())", "unit", "Nothing was said about the size"),
            Mutant("(unit * expected.abs().max())", "expected.abs().max()", "The division by the unit roundoff"),
            Mutant("(got - expected).abs().max() / (unit * expected.abs().max())",
                   "(got - expected).abs().amax(1) / (unit * expected.abs().max())", "The shape is"),
        ),
        mistakes=wrong.in_roundoffs,
    ),
    Exercise(
        name="strict_verdicts",
        stem="checking",
        section="five-ways-in-which-a-check-lies",
        title="A comparison that does not lie",
        difficulty=3,
        importance=4,
        minutes=20,
        gives=("verdicts",),
        draw=draw_verdicts,
        narrow=(0,),
        worked=lambda: (
            torch.tensor([1.0, 2.0]), torch.tensor([1.0, 2.0]), torch.tensor([[1.0, 2.0]]),
            torch.tensor([1.0, 2.1]), torch.tensor([0.9, 2.0]),
        ),
        hints=(
            Hint("A reference of another shape was accepted",
                 "A subtraction copies whatever fits. Ask for equal shapes before you look at a number."),
            Hint("A reference that differs by rounding was refused",
                 "Two right answers may round at different places. Equality of bits asks too much."),
            Hint("A reference with a wrong entry was accepted",
                 "By how much may an entry be off? Multiply 16 unit roundoffs by the largest entry, "
                 "and ask it of every entry."),
            Hint("A reference that is too high was accepted",
                 "A difference may be negative, and then it lies below any bound."),
        ),
        mutants=(
            Mutant("got.shape == reference.shape and bool(close)", "bool(close)",
                   "A reference of another shape was accepted"),
            Mutant("((got - reference).abs() <= bound).all()", "(got == reference).all()",
                   "differs by rounding was refused"),
            Mutant("16 * torch.finfo(got.dtype).eps / 2", "0.02", "A reference with a wrong entry was accepted"),
            Mutant("<= bound).all()", "<= bound).any()", "A reference with a wrong entry was accepted"),
            Mutant("(got - reference).abs()", "(got - reference)", "A reference that is too high was accepted"),
            Mutant("(got - reference).abs()", "(reference - got)", "A reference that is too low was accepted"),
            Mutant("got.shape == reference.shape and bool(close)",
                   "torch.allclose(got, reference, rtol=0.02, atol=0.02)", "All four references were accepted"),
            Mutant("got.shape == reference.shape and bool(close)", "not (got.shape == reference.shape and bool(close))",
                   "The verdicts are turned round"),
        ),
        mistakes=wrong.strict_verdicts,
        # In float32 a reference that is off by a rounding of float64 is equal.
        dtypes=(torch.float64,),
    ),
    Exercise(
        name="complex_slope",
        stem="checking",
        section="a-step-that-is-not-real",
        title="A step that is not real",
        difficulty=3,
        importance=2,
        minutes=15,
        gives=("slope",),
        draw=draw_complex,
        worked=lambda: (torch.tensor([[0.0, 0.0]]), torch.tensor([[1.0, 3.0]])),
        hints=(
            Hint("This is the value of the function",
                 "The value is in the real part. The derivative is in the other one."),
            Hint("entries are nan or infinite",
                 "A real step of $10^{-30}$ changes no number. The step belongs into the imaginary part."),
            Hint("The direction is forgotten",
                 "The imaginary part of the input is `h * u`."),
            Hint("times the right one",
                 "The imaginary part of the result is $h$ times the derivative. Divide by the `h` that you took."),
        ),
        mutants=(
            Mutant("y.imag / h", "y.real", "This is the value of the function"),
            Mutant("y.imag / h", "y.imag", "times the right one"),
            Mutant("h * u)", "torch.full_like(x, h))", "The direction is forgotten"),
            Mutant("1e-30", "0.01", "No known mistake matches"),
            Mutant("y.imag / h", "-y.imag / h", "The sign is wrong"),
            Mutant("z.exp() / (", "x.exp() / (", "The step did not reach the exponential"),
            Mutant("z.sin(), z.cos()", "x.sin(), x.cos()", "The step did not reach sine and cosine"),
        ),
        kind="further",
        mistakes=wrong.complex_slope,
    ),
)
