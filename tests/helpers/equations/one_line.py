"""One line of a steps function by itself: every gradient that comes into it is random."""

import ast
import importlib
import inspect

import chapters
import torch
from cases import draw


def one_line(case, stem: str, gradient: str, seed: int, sizes) -> tuple[dict, dict, dict]:
    """The values, the gradients that come in with autograd's answer among them, and the code's answer.

    Autograd's answer adds up what the values that are made from this one directly send back, and nothing else.
    """
    inputs, *_ = draw(case, seed, sizes=sizes)
    name = gradient.removeprefix("d")
    given = dict(inspect.signature(case.op.forward_steps).parameters)
    given = dict(zip(given, inputs, strict=False)) | case.options
    leaves, made = forward(stem, given)
    generator = torch.Generator().manual_seed(seed)
    upstream = {key: torch.randn(value.shape, generator=generator, dtype=value.dtype) for key, value in made.items()}
    if "loss" in upstream:
        upstream["loss"] = torch.ones_like(upstream["loss"])  # the gradient of the loss is 1 in print
    sent = sum((made[key] * upstream[key]).sum() for key in made)
    (answer,) = torch.autograd.grad(sent, leaves[name])
    values = {key: value.detach() if isinstance(value, torch.Tensor) else value for key, value in leaves.items()}
    return values, upstream | {name: answer}, {name: backward(stem, gradient, values, upstream)}


def forward(stem: str, given: dict) -> tuple[dict, dict]:
    """Every value cut loose from what made it, and every value as it was made from those before it."""
    leaves = {name: loose(value) for name, value in given.items()}
    names = {**vars(importlib.import_module(f"handgrad.ops.{stem}")), **leaves, "B": len(next(iter(given.values())))}
    made = {}
    for statement in chapters.function_statements(f"{stem}.forward_steps"):
        run(statement, names)
        for name in assigned(statement):
            if names[name].is_floating_point():
                made[name] = names[name]
            leaves[name] = names[name] = loose(names[name])
    return leaves, made


def loose(value):
    """A leaf with the same numbers; what is no floating-point tensor stays."""
    return value.detach().clone().requires_grad_() if getattr(value, "is_floating_point", bool)() else value


def backward(stem: str, gradient: str, values: dict, upstream: dict) -> torch.Tensor:
    """What the package's statements make of the random gradients: all others are put back after each statement."""
    put_back = {f"d{name}": value for name, value in upstream.items() if f"d{name}" != gradient}
    names = {**vars(importlib.import_module(f"handgrad.ops.{stem}")), **values, **put_back}
    for statement in chapters.function_statements(f"{stem}.backward_steps"):
        run(statement, names)
        names.update({name: value.clone() for name, value in put_back.items()})
    return names[gradient]


def run(statement: ast.stmt, names: dict) -> None:
    exec(compile(ast.Module([statement], []), "<a line of the package>", "exec"), names)


def assigned(statement: ast.Assign) -> list[str]:
    return [node.id for target in statement.targets for node in ast.walk(target) if isinstance(node, ast.Name)]
