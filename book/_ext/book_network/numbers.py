"""What the map shows of the real minibatch: every value and every gradient, a byte for each cell.

A byte keeps a cell to within 1/254 of the largest one, enough for a heat map and two digits. The same cells are
stored once. The script loads the file when the map is first used: a page that is only read does not wait for it.
"""

import base64
import json
import re
from collections.abc import Callable
from typing import NamedTuple

import torch
from matplotlib.colors import Colormap, to_hex
from torch import Tensor

from handgrad.data import example, names
from handgrad.figures.style import GRADIENTS, PROBABILITIES
from handgrad.models import graph
from handgrad.models.mlp.values import NETWORK
from handgrad.models.network import Network, Value

STOPS = 13
# A gradient that shrinks by this much with the precision is zero in mathematics, and what is left is rounding.
SHRINKS = 1e-4


class Pool:
    """The cells of all heat maps, each once."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def heat(self, tensor: Tensor) -> dict:
        """A tensor as its kind, its largest size and the place of its cells in `texts`."""
        tensor = tensor.detach()
        if not tensor.is_floating_point():
            return {"kind": "index", "limit": 0, "cells": self.place(tensor.long())}
        limit = float(f"{tensor.abs().max().item():.4g}") or 1.0
        if bool((tensor >= 0).all()):
            return {"kind": "positive", "limit": limit, "cells": self.place(tensor.double() * (255 / limit))}
        return {"kind": "signed", "limit": limit, "cells": self.place(tensor.double() * (127 / limit) + 128)}

    def place(self, tensor: Tensor) -> int:
        """Store the tensor as bytes."""
        cells = bytes(tensor.flatten().round().clamp(0, 255).to(torch.uint8).tolist())
        text = base64.b64encode(cells).decode()
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)


class Scene(NamedTuple):
    """A network on a minibatch: the Steps of its values, of their gradients, and of the gradients in float64."""

    network: Network
    values: tuple
    gradients: tuple
    precise: tuple
    vocabulary: str


def of_the_book() -> Scene:
    """The minibatch that every chapter looks at."""
    precise = example.gradients(torch.float64)
    return Scene(NETWORK, example.steps(), example.gradients(), precise, names.load().vocabulary)


SCENES = {NETWORK.name: of_the_book}


def numbers(equation: Callable[[Value], str], scene: Scene | None = None) -> dict:
    """All that the script needs. `equation` gives the rendered equation of a value's gradient, or nothing."""
    scene = scene or of_the_book()
    network, pool, found = scene.network, Pool(), {}
    for value in network.values:
        tensor, gradient = getattr(scene.values, value.name), getattr(scene.gradients, value.name)
        shape, letters = list(tensor.shape), list(graph.letters(value))
        found[value.name] = {"shape": shape, "letters": letters, "value": pool.heat(tensor)}
        if gradient is not None:
            zero = bool(getattr(scene.precise, value.name).abs().max() < SHRINKS * gradient.abs().max())
            found[value.name] |= {"gradient": pool.heat(gradient), "zero": zero}
        if html := equation(value):
            found[value.name] |= {"equation": html, "local": used(graph.local_names(network, value), html)}
    return {
        "sizes": graph.sizes(network, scene.values._asdict()), "values": found,
        "lookups": [list(lookup) for lookup in network.lookups],
        "characters": scene.vocabulary, "cells": pool.texts,
        "colours": {"signed": stops(GRADIENTS), "positive": stops(PROBABILITIES)},
    }


def used(local: dict[str, str], html: str) -> dict[str, str]:
    """The letters that stand in the equation, of which KaTeX keeps the source; a letter with a hat is another one."""
    tex = html.partition("<annotation")[2].partition("</annotation>")[0]
    return {letter: name for letter, name in local.items() if re.search(rf"(?<!hat )(?<![a-zA-Z\\]){letter}_", tex)}


def stops(colours: Colormap) -> list[str]:
    """A colour map at even steps."""
    return [to_hex(colours(step / (STOPS - 1))) for step in range(STOPS)]


def script(equation: Callable[[Value], str], scene: Scene | None = None) -> str:
    """The file: a script, and not JSON, because a page opened from a folder may load a script but no data."""
    return f"window.networkNumbers({json.dumps(numbers(equation, scene), separators=(',', ':'))});\n"
