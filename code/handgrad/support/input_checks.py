"""What the operations demand of their inputs, said in one sentence when it is missing."""

import torch
from torch import Tensor


def check_shape(
    name: str, value: Tensor, shape: tuple[int, ...], dtype: torch.dtype | None = None
) -> None:
    """Demand that the tensor called `name` has exactly this shape; no broadcasting.

    dtype: what it must hold as well; torch would promote float32 to float64 and say nothing.
    Raises: TypeError if value is no tensor or of another dtype, ValueError if its shape differs.
    """
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be a tensor, not {type(value).__name__}")
    if tuple(value.shape) != tuple(shape):
        raise ValueError(f"{name} has shape {tuple(value.shape)}, expected {tuple(shape)}")
    if dtype is not None and value.dtype != dtype:
        raise TypeError(f"{name} has dtype {value.dtype}, expected {dtype}")


def check_matrix(name: str, value: Tensor) -> tuple[int, int]:
    """Demand a floating-point matrix and return its two sizes.

    Raises: TypeError if value is no floating-point tensor, ValueError if it has not two axes.
    """
    if not isinstance(value, Tensor) or not value.is_floating_point():
        kind = value.dtype if isinstance(value, Tensor) else type(value).__name__
        raise TypeError(f"{name} must be a tensor of floating-point numbers, not {kind}")
    if value.ndim != 2:
        raise ValueError(f"{name} must have two axes, not the shape {tuple(value.shape)}")
    return value.shape[0], value.shape[1]


def check_same_dtype(**values: Tensor) -> None:
    """Demand one dtype of all values; torch would promote float32 to float64 and say nothing.

    Raises: TypeError naming the dtypes found.
    """
    if len({value.dtype for value in values.values()}) > 1:
        found = ", ".join(f"{name} {value.dtype}" for name, value in values.items())
        raise TypeError(f"all inputs must have one dtype, found {found}")


def check_indices(name: str, indices: Tensor, size: int) -> None:
    """Demand integers from 0 to size − 1; the message names the first one outside.

    Raises: TypeError if indices holds no such integers, IndexError if one lies outside.
    """
    if not isinstance(indices, Tensor) or indices.dtype not in (torch.int64, torch.int32):
        kind = indices.dtype if isinstance(indices, Tensor) else type(indices).__name__
        raise TypeError(f"{name} must hold integers, int64 or int32, not {kind}")
    outside = ((indices < 0) | (indices >= size)).nonzero()
    if len(outside):
        where = tuple(outside[0].tolist())
        value = indices[where].item()
        raise IndexError(f"{name}{list(where)} is {value}, outside the range 0 to {size - 1}")
