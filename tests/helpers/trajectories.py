"""Where a few steps of training lead, held against autograd; handgrad.speed.agreement says by which bound."""

import inspect
from importlib import import_module

from handgrad.models.mlp.model import Parameters
from handgrad.speed.agreement import FINER, allowed, distances, follow, off
from handgrad.speed.rungs import INPLACE_ROUNDINGS, ROUNDINGS
from handgrad.speed.rungs.autograd import EAGER

# What the tests of the steps take from here.
__all__ = ["EAGER", "FINER", "INPLACE_ROUNDINGS", "distances", "follow", "mutant", "require_same_way"]


def require_same_way(method, steps, dtype, roundings=ROUNDINGS, **options):
    """Demand that a method ends where autograd ends, but for rounding."""
    found, most = off(method, steps, dtype, **options), allowed(steps, dtype, roundings, **options)
    for name, distance, bound in zip(Parameters._fields, found, most, strict=True):
        assert distance <= bound, f"{name} is {distance:.2g} away from autograd's, allowed are {bound:.2g}"


def mutant(module, function, old, new):
    """A function of the package with one piece of its source replaced."""
    module = import_module(f"handgrad.{module}")
    source = inspect.getsource(getattr(module, function))
    assert source.count(old) == 1, f"{old!r} stands {source.count(old)} times in {function}"
    found = dict(vars(module))
    exec(source.replace(old, new), found)
    return found[function]
