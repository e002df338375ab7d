"""Where a few steps of training lead, and how far apart two ways of taking them may end.

Two correct programs differ by rounding alone. Each rounding is carried on by the steps after it, so that the
distance between the programs grows with the steps, by a factor that depends on network and data. The factor
cancels when one distance is held against another: the reference, autograd, in float32 and in float64 ends up
d apart, which is what float32's roundings of this very trajectory grow to. A correct program in float32 may
be about d away from the reference in float64; in float64, whose roundings are 2^29 times smaller, about
d / 2^29. "About" is the number of roundings that the program makes of a parameter where the reference makes
one.
"""

import inspect
from functools import cache
from importlib import import_module

import torch

from handgrad import names
from handgrad.ladder.autograd import EAGER
from handgrad.mlp import Parameters, init
from handgrad.training import minibatch

BATCH = 32
RATE = 0.1
# Unit roundoff of float64 over that of float32.
FINER = 2.0**-29
# Out of place a parameter is rounded once a step, as by the reference; what is left is the luck of the
# rounding, which the reference has as well. Over 140 runs of 1 to 20 steps the worst was 3.0.
PLAIN_ROUNDINGS = 4
# In place a parameter is rounded with every row of the minibatch that is added. The worst was 23.
INPLACE_ROUNDINGS = PLAIN_ROUNDINGS * BATCH


def follow(method, steps, dtype, hidden=64, seed=0):
    """The parameters after some steps on the book's names, and the losses on the way."""
    data = names.load()
    sizes = (len(data.vocabulary), data.train.context.shape[1], 10, hidden)
    params = init(torch.Generator().manual_seed(seed), None, sizes, dtype)
    generator = torch.Generator().manual_seed(seed + 1)
    work, losses = method.start(params, BATCH), []
    for _ in range(steps):
        work, loss = method.step(work, *minibatch(data.train, BATCH, generator), RATE)
        losses.append(loss)
    return method.finish(work), torch.stack(losses)


@cache
def reference(steps, dtype, **options):
    """Where autograd ends; many ways are held against each."""
    return follow(EAGER, steps, dtype, **options)[0]


def distances(one, other):
    """The largest difference in each parameter."""
    pairs = zip(one, other, strict=True)
    return Parameters(*((p.double() - q.double()).abs().max().item() for p, q in pairs))


def require_same_way(method, steps, dtype, roundings, **options):
    """Demand that a method ends where autograd ends, but for rounding; see the top of this file."""
    exact, rounded = reference(steps, torch.float64, **options), reference(steps, torch.float32, **options)
    got, _ = follow(method, steps, dtype, **options)
    scale = roundings * (FINER if dtype == torch.float64 else 1.0)
    allowed = distances(rounded, exact)
    for name, off, most in zip(Parameters._fields, distances(got, exact), allowed, strict=True):
        most = scale * most
        assert off <= most, f"{name} is {off:.2g} away from autograd's, allowed are {most:.2g}"


def mutant(module, function, old, new):
    """A function of the package with one piece of its source replaced."""
    module = import_module(f"handgrad.{module}")
    source = inspect.getsource(getattr(module, function))
    assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {function}"
    found = dict(vars(module))
    exec(source.replace(old, new), found)
    return found[function]
