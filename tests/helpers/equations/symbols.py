"""Which letter is which value of the package, for each operation."""

import functools
from importlib import import_module

from equations import reading
from handgrad.models.mlp.values import VALUES
from handgrad.ops.catalogue import BY_STEM

# In the chapter on an operation x and y are its input and its output (book/notation.md).
OWN = {
    "linear": {"x": "x_{bm}", "W": "W_{mn}", "b": "b_n", "y": "y_{bn}"},
    "tanh": {"x": "x_{bh}", "y": "y_{bh}"},
    "batchnorm": {"x": "x_{bh}", "y": "y_{bh}"},
}
NETWORK = {value.name: value.symbol for value in VALUES}
CONSTANTS = {"eps": r"\varepsilon", "correction": "k"}


@functools.cache
def symbol(stem: str, name: str) -> tuple[str, tuple[str, ...]]:
    """The letter of a value and the letters of its sizes; KeyError if the notation has none."""
    own = OWN.get(stem, {})
    tex = own[name] if name in own else NETWORK[name]
    if not tex:
        raise KeyError(f"{name} has no letter")
    entry = reading.read(tex, name, start="entry")
    return entry.letter, tuple(index.upper() for index in entry.indices)


def letters(stem: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The values of an operation that have a letter, by name: inputs, steps and outputs."""
    operation = BY_STEM[stem]
    steps = getattr(import_module(f"handgrad.ops.{stem}"), "Steps", None)
    every = dict.fromkeys([*operation.inputs, *(steps._fields if steps else ()), *operation.outputs])
    return {name: symbol(stem, name) for name in every if OWN.get(stem, {}).get(name) or NETWORK.get(name)}
