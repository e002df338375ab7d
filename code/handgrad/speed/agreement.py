"""How far apart two ways of taking the same steps may end, and how far they do.

Two correct programs differ by rounding alone. Each rounding is carried on by the steps after it, so that the
distance between the programs grows with the steps, by a factor that depends on network and data. The factor
cancels when one distance is held against another: eager autograd in float32 and in float64 ends up d apart,
which is what float32's roundings of this very trajectory grow to. A correct program in float32 may be about d
away from eager autograd in float64; in float64, whose roundings are 2^29 times smaller, about d / 2^29. "About"
is the number of roundings that the program makes of a parameter where eager autograd makes one.
"""

from functools import cache

import torch
from torch import Tensor

from handgrad.data import names
from handgrad.models.method import Method
from handgrad.models.mlp.model import Parameters, init
from handgrad.speed.rungs.autograd import EAGER
from handgrad.training.loop import take

BATCH = 32
RATE = 0.1
# Unit roundoff of float64 over that of float32.
FINER = 2.0**-29


def follow(
    method: Method, steps: int, dtype: torch.dtype = torch.float32, hidden: int = 64, seed: int = 0, batch: int = BATCH
) -> tuple[Parameters, Tensor]:
    """The parameters after some steps on the book's names, and the losses on the way."""
    data = names.load()
    sizes = (len(data.vocabulary), data.train.context.shape[1], 10, hidden)
    params = init(torch.Generator().manual_seed(seed), None, sizes, dtype)
    generator = torch.Generator().manual_seed(seed + 1)
    # One by one also where a method could take many: it is the step that is compared.
    single = method._replace(block=None)
    work, losses = take(single, method.start(params, batch), data.train, batch, [RATE] * steps, generator)
    return method.finish(work), losses


@cache
def reference(steps: int, dtype: torch.dtype, **options) -> Parameters:
    """Where eager autograd ends; many ways are held against it."""
    return follow(EAGER, steps, dtype, **options)[0]


def distances(one: Parameters, other: Parameters) -> Parameters:
    """The largest difference in each parameter."""
    pairs = zip(one, other, strict=True)
    return Parameters(*((p.double() - q.double()).abs().max().item() for p, q in pairs))


def allowed(steps: int, dtype: torch.dtype, roundings: float, **options) -> Parameters:
    """How far each parameter may be from that of eager autograd in float64, at so many roundings for one."""
    exact, rounded = (reference(steps, kind, **options) for kind in (torch.float64, torch.float32))
    scale = roundings * (FINER if dtype == torch.float64 else 1.0)
    return Parameters(*(scale * d for d in distances(rounded, exact)))


def off(method: Method, steps: int, dtype: torch.dtype = torch.float32, **options) -> Parameters:
    """How far each parameter is from that of eager autograd in float64."""
    return distances(follow(method, steps, dtype, **options)[0], reference(steps, torch.float64, **options))


def worst(method: Method, steps: int, dtype: torch.dtype = torch.float32, **options) -> float:
    """The distance in units of what is allowed at one rounding, of the parameter for which it is largest."""
    pairs = zip(off(method, steps, dtype, **options), allowed(steps, dtype, 1, **options), strict=True)
    return max(found / most for found, most in pairs)
