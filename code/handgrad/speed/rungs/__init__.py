"""The ladder: ways of taking the same step of training, from the notebook's loop to the hardware's floor.

Every rung is a models.method.Method, so every rung can train; two of them differ in rounding alone.
"""

from collections.abc import Callable
from typing import NamedTuple

from handgrad.models.method import Method
from handgrad.models.mlp.inplace import INPLACE
from handgrad.speed.rungs import compiled, native
from handgrad.speed.rungs.autograd import EAGER, TUNED
from handgrad.speed.rungs.manual import INDEX_ADD, LOOP
from handgrad.training.step import PLAIN

# Where a parameter is rounded once a step, as by eager autograd, what is left is the luck of the rounding, which eager
# autograd has as well. Over 140 runs of 1 to 20 steps and the rungs' runs of 1,000 the worst was 3.0.
ROUNDINGS = 4
# A product that adds to a parameter may do so row by row, as the library likes; of a minibatch of 32 it then rounds the
# parameter 32 times where eager autograd does once. torch.compile makes such products of a product and a sum. The worst
# of the same runs was 22, in float64.
INPLACE_ROUNDINGS = 32 * ROUNDINGS


class Rung(NamedTuple):
    """A way of taking a step: its name, what it is, the cost that it removes, and why it cannot be used here.

    roundings: how many times further than eager autograd in float32 it may end from eager autograd in float64, which
    agreement explains;
    missing(device) is given the kind of device, such as "cpu", and gives a sentence without its full stop, or nothing.
    """

    name: str
    title: str
    removes: str
    method: Method
    roundings: int = ROUNDINGS
    missing: Callable[[str], str] = lambda device: ""


class RungError(ValueError):
    """There is no such rung, or it cannot be used here; the message says what to do."""


RUNGS = (
    Rung("eager", "autograd, the notebook's forward pass", "nothing: this is what the others are held to", EAGER),
    Rung("tuned", "autograd of fused operations", "most of the small operations, and of the graph", TUNED),
    Rung("compiled-autograd", "the same through torch.compile", "the starting of operations one by one",
         compiled.COMPILED_AUTOGRAD, missing=compiled.missing),
    Rung("loop", "the notebook's manual loop", "the graph", LOOP),
    Rung("index-add", "the same with index_add_", "Python's loop over the characters", INDEX_ADD),
    Rung("clean", "the operations of this book", "about half of the notebook's operations", PLAIN),
    Rung("inplace", "preallocated, in place, with library kernels", "new memory, and the operations between products",
         INPLACE, INPLACE_ROUNDINGS),
    Rung("compiled", "the chapters' lines through torch.compile", "nearly all that Python does in a step",
         compiled.COMPILED, INPLACE_ROUNDINGS, compiled.missing),
    Rung("native", "one C++ operator for many steps", "nearly everything but arithmetic", native.NATIVE,
         missing=native.missing),
)
BASE = RUNGS[0]


def find(name: str, device: str = "cpu") -> Rung:
    """The rung of this name.

    Raises: RungError if there is none, or if it cannot be used on this device.
    """
    rung = next((rung for rung in RUNGS if rung.name == name), None)
    if rung is None:
        raise RungError(f"there is no rung {name!r}; there are {', '.join(rung.name for rung in RUNGS)}")
    reason = rung.missing(device)
    if reason:
        raise RungError(f"the rung {name} cannot be used here: {reason}")
    return rung
