"""The registry of operations: for each, sample inputs, a torch reference, and what is particular to it."""

from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.ops import batchnorm, cross_entropy, embedding, linear, softmax, tanh

EPS = 1e-5


class Sizes(NamedTuple):
    """Sizes that differ from one another, so that no transposed matrix fits by chance."""

    B: int = 7
    T: int = 3
    V: int = 11
    D: int = 4
    H: int = 5


class Case(NamedTuple):
    """draw(generator, dtype, sizes, scale) gives inputs; reference(*inputs) is torch's own forward."""

    id: str
    op: ModuleType
    draw: Callable[..., tuple]
    reference: Callable[..., Tensor]
    options: dict = {}

    def forward(self, *inputs):
        return self.op.forward(*inputs, **self.options)

    def forward_steps(self, *inputs):
        return self.op.forward_steps(*inputs, **self.options)


def normal(generator, dtype, *shape, scale=1.0):
    return torch.randn(*shape, generator=generator, dtype=torch.float64).mul(scale).to(dtype)


def integers(generator, high, *shape):
    """Integers among which the first two are equal, so that a repeated index is always there."""
    drawn = torch.randint(0, high, shape, generator=generator)
    drawn.view(-1)[1] = drawn.view(-1)[0]
    return drawn


def draw_cross_entropy(generator, dtype, sizes=Sizes(), scale=1.0):
    logits = normal(generator, dtype, sizes.B, sizes.V, scale=scale)
    return logits, integers(generator, sizes.V, sizes.B)


def draw_softmax(generator, dtype, sizes=Sizes(), scale=1.0):
    return (normal(generator, dtype, sizes.B, sizes.V, scale=scale),)


def draw_linear(generator, dtype, sizes=Sizes(), scale=1.0):
    x = normal(generator, dtype, sizes.B, sizes.D, scale=scale)
    return x, normal(generator, dtype, sizes.D, sizes.H), normal(generator, dtype, sizes.H)


def draw_tanh(generator, dtype, sizes=Sizes(), scale=1.0):
    return (normal(generator, dtype, sizes.B, sizes.H, scale=scale),)


def draw_batchnorm(generator, dtype, sizes=Sizes(), scale=1.0):
    """gamma and beta far from 1 and 0: a forgotten one must show."""
    x = normal(generator, dtype, sizes.B, sizes.H, scale=scale)
    return x, normal(generator, dtype, sizes.H) - 2.0, normal(generator, dtype, sizes.H) + 3.0


def draw_embedding(generator, dtype, sizes=Sizes(), scale=1.0):
    table = normal(generator, dtype, sizes.V, sizes.D, scale=scale)
    return table, integers(generator, sizes.V, sizes.B, sizes.T)


def batchnorm_reference(correction: int) -> Callable[..., Tensor]:
    """F.batch_norm divides by B; Bessel's variance is the same with gain and eps rescaled."""
    def reference(x, gamma, beta):
        B = x.shape[0]
        ratio = (B - correction) / B
        return F.batch_norm(x, None, None, gamma * ratio**0.5, beta, training=True, eps=EPS * ratio)
    return reference


CASES = (
    Case("cross_entropy", cross_entropy, draw_cross_entropy, F.cross_entropy),
    Case("softmax", softmax, draw_softmax, lambda logits: F.softmax(logits, 1)),
    Case("linear", linear, draw_linear, lambda x, W, b: F.linear(x, W.T, b)),
    Case("tanh", tanh, draw_tanh, torch.tanh),
    Case("batchnorm", batchnorm, draw_batchnorm, batchnorm_reference(1), {"eps": EPS, "correction": 1}),
    Case("batchnorm-biased", batchnorm, draw_batchnorm, batchnorm_reference(0),
         {"eps": EPS, "correction": 0}),
    Case("embedding", embedding, draw_embedding, lambda table, context: F.embedding(context, table)),
)
COMPOSITE = tuple(case for case in CASES if hasattr(case.op, "forward_steps"))


def draw(case, seed=0, dtype=torch.float64, sizes=Sizes(), scale=1.0):
    """Inputs, the output, what was saved, and a random upstream gradient."""
    generator = torch.Generator().manual_seed(seed)
    inputs = case.draw(generator, dtype, sizes, scale)
    y, saved = case.forward(*inputs)
    dy = torch.randn(y.shape, generator=generator, dtype=torch.float64).to(dtype)
    return inputs, y, saved, dy


def as_tuple(value) -> tuple:
    return value if type(value) is tuple else (value,)


def by_autograd(forward, inputs, dy) -> tuple:
    """The gradients of the floating-point inputs of `forward`, as autograd computes them."""
    leaves = [v.detach().clone().requires_grad_() if v.is_floating_point() else v for v in inputs]
    wanted = [v for v in leaves if v.requires_grad]
    return torch.autograd.grad(forward(*leaves), wanted, dy)
