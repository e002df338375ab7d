"""The third network, to be run: what is saved on the way forward is enough to go back."""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.ops import embedding, tanh

IGNORED = -1


class Settings(NamedTuple):
    """What decides a run."""

    steps: int = 50
    batch: int = 8
    rate: float = 1.0
    late_rate: float = 0.5
    D: int = 6
    seed: int = 3
    dtype: str = "float64"


class Parameters(NamedTuple):
    """Shapes: table (V, D); W_0, W_1 (D, D)."""

    table: Tensor
    W_0: Tensor
    W_1: Tensor


class Saved(NamedTuple):
    """Shapes: context, targets (B, T); past, gates one (B, T, D) for each block; out (B, T, D); probs (B·T, V)."""

    params: Parameters
    embedding: embedding.Saved
    targets: Tensor
    past: tuple[Tensor, ...]
    gates: tuple[Tensor, ...]
    out: Tensor
    probs: Tensor


def begin(settings, generator, V, context, targets, dtype):
    D = settings.D
    shapes = ((V, D), (D, D), (D, D))
    drawn = (torch.randn(*shape, generator=generator, dtype=torch.float64) / D**0.5 for shape in shapes)
    return Parameters(*(value.to(dtype) for value in drawn))


def places(x):
    return torch.arange(1, x.shape[1] + 1, device=x.device).view(-1, 1)


def hidden(params, context):
    """What comes out of the blocks, and what they need to go back."""
    x, saved = embedding.forward(params.table, context)
    past, gates = [], []
    for W in (params.W_0, params.W_1):
        past.append(x.cumsum(1) / places(x))
        gates.append(tanh.forward(past[-1] @ W)[0])
        x = x + gates[-1]
    return x, saved, tuple(past), tuple(gates)


def forward(params, context, targets):
    out, saved, past, gates = hidden(params, context)
    scores = (out @ params.table.T).flatten(0, 1)
    loss = F.nll_loss(scores.log_softmax(1), targets.flatten(), ignore_index=IGNORED)
    return loss, Saved(params, saved, targets, past, gates, out, scores.softmax(1))


def backward(dloss, saved):
    params, flat = saved.params, saved.targets.flatten()
    kept = (flat != IGNORED).unsqueeze(1)
    wanted = F.one_hot(flat.clamp(min=0), len(params.table))
    dscores = kept * (saved.probs - wanted) * (dloss / kept.sum())
    dtable = dscores.T @ saved.out.flatten(0, 1)
    dx, dW = (dscores @ params.table).view_as(saved.out), [None, None]
    for i in (1, 0):
        dmix = tanh.backward(dx, saved.gates[i])
        dW[i] = torch.einsum("btd,bte->de", saved.past[i], dmix)
        dpast = dmix @ params[1 + i].T / places(dx)
        dx = dx + dpast.flip(1).cumsum(1).flip(1)
    return Parameters(dtable + embedding.backward(dx, saved.embedding), *dW)


def score(params, statistics, context, targets):
    return forward(params, context, targets)[0], int((targets != IGNORED).sum())


def logits(params, statistics, context):
    return hidden(params, context)[0][:, -1] @ params.table.T


def window(params):
    return 5
