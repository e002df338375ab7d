"""The lines of the notebook this book grew from, in its own spelling, on its own minibatch.

Its parameters and its minibatch come from one seed. Its batchnorm gain and bias come from torch's global
generator, which it never seeds: its loss is one draw of the distribution that `losses` samples.
"""

from importlib.resources import files

import torch
import torch.nn.functional as F
from torch import Tensor

from handgrad.data import names
from handgrad.data.example import BATCH, GAIN_SEED, SEED
from handgrad.models import mlp

LETTERS = ".abcdefghijklmnopqrstuvwxyz"
EPS = 1e-5


def windows() -> names.Split:
    """The notebook's minibatch, from the windows kept in the package, `emm>a` for instance.

    Shapes: context (B, T); targets (B,).
    """
    kept = files("handgrad.studies.original_notebook").joinpath("minibatch.txt").read_text("ascii").split()
    codes = torch.tensor([[LETTERS.index(letter) for letter in window if letter != ">"] for window in kept])
    return names.Split(codes[:, :-1], codes[:, -1])


def draw(data: names.Data | None = None) -> tuple[mlp.Parameters, names.Split | None]:
    """The parameters and, from the same generator after them, the minibatch of `data`."""
    generator = torch.Generator().manual_seed(SEED)
    params = mlp.init(generator, torch.Generator().manual_seed(GAIN_SEED))
    if data is None:
        return params, None
    rows = torch.randint(0, len(data.train.context), (BATCH,), generator=generator)
    return params, names.Split(*(part[rows] for part in data.train))


def normalised(params: mlp.Parameters, context: Tensor) -> Tensor:
    """The notebook's forward pass, in its own spelling, as far as no gain and no bias has a part in it: xhat.

    Shapes: context (B, T); xhat (B, H).
    """
    n = len(context)
    emb = params.table[context]
    embcat = emb.view(n, -1)
    h_pre_bn = embcat @ params.W1 + params.b1
    bnmeani = 1 / n * h_pre_bn.sum(0, keepdim=True)
    bndiff = h_pre_bn - bnmeani
    bnvar = 1 / (n - 1) * (bndiff**2).sum(0, keepdim=True)
    return bndiff * (bnvar + EPS) ** -0.5


def forward(params: mlp.Parameters, context: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """The notebook's forward pass, logits and loss, ready for autograd.

    Shapes: context (B, T); targets (B,); logits (B, V); loss ().
    """
    h = torch.tanh(params.gamma * normalised(params, context) + params.beta)
    logits = (h @ params.W2 + params.b2).requires_grad_()
    # Spelled out in steps, as in book/cross_entropy.md, the same loss gives a maxdiff of other last digits.
    return logits, F.cross_entropy(logits, targets)


def dlogits(logits: Tensor, targets: Tensor) -> Tensor:
    """The notebook's one-line gradient of the loss with respect to the logits.

    Shapes: logits, result (B, V); targets (B,).
    """
    n = len(targets)
    grad = F.softmax(logits, 1)
    grad[range(n), targets] -= 1
    grad /= n
    return grad


def losses(context: Tensor, targets: Tensor, seeds: int = 2000) -> Tensor:
    """The loss for gain and bias drawn as after torch.manual_seed(0), (1), … (seeds − 1).

    Shapes: context (B, T); targets (B,); result (seeds,).
    Raises: ValueError if seeds is less than 2.
    """
    if seeds < 2:
        raise ValueError(f"a distribution needs at least 2 seeds, not {seeds}")
    params, _ = draw()
    xhat = normalised(params, context)
    drawn = torch.stack([gain_and_bias(seed, len(params.gamma)) for seed in range(seeds)])
    gamma, beta = drawn[:, :1], drawn[:, 1:]
    logits = torch.tanh(gamma * xhat + beta) @ params.W2 + params.b2
    rows = F.cross_entropy(logits.flatten(0, 1), targets.repeat(seeds), reduction="none")
    return rows.view(seeds, -1).mean(1)


def gain_and_bias(seed: int, H: int) -> Tensor:
    """The batchnorm gain and bias that the notebook draws after torch.manual_seed(seed).

    Shapes: result (2, H).
    """
    # A generator of its own gives the numbers of the global one, which stays as it was.
    generator = torch.Generator().manual_seed(seed)
    gain = torch.randn(H, generator=generator) * 0.1 + 1.0
    return torch.stack([gain, torch.randn(H, generator=generator) * 0.1])
