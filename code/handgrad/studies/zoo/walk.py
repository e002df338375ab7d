"""Every gradient that a broken backward pass makes on its way, on the minibatch of the book."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.check.comparison import judge, named
from handgrad.data import example
from handgrad.models import mlp
from handgrad.models.mlp.model import Parameters
from handgrad.studies.zoo import step
from handgrad.studies.zoo.bugs import BUGS, Bug
from handgrad.studies.zoo.step import Values


class Walk(NamedTuple):
    """Gradients in the order in which the backward pass makes them.

    Shapes: logits (B, V); h, preact, pre_bn (B, H); flat (B, T·D); the parameters as in mlp.Parameters.
    """

    logits: Tensor
    h: Tensor
    W2: Tensor
    b2: Tensor
    preact: Tensor
    gamma: Tensor
    beta: Tensor
    pre_bn: Tensor
    flat: Tensor
    W1: Tensor
    b1: Tensor
    table: Tensor


class Scene(NamedTuple):
    """The minibatch of the book, its forward pass, and the gradients that autograd makes of it.

    Shapes: params and right as in mlp.Parameters; context (B, T); targets (B,); loss ().
    """

    params: Parameters
    context: Tensor
    targets: Tensor
    loss: Tensor
    values: Values
    right: Parameters


@cache
def scene(dtype: torch.dtype = torch.float64) -> Scene:
    """The minibatch, and autograd's answer to it."""
    params, context, targets = example.load(dtype)
    loss, values = step.forward(params, context, targets)
    leaves = Parameters(*(p.clone().requires_grad_() for p in params))
    again, _ = mlp.forward(leaves, context, targets)
    return Scene(params, context, targets, loss, values, Parameters(*torch.autograd.grad(again, leaves)))


def walk(bug: Bug | None = None, dtype: torch.dtype = torch.float64) -> Walk:
    """The gradients of a broken backward pass; without a bug, the right ones.

    Raises: as step.source.
    """
    seen = scene(dtype)
    inside = insides(bug)(seen.params, seen.values)
    end = inside["found"]._asdict()
    return Walk(*(end[name] if name in end else inside[f"d{name}"] for name in Walk._fields))


def insides(bug: Bug | None) -> Callable[[Parameters, Values], dict[str, Tensor]]:
    """The function `gradients`, broken, but handing out all that it computes and, as `found`, its result."""
    text = step.source(bug).replace("return Parameters(", "found = Parameters(")
    scope = vars(step) | {}
    exec(compile(f"{text.rstrip()}\n    return locals()\n", "<walk>", "exec"), scope)
    return scope["gradients"]


def by_name(name: str) -> Bug:
    """The bug of that name.

    Raises: ValueError naming all bugs if there is none.
    """
    for bug in BUGS:
        if bug.name == name:
            return bug
    raise ValueError(f"there is no bug called {name!r}; choose one of: {', '.join(bug.name for bug in BUGS)}")


def sizes(dtype: torch.dtype = torch.float64) -> dict[str, Tensor]:
    """For `checking.compare`: the terms that cancel in the gradient of b1, whose true value is zero.

    Shapes: (H,).
    """
    return {"b1": walk(None, dtype).pre_bn.abs().sum(0)}


def off(wrong: Walk) -> dict[str, float]:
    """The gradients that differ from the right ones by more than rounding, and by how much.

    The number is the norm of the error over that of the right gradient. That of b1 is zero, and its error
    is measured against the terms that cancel in it.
    """
    right, exact = walk(None, wrong.logits.dtype), sizes(wrong.logits.dtype)
    # A wrong factor makes the terms larger, and their rounding with them.
    terms = {name: torch.maximum(size, wrong.pre_bn.abs().sum(0)) for name, size in exact.items()}
    lengths = named(right) | exact
    return {row.name: (getattr(wrong, row.name) - getattr(right, row.name)).norm().item()
            / lengths[row.name].norm().item()
            for row in judge(wrong, right, terms) if not row.agrees}


def whole(gradients: Parameters) -> Tensor:
    """All gradients of the parameters in one row.

    Shapes: gradients as in mlp.Parameters; the result (N,), N the number of parameters.
    """
    return torch.cat([dp.flatten() for dp in gradients])


def error(bug: Bug) -> tuple[float, float]:
    """How far a wrong gradient is off: the norm of the error over that of the right gradient, and the cosine.

    Both are of all parameters together, on the minibatch of the book, in float64.
    """
    seen = scene()
    wrong, right = whole(step.broken(bug)(seen.params, seen.values)), whole(seen.right)
    relative = (wrong - right).norm() / right.norm()
    return relative.item(), F.cosine_similarity(wrong, right, dim=0).item()
