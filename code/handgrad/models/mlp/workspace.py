"""The memory of the in-place step: parameters packed for it, constants, and room for every value."""

from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.values import EPS

# The columns of W2 are padded to a multiple of this: a product with 32 columns is faster than one with 27.
LANES = 16


class Workspace(NamedTuple):
    """The parameters as the steps want them, constants, and memory for every value on the way.

    Shapes: table (V, D); W1 (T·D, H); b1, gain, shift (H,); W2 (H+1, P), whose last row is b2 and whose
    columns from V on are padding; emb (B·T, D), the same memory as flat (B, T·D);
    pre_bn, doubled, dh (B, H); h_one (B, H+1), whose last column is ones, and h its other columns;
    mean, rstd (H,); logits, logprobs, dlogprobs, dlogits (B, P); dflat, demb and dtable as flat, emb and table;
    weights (B,); minus_one (). A name with _T is the transpose in the same memory; W2_T is without b2.
    """

    table: Tensor
    W1: Tensor
    b1: Tensor
    gain: Tensor
    shift: Tensor
    W2: Tensor
    W1_T: Tensor
    W2_T: Tensor
    flat: Tensor
    flat_T: Tensor
    emb: Tensor
    pre_bn: Tensor
    mean: Tensor
    rstd: Tensor
    doubled: Tensor
    h_one: Tensor
    h_one_T: Tensor
    h: Tensor
    logits: Tensor
    logprobs: Tensor
    dlogprobs: Tensor
    dlogits: Tensor
    dh: Tensor
    dflat: Tensor
    demb: Tensor
    dtable: Tensor
    weights: Tensor
    minus_one: Tensor
    unit: float
    eps: float


def start(params: Parameters, batch: int) -> Workspace:
    """Pack the parameters and allocate the memory for minibatches of `batch` rows.

    Shapes: as in Workspace; params as in mlp.Parameters.
    """
    (TD, H), D = params.W1.shape, params.table.shape[1]
    # The library's kernel divides by B, the book by B − 1: gain and eps take the ratio (book/batchnorm.md).
    ratio = (batch - 1) / batch
    unit = 2 * ratio**0.5
    W1, W2, memory = params.W1.clone(), packed(params.W2, params.b2), params.W1.new_empty
    flat, dflat, h_one = memory(batch, TD), memory(batch, TD), params.W1.new_ones(batch, H + 1)
    shapes = dict.fromkeys(("pre_bn", "doubled", "dh"), (batch, H))
    shapes |= dict.fromkeys(("logits", "logprobs", "dlogprobs", "dlogits"), (batch, W2.shape[1]))
    shapes |= dict.fromkeys(("mean", "rstd"), (H,)) | {"dtable": params.table.shape}
    return Workspace(
        table=params.table.clone(), W1=W1, b1=params.b1.clone(), W2=W2,
        gain=params.gamma * unit, shift=params.beta * 2,
        W1_T=W1.t(), W2_T=W2[:H].t(), h_one=h_one, h_one_T=h_one.t(), h=h_one[:, :H],
        flat=flat, flat_T=flat.t(), emb=flat.view(-1, D), dflat=dflat, demb=dflat.view(-1, D),
        weights=W1.new_full((batch,), -1 / batch), minus_one=W1.new_tensor(-1.0),
        unit=unit, eps=EPS * ratio, **{name: memory(shape) for name, shape in shapes.items()},
    )


def up(size: int, unit: int) -> int:
    """The next multiple of `unit` that is not smaller."""
    return -(-size // unit) * unit


def packed(W2: Tensor, b2: Tensor) -> Tensor:
    """W2 and b2 in one matrix, with columns added that no probability reaches.

    Shapes: W2 (H, V); b2 (V,); result (H+1, P).
    """
    H, V = W2.shape
    matrix = W2.new_zeros(H + 1, up(V, LANES))
    # The lowest finite number as bias gives probability 0; an infinite one would give NaN somewhere.
    matrix[:H, :V], matrix[H, :V], matrix[H, V:] = W2, b2, torch.finfo(W2.dtype).min
    return matrix


def finish(work: Workspace) -> Parameters:
    """Unpack the parameters.

    Shapes: as in mlp.Parameters.
    """
    H, V = work.W1.shape[1], len(work.table)
    W2, b2 = work.W2[:H, :V].clone(), work.W2[H, :V].clone()
    return Parameters(
        work.table.clone(), work.W1.clone(), work.b1.clone(),
        work.gain / work.unit, work.shift / 2, W2, b2,
    )
