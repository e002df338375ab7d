"""The part of torch that the exercises need, in Python alone, for pages without anything installed.

Within it, an answer has torch's shape, type and error, and torch's value up to rounding; what is left out says so.
In a page the package is called torch. It is written for MicroPython too: there `1.0 / x` would call `__float__`,
so no tensor has it.
"""

import math

import browser.torch.nn.functional as functional
from browser.torch import (
    dtypes,
    elementwise,
    indexing,
    inplace,
    linalg,
    making,
    nn,
    pointwise,
    products,
    reductions,
    show,
    views,
)
from browser.torch.core import Tensor, number, result_type
from browser.torch.dtypes import (
    bfloat16,
    complex64,
    complex128,
    dtype,
    finfo,
    float16,
    float32,
    float64,
    int32,
    int64,
    uint8,
)
from browser.torch.errors import unsupported
from browser.torch.making import broadcast_tensors
from browser.torch.sizes import Size

bool = dtypes.bool_
long, int, double, float, cfloat, cdouble = int64, int32, float64, float32, complex64, complex128
inf, nan, pi, e = math.inf, math.nan, math.pi, math.e
strided = "strided"
FREE = {}
for _names in (
    elementwise.BINARY,
    pointwise.UNARY,
    pointwise.QUESTIONS,
    reductions.REDUCTIONS,
    reductions.PAIRS,
    views.VIEWS,
    indexing.PICKING,
    making.MAKING,
    making.BOTH,
    products.PRODUCTS,
    products.FREE,
):
    FREE.update(_names)
FREE.update(
    {
        "complex": pointwise.make_complex,
        "clamp_min": inplace.clamp_min,
        "clamp_max": inplace.clamp_max,
        "real": pointwise.real,
        "imag": pointwise.imag,
    }
)


class no_grad:
    """Nothing: there is no graph to keep out of."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def __call__(self, function):
        return function


inference_mode = no_grad


class Generator:
    """Left out: nothing is drawn in the page."""

    def __init__(self, *given):
        raise unsupported("torch.Generator")


def is_tensor(value):
    return isinstance(value, Tensor)


def numel(x):
    return x.numel()


def is_floating_point(x):
    return x.dtype.is_floating_point


def get_default_dtype():
    return float32


def broadcast_to(x, shape):
    return x.expand(shape)


def set_printoptions(**wanted):
    """Left out: all is printed as torch prints it when nothing was set."""


def __getattr__(name):
    if name in FREE:
        return FREE[name]
    if name[:2] == "__":
        raise AttributeError(name)
    raise unsupported(f"torch.{name}")


__all__ = [
    "Size",
    "Tensor",
    "bfloat16",
    "broadcast_tensors",
    "dtype",
    "finfo",
    "float16",
    "functional",
    "linalg",
    "nn",
    "number",
    "result_type",
    "show",
    "uint8",
]
