"""The step as one C++ operator: no operation is started between two lines, and what is used again stays in the cache.

So the gradients stand in C++ once more, in cpp/. The operator takes many steps in a call and gathers the minibatches
itself; it is compiled when it is first used, and where that cannot be done `missing` says why.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.models.method import Method
from handgrad.models.mlp.model import Parameters
from handgrad.models.mlp.trace import EPS
from handgrad.models.mlp.workspace import up
from handgrad.speed.rungs import building

# Columns are padded to the longest vector of any processor, rows to the operator's tiles.
LANES, TALL = 16, 4
# Rows of which a core's cache holds all that belongs to them, with the two matrices, up to a thousand columns or so.
BLOCK = 32


class Work(NamedTuple):
    """What the operator moves, and its memory; the order in the lists is that of cpp/layers.h.

    params: table, W1, gamma, beta, W2 transposed and b2, padded: b2 with minus infinity, the others with zeros;
    memory: flat, x, d, h, logits, dflat, mean, rstd, dgamma, dbeta, dW1, dW2, db2, dtable;
    b1 is not used and given back.
    """

    params: list[Tensor]
    memory: list[Tensor]
    b1: Tensor
    sizes: tuple[int, int, int]


def missing(device: str) -> str:
    """Why the native step cannot be taken here, or nothing; the first call compiles it."""
    if device != "cpu":
        return "the native step is written for a processor, not for this device"
    try:
        building.load()
    except building.NativeError as error:
        return str(error)
    return ""


def padded(matrix: Tensor, rows: int = TALL, fill: float = 0.0) -> Tensor:
    """A copy with `fill` added, down to a multiple of `rows` and across to a multiple of LANES."""
    down, across = up(matrix.shape[0], rows), up(matrix.shape[1], LANES)
    copy = matrix.new_full((down, across), fill)
    copy[: matrix.shape[0], : matrix.shape[1]] = matrix
    return copy


def start(params: Parameters, batch: int, block: int = BLOCK) -> Work:
    """Pack the parameters and allocate the memory for minibatches of `batch` rows, taken in blocks of `block`.

    Raises: ValueError if `batch` is below 2 or `block` is no multiple of TALL; building.NativeError if the operator is
    not to be had.
    """
    if block < TALL or block % TALL:
        raise ValueError(f"a block has a multiple of {TALL} rows, not {block}")
    if batch < 2:
        raise ValueError(f"batch normalisation needs a batch of at least 2 rows, not {batch}")
    building.load()
    gamma, beta = (padded(p[None], 1)[0] for p in (params.gamma, params.beta))
    # A logit that is no letter's has probability 0: its bias says so, and the operator need not ask.
    b2 = padded(params.b2[None], 1, -torch.inf)[0]
    table = params.table.clone(memory_format=torch.contiguous_format)
    moved = [table, padded(params.W1), gamma, beta, padded(params.W2.t()), b2]
    (inputs, width), letters, rows = moved[1].shape, len(b2), up(batch, TALL)
    block = min(rows, block)
    # Over a single block nothing is summed but what it has: it moves W1 and W2 at once.
    sums = [moved[1].shape, moved[4].shape] if rows > block else [(0,), (0,)]
    shapes = [(rows, inputs), (rows, width), (rows, width), (block, width), (block, letters), (block, inputs)]
    memory = [gamma.new_zeros(shape) for shape in (*shapes, *[(width,)] * 4, *sums, b2.shape, table.shape)]
    return Work(moved, memory, params.b1.clone(), (*params.W1.shape, len(params.table)))


def block(work: Work, context: Tensor, targets: Tensor, rows: Tensor, rates: Tensor) -> tuple[Work, Tensor]:
    """Take a step for each line of `rows`, in the memory of `work`, which is also returned.

    Shapes: context (N, T); targets (N,); rows (S, B), numbers of windows; rates (S,), of float64; losses (S,).
    Raises: ValueError if a minibatch has not the shape that the memory was allocated for; RuntimeError if a row lies
    outside the windows, or a character that is met outside the vocabulary, in which case the steps before it are taken.
    """
    (TD, _, _), (height, _) = work.sizes, work.memory[0].shape
    if up(rows.shape[1], TALL) != height or context.shape[1] * work.params[0].shape[1] != TD:
        raise ValueError(f"this memory is for other minibatches than {rows.shape[1]} rows of {context.shape[1]}")
    losses = work.memory[-1].new_empty(len(rows))
    torch.ops.handgrad.steps(work.params, work.memory, context, targets, rows, rates, losses, EPS)
    return work, losses


def step(work: Work, context: Tensor, targets: Tensor, rate: float) -> tuple[Work, Tensor]:
    """Take one step, as the other methods do.

    Shapes: context (B, T); targets (B,); loss ().
    """
    windows, rows = (context.contiguous(), targets.contiguous()), torch.arange(len(targets))[None]
    work, losses = block(work, *windows, rows, torch.tensor([rate], dtype=torch.float64))
    return work, losses[0]


def finish(work: Work) -> Parameters:
    """Unpack the parameters.

    Shapes: as in mlp.Parameters.
    """
    TD, H, V = work.sizes
    table, W1, gamma, beta, W2, b2 = work.params
    parts = (table, W1[:TD, :H], work.b1, gamma[:H], beta[:H], W2[:V, :H].t().contiguous(), b2[:V])
    return Parameters(*(part.clone() for part in parts))


NATIVE = Method(start, step, finish, torch.inference_mode, block)
