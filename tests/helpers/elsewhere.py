"""A device that is not the processor, for machines without one: numbers lie beside the processor's, and never mix.

Its tensors hold another tensor, on the processor, and hand each operation on to it. What torch refuses on any other
device it refuses here, and more: an operation may take no tensor of the processor, except to copy it. What it cannot
show is how another device rounds, what its library lacks, and how fast it is; for that there is `cuda`.

Torch must hear of a device before it has differentiated anything, and never forgets it. So this one exists only in
processes with VARIABLE in their environment, such as the one that test_elsewhere starts.
"""

import os

import pytest
import torch
from torch.utils._pytree import tree_map

NAME, VARIABLE = "elsewhere", "HANDGRAD_TEST_ELSEWHERE"
NAMES = ("cuda", NAME) if VARIABLE in os.environ else ("cuda",)
aten = torch.ops.aten
COPIES = {"copy_": aten.copy_.default, "_to_copy": aten._to_copy.default}
LIBRARIES = [torch.library.Library("_", "IMPL"), torch.library.Library("aten", "IMPL")]


def device(name):
    """The device of this name; the test is skipped where it cannot be had."""
    if name == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device here")
    return torch.device(name)


def begin():
    """Tell torch of the device; a process has it from then on."""
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    _setup_privateuseone_for_python_backend(NAME)
    anything, named = LIBRARIES
    anything.fallback(lambda operation, *args, **kwargs: carry_out(operation, args, kwargs), "PrivateUse1")
    # torch.tensor copies while torch's way to the line above is switched off.
    for name, operation in COPIES.items():
        named.impl(name, lambda *args, of=operation, **kwargs: carry_out(of, args, kwargs), "PrivateUse1")


class Elsewhere(torch.Tensor):
    """A tensor on the device; `here` holds its numbers."""

    def __new__(cls, here):
        made = torch.Tensor._make_wrapper_subclass(
            cls, here.shape, strides=here.stride(), storage_offset=here.storage_offset(), dtype=here.dtype,
            device=torch.device(NAME, 0))
        made.here = here
        return made

    __torch_function__ = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(cls, operation, types, args=(), kwargs=None):
        return carry_out(operation, args, kwargs or {})

    def __repr__(self, **options):
        return f"Elsewhere({self.detach().here})"


def carry_out(operation, args, kwargs):
    """What the operation gives for the numbers of these tensors; what it writes into stays the tensor that it was.

    Raises: RuntimeError if a tensor lies on another device.
    """
    known = {}

    def given(value):
        if isinstance(value, Elsewhere):
            known[id(value.here)] = value
            return value.here
        if isinstance(value, torch.Tensor) and operation not in COPIES.values():
            raise RuntimeError(f"{operation} takes tensors on one device, not on {value.device} and {NAME}")
        return torch.device("cpu") if isinstance(value, torch.device) else value

    def taken(value):
        if not isinstance(value, torch.Tensor):
            return value
        return known[id(value)] if id(value) in known else Elsewhere(value)

    leaves = kwargs.get("device")
    found = operation(*tree_map(given, args), **tree_map(given, kwargs))
    if operation is aten.copy_.default:
        return args[0]
    if operation is aten._to_copy.default and leaves is not None and leaves.type == "cpu":
        return found
    return tree_map(taken, found)


if VARIABLE in os.environ:
    begin()
