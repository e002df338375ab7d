"""Random values for an equation, and the gradient that it has to give, by the code and by autograd."""

import functools
import math
from typing import NamedTuple

import numpy as np
import torch
from cases import CASES, COMPOSITE, Sizes, as_tuple, by_autograd, draw

from equations import symbols
from equations.axes import Values
from equations.one_line import one_line
from handgrad.check.comparison import autograd
from handgrad.ops.catalogue import BY_STEM

# All different within each, so that no transposed matrix fits by chance, and different from draw to draw.
SIZES = (Sizes(), Sizes(B=5, T=2, V=6, D=3, H=9), Sizes(B=4, T=6, V=3, D=7, H=2))
BY_ID = {case.id: case for case in CASES}


class Draw(NamedTuple):
    """values: what the letters stand for; the gradient by the code and by autograd; the size of the terms."""

    how: str
    values: Values
    by_code: np.ndarray
    by_autograd: np.ndarray
    size: float


def draws(code: str, gradient: str) -> list[Draw]:
    """The draws for one gradient of `module.function`: every case of the operation at every size.

    A line of a steps function is tried twice: in a whole backward pass, and for any upstream gradients,
    each random, since a gradient that is zero in every pass, as row_max's, shows no wrong sign.
    """
    stem, function = code.split(".")
    found = []
    for case in (case for case in BY_ID.values() if case.op.__name__.endswith(f".{stem}")):
        for seed, sizes in enumerate(SIZES):
            found.append(made(stem, f"{case.id}, pass {seed}", gradient, *whole_pass(case.id, function, seed)))
            if function == "backward_steps":
                line = one_line(case, stem, gradient, seed, sizes)
                found.append(made(stem, f"{case.id}, line {seed}", gradient, *line))
    return found


@functools.cache
def whole_pass(case_id: str, function: str, seed: int) -> tuple[dict, dict, dict]:
    """The values, the gradients by autograd, and the gradients by the code, by name."""
    case = BY_ID[case_id]
    inputs, y, saved, upstream = draw(case, seed, sizes=SIZES[seed])
    operation = BY_STEM[case.op.__name__.split(".")[-1]]
    if upstream.ndim == 0:
        upstream = torch.ones_like(upstream)  # the gradient of the loss is 1 in print
    trainable = [name for name, value in zip(operation.inputs, inputs, strict=True) if value.is_floating_point()]
    values = dict(zip(operation.inputs, inputs, strict=True)) | {operation.outputs[0]: y}
    gradients = dict(zip(trainable, by_autograd(case.reference, inputs, upstream), strict=True))
    if case in COMPOSITE:
        values = case.forward_steps(*inputs)._asdict()
        gradients = autograd(case.forward_steps, *inputs, upstream=upstream)._asdict() | gradients
    if function == "backward_steps":
        by_code = case.op.backward_steps(upstream, case.forward_steps(*inputs))._asdict()
    else:
        by_code = dict(zip(trainable, as_tuple(case.op.backward(upstream, saved)), strict=True))
    return values, gradients | {operation.outputs[0]: upstream}, by_code


def made(stem: str, how: str, gradient: str, values: dict, gradients: dict, by_code: dict) -> Draw:
    """The draw as arrays by letter; `gradients` holds autograd's under the gradient's own name."""
    name = gradient.removeprefix("d")
    letters = {each: symbol for each, symbol in symbols.letters(stem).items() if each in values}
    entries = {letter: (array(values[each], sizes), sizes) for each, (letter, sizes) in letters.items()}
    slopes = {letter: (array(gradients[each], sizes), sizes) for each, (letter, sizes) in letters.items()
              if gradients.get(each) is not None}
    counts = {size: n for held, sizes in entries.values() for size, n in zip(sizes, held.shape, strict=True)}
    constants = {letter: values[each] for each, letter in symbols.CONSTANTS.items() if each in values}
    constants["e"] = math.e
    _, sizes = letters[name]
    # A gradient whose true value is zero has no size of its own: it is measured against what came in.
    upstream = gradients[BY_STEM[stem].outputs[0]].abs().max().item()
    size = max(gradients[name].abs().max().item(), upstream / 8)
    return Draw(how, Values(entries, slopes, counts, constants),
                array(by_code[name], sizes), array(gradients[name], sizes), size)


def array(value: torch.Tensor, sizes: tuple[str, ...]) -> np.ndarray:
    """The tensor with one axis for each size: an axis that was kept after a sum goes."""
    held = value.detach().numpy()
    return held if held.ndim == len(sizes) else held.squeeze()
