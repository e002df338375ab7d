"""The same text run with torch and with the torch of the page, and the two results held beside one another."""

import builtins
import sys

import torch

from browser import torch as pagetorch
from browser.torch import dtypes
from browser.torch.core import Tensor
from handgrad.check.comparison import tree
from handgrad.models import mlp
from handgrad.models.mlp import trace

TYPES = {
    "bool": torch.bool,
    "uint8": torch.uint8,
    "int32": torch.int32,
    "int64": torch.int64,
    "float32": torch.float32,
    "float64": torch.float64,
    "complex64": torch.complex64,
    "complex128": torch.complex128,
}
OURS = {theirs: getattr(dtypes, "bool_" if name == "bool" else name) for name, theirs in TYPES.items()}
# How far sums in another order may be apart, in units of the type's eps and of the largest entry.
ULPS = 64
# Of a number that was computed from tensors of float64.
EPS = sys.float_info.epsilon


class Elsewhere:
    """What stands in the place of handgrad in the page: two bundles and nothing else."""

    Steps, Parameters = trace.Steps, mlp.Parameters


def imported(name, globals=None, locals=None, fromlist=(), level=0):
    """`import` of the page: torch is the page's, and of handgrad there are two names."""
    if name == "torch" or name.startswith("torch."):
        module = pagetorch
        for part in name.split(".")[1:]:
            module = getattr(module, part)
        return module if fromlist else pagetorch
    if name in ("handgrad.models.mlp.trace", "handgrad.models.mlp.model"):
        return Elsewhere
    if name.split(".")[0] == "handgrad":
        raise ImportError(f"{name} is not in the page")
    return builtins.__import__(name, globals, locals, fromlist, level)


def run(text, ours):
    """The names that a text defines, with the page's torch or with torch."""
    names = {"__name__": "answer"}
    if ours:
        names["__builtins__"] = {**vars(builtins), "__import__": imported}
    exec(compile(text, "answer.py", "exec", dont_inherit=True), names)
    return names


def ported(value):
    """The same value with the page's tensors."""
    if isinstance(value, torch.Tensor):
        numbers = value.resolve_conj().flatten().tolist()
        return Tensor(numbers, tuple(value.shape), OURS[value.dtype])
    if isinstance(value, tuple):
        parts = [ported(part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


def outcome(function, arguments):
    """What a function gives, or the type and the text of what it raises."""
    try:
        return function(*arguments), None
    except Exception as error:
        return None, error


def largest(value):
    """The largest entry of a tensor, or of all tensors in a tuple."""
    if isinstance(value, (tuple, list)):
        return max(map(largest, value), default=0.0)
    if not isinstance(value, torch.Tensor) or not (value.is_floating_point() or value.is_complex()):
        return 0.0
    finite = value[value.isfinite()]
    return finite.abs().max().item() if finite.numel() else 0.0


def differ(ours, theirs, ulps=ULPS, size=None, eps=EPS):
    """What the two results do not have in common, in words, or nothing.

    ulps: how many units of the type's eps, times `size`, two numbers may be apart. size: by default the largest
        number of all results, since among them are sums whose terms cancel. eps: that of the tensors which a number
        was computed from; Python's own has no type to tell.
    """
    size = largest(theirs) if size is None else size
    if isinstance(theirs, torch.Tensor):
        return differ_tensors(ours, theirs, ulps, size)
    if isinstance(theirs, (tuple, list)):
        if not isinstance(ours, (tuple, list)) or len(ours) != len(theirs):
            return f"{ours} for {theirs}"
        pairs = zip(ours, theirs, strict=True)
        return next((found for pair in pairs if (found := differ(*pair, ulps, size, eps))), "")
    if isinstance(theirs, torch.dtype):
        return "" if str(ours) == str(theirs) else f"{ours} for {theirs}"
    if type(ours) is not type(theirs):
        return f"{type(ours)} for {type(theirs)}"
    same = ours == theirs or isinstance(theirs, float) and near(ours, theirs, ulps * eps)
    return "" if same else f"{ours} for {theirs}"


def near(ours, theirs, share):
    return abs(ours - theirs) <= share * abs(theirs) or ours != ours and theirs != theirs


def differ_tensors(ours, theirs, ulps, size):
    if not isinstance(ours, Tensor):
        return f"{type(ours)} for a tensor"
    if ours.shape != tuple(theirs.shape) or str(ours.dtype) != str(theirs.dtype):
        return f"{ours.shape} {ours.dtype} for {tuple(theirs.shape)} {theirs.dtype}"
    mine = torch.tensor(ours.flat(), dtype=theirs.dtype).reshape(theirs.shape)
    if torch.equal(mine, theirs):
        return ""
    if not (theirs.is_floating_point() or theirs.is_complex()):
        return f"{mine} for {theirs}"
    same = (mine == theirs) | (mine.isnan() & theirs.isnan())
    close = (mine - theirs).abs() <= ulps * torch.finfo(theirs.dtype).eps * max(size, torch.finfo(theirs.dtype).tiny)
    return "" if (same | close).all() else f"{mine} for {theirs}"


def copied(inputs):
    return tree(inputs, lambda t: t.clone())
