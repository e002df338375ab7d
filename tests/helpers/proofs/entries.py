"""A displayed gradient at small sizes, every entry of it an expression in symbols."""

import numpy as np
import sympy as sp
from equations import checking
from equations.axes import Values, first_largest
from equations.evaluation import right_sides

from proofs.chain import sizes_of


def displayed(label: str, values: dict, gradients: dict, constants: dict | None = None,
              argmax=first_largest) -> list[sp.Expr]:
    """The last right side, entry by entry; values and gradients are nested lists of expressions, by letter."""
    each, equation = checking.shown(label)
    sizes = sizes_of(each.code.split(".")[0])
    arrays = {letter: (np.array(held), sizes[letter]) for letter, held in values.items()}
    slopes = {letter: (np.array(held), sizes[letter]) for letter, held in gradients.items()}
    counts = {size: n for held, axes in (*arrays.values(), *slopes.values())
              for size, n in zip(axes, held.shape, strict=True)}
    # The letter on the left needs no value, but its axes have to be known.
    arrays.setdefault(each.letter, (np.zeros([counts[size] for size in sizes[each.letter]]), sizes[each.letter]))
    for letter, slope in slopes.items():
        arrays.setdefault(letter, slope)
    found = right_sides(equation, Values(arrays, slopes, counts, constants or {}, rational, argmax))
    return list(found[-1].flat)


def rational(value) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)
