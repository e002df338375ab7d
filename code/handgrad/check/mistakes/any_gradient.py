"""The mistakes that any gradient may suffer from: in its shape, its sign, its scale, its order."""

from collections.abc import Iterator, Mapping

from torch import Tensor

from handgrad.check.matching import agree, explains


def shape_mistake(got: Tensor, expected: Tensor) -> str:
    """Name the mistake behind a wrong shape."""
    shapes = f"The shape is {tuple(got.shape)}, expected {tuple(expected.shape)}"
    flipped = got.ndim == 2 and got.T.shape == expected.shape
    if flipped and agree(got.T, expected):
        return f"{shapes}: it is transposed."
    if got.numel() == expected.numel() and agree(got.reshape(expected.shape), expected):
        # Only axes of size 1 can be kept or lost without moving a number.
        lost = [n for n in got.shape if n > 1] == [n for n in expected.shape if n > 1]
        return f"{shapes}: the numbers agree, {'an axis was kept or lost' if lost else 'in another shape'}."
    if flipped:
        return f"{shapes}: it is transposed, and the numbers are wrong too."
    for axes, summed in sums(got):
        if agree(summed, expected):
            return f"{shapes}: the {'sum' if len(axes) == 1 else 'sums'} over {listed(axes)} missing."
    for axes, summed in sums(expected):
        if agree(got, summed):
            too_many = "a sum" if len(axes) == 1 else "two sums"
            return f"{shapes}: it was summed over {listed(axes).rpartition(' ')[0]}, {too_many} too many."
    return f"{shapes}."


def sums(x: Tensor) -> Iterator[tuple[tuple[int, ...], Tensor]]:
    """Pairs of one or two axes and the sum over them, with the axes kept and without."""
    for axis in range(x.ndim):
        for keepdim in (True, False):
            yield (axis,), x.sum(axis, keepdim=keepdim)
    for last in range(x.ndim):
        for first in range(last):
            for keepdim in (True, False):
                yield (first, last), x.sum(last, keepdim=keepdim).sum(first, keepdim=keepdim)


def listed(axes: tuple[int, ...]) -> str:
    """One or two axes with their verb."""
    return f"axis {axes[0]} is" if len(axes) == 1 else f"axes {axes[0]} and {axes[1]} are"


def value_mistakes(expected: Tensor, sizes: Mapping[str, int]) -> Iterator[tuple[str, Tensor]]:
    """Pairs of a sentence and what that mistake would have given."""
    yield "The sign is wrong.", -expected
    for label, size in sizes.items():
        # With one term there is no division to forget, and B − 1 is zero.
        if size < 2:
            continue
        yield f"Every entry is {label} times too large: the division by {label} is missing.", expected * size
        yield f"Every entry is {label} times too small: a division by {label} too many.", expected / size
        # Bessel: a mean of B terms where B − 1 belongs, or the other way round.
        yield f"Divided by {label} instead of {label} − 1.", expected * (size - 1) / size
        yield f"Divided by {label} − 1 instead of {label}.", expected * size / (size - 1)
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1]:
        yield "It is transposed; the matrix is square, so the shape does not show it.", expected.T
    for axis in range(expected.ndim):
        for shift in (1, -1):
            yield f"Every entry is one place off along axis {axis}.", expected.roll(shift, axis)
        reduced = expected.sum(axis, keepdim=True).expand_as(expected)
        yield f"It was summed over axis {axis} and copied back: a sum too many.", reduced


def factor_mistake(got: Tensor, expected: Tensor) -> str:
    """Name a factor that all entries share, or nothing."""
    # In float64, where the squares of float32 numbers neither overflow nor vanish.
    wide = expected.double()
    norm = (wide * wide).sum().item()
    factor = (got.double() * wide).sum().item() / norm if norm > 0 else 0.0
    wrong = factor * expected
    if factor == 0 or not agree(got, wrong) or not explains(got, wrong, expected):
        return ""
    # A factor that six digits cannot tell from 1 is written as what is left of it.
    digits = f"{factor:.6g}" if abs(factor - 1) > 1e-5 else f"1 {factor - 1:+.1e}"
    return f"Every entry is {digits} times the right one."


def shared_mistake(got: Tensor, expected: Tensor) -> str:
    """Name an error that is the same along a whole axis of a matrix, or nothing."""
    if got.ndim != 2:
        return ""
    for axis, line, across in ((0, "column", "row"), (1, "row", "column")):
        wrong = expected + (got - expected).mean(axis, keepdim=True)
        if got.shape[axis] > 1 and agree(got, wrong) and explains(got, wrong, expected):
            path = f"a path through one number a {line}"
            return f"In each {line} every {across} is off by the same amount: {path}."
    return ""
