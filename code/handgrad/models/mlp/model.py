"""The network of the book: embedding, linear, batch normalisation, tanh, linear, cross-entropy."""

from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.ops import batchnorm, cross_entropy, embedding, linear, tanh


class Parameters(NamedTuple):
    """The parameters, or the gradients of the parameters.

    Shapes: table (V, D); W1 (T·D, H); b1, gamma, beta (H,); W2 (H, V); b2 (V,).
    """

    table: Tensor
    W1: Tensor
    b1: Tensor
    gamma: Tensor
    beta: Tensor
    W2: Tensor
    b2: Tensor


class Saved(NamedTuple):
    """What the operations saved on the way forward, in the order of the network."""

    embedding: embedding.Saved
    linear1: linear.Saved
    batchnorm: batchnorm.Saved
    tanh: Tensor
    linear2: linear.Saved
    cross_entropy: cross_entropy.Saved


def init(
    generator: torch.Generator,
    gains: torch.Generator | None = None,
    sizes: tuple[int, int, int, int] = (27, 3, 10, 64),
    dtype: torch.dtype = torch.float32,
) -> Parameters:
    """Draw parameters of which none is zero, so that no wrong gradient hides behind one.

    Shapes: as in Parameters; sizes is (V, T, D, H).
    gamma and beta come from `gains`, which may be a generator of its own, as in the notebook.
    """
    V, T, D, H = sizes

    def normal(source: torch.Generator, *shape: int) -> Tensor:
        # Drawn in float32 whatever the dtype, so that one seed gives one network.
        return torch.randn(*shape, generator=source, device=source.device).to(dtype)

    table = normal(generator, V, D)
    W1 = normal(generator, T * D, H) * (5 / 3) / (T * D) ** 0.5
    b1 = normal(generator, H) * 0.1
    W2 = normal(generator, H, V) * 0.1
    b2 = normal(generator, V) * 0.1
    gains = gains or generator
    gamma = normal(gains, H) * 0.1 + 1.0
    beta = normal(gains, H) * 0.1
    return Parameters(table, W1, b1, gamma, beta, W2, b2)


def forward(params: Parameters, context: Tensor, targets: Tensor) -> tuple[Tensor, Saved]:
    """Forward, fused operations: the loss, and what backward needs.

    Shapes: context (B, T); targets (B,); loss ().
    Raises: as the operations.
    """
    table, W1, b1, gamma, beta, W2, b2 = params
    emb, saved_embedding = embedding.forward(table, context)
    pre_bn, saved_linear1 = linear.forward(emb.flatten(1), W1, b1)
    preact, saved_batchnorm = batchnorm.forward(pre_bn, gamma, beta)
    h, saved_tanh = tanh.forward(preact)
    logits, saved_linear2 = linear.forward(h, W2, b2)
    loss, saved_cross_entropy = cross_entropy.forward(logits, targets)
    return loss, Saved(
        saved_embedding, saved_linear1, saved_batchnorm, saved_tanh, saved_linear2, saved_cross_entropy
    )


def backward(dloss: Tensor, saved: Saved) -> Parameters:
    """Backward, fused operations: the gradients of the parameters.

    Shapes: dloss (); the gradients as in Parameters.
    """
    dlogits = cross_entropy.backward(dloss, saved.cross_entropy)
    dh, dW2, db2 = linear.backward(dlogits, saved.linear2)
    dpreact = tanh.backward(dh, saved.tanh)
    dpre_bn, dgamma, dbeta = batchnorm.backward(dpreact, saved.batchnorm)
    dflat, dW1, db1 = linear.backward(dpre_bn, saved.linear1)
    demb = dflat.view(*saved.embedding.context.shape, saved.embedding.D)
    dtable = embedding.backward(demb, saved.embedding)
    return Parameters(dtable, dW1, db1, dgamma, dbeta, dW2, db2)
