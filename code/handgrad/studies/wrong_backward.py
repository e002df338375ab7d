"""Two trainings side by side: the same start and the same minibatches, but another backward pass.

What is wrong is written out, and not asked of `check.mistakes`: that would compute every mistake at every step.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.data.batches import minibatch
from handgrad.data.names import Data
from handgrad.models import mlp
from handgrad.models.mlp.model import Parameters, Saved
from handgrad.ops import batchnorm, cross_entropy, linear, tanh
from handgrad.optim import sgd
from handgrad.training import evaluation
from handgrad.training.runs import Settings, begin, rate

Backward = Callable[[Tensor, Saved], Parameters]


class Run(NamedTuple):
    """Shapes: losses (steps,), each minibatch's before its step; params as in mlp.Parameters, after the last.

    dev is the loss of the development split, with the statistics of the training split.
    """

    losses: Tensor
    params: Parameters
    dev: float


@torch.inference_mode()
def run(data: Data, settings: Settings, backward: Backward = mlp.backward) -> Run:
    """Train with the gradients that `backward` gives; equal settings draw equal minibatches.

    Raises: as runs.begin.
    """
    start = begin(data, settings)
    params, losses = start.params, []
    generator = torch.Generator()
    generator.set_state(start.generator)
    for step in range(settings.steps):
        context, targets = minibatch(data.train, settings.batch, generator)
        loss, saved = mlp.forward(params, context, targets)
        gradients = backward(torch.ones_like(loss), saved)
        params = sgd.descend(params, gradients, rate(settings, step))
        losses.append(loss)
    statistics = mlp.calibrate(params, data.train.context)
    trained = evaluation.Trained(params, statistics, data.vocabulary)
    return Run(torch.stack(losses), params, evaluation.loss(trained, data.dev))


def without_slope(dloss: Tensor, saved: Saved) -> Parameters:
    """Wrong on purpose: the slope of tanh is forgotten, as if it were 1 everywhere.

    Shapes: dloss (); the results as in mlp.Parameters.
    """
    # The slope is made from the output, and is 1 where the output is 0.
    return mlp.backward(dloss, saved._replace(tanh=torch.zeros_like(saved.tanh)))


def with_dflat(dloss: Tensor, saved: Saved) -> Parameters:
    """Wrong on purpose: the gradient of flat stands where flat belongs, in the line for W1.

    Shapes: dloss (); the results as in mlp.Parameters.
    """
    right = mlp.backward(dloss, saved)
    dlogits = cross_entropy.backward(dloss, saved.cross_entropy)
    dh, _, _ = linear.backward(dlogits, saved.linear2)
    dpreact = tanh.backward(dh, saved.tanh)
    dpre_bn, _, _ = batchnorm.backward(dpreact, saved.batchnorm)
    dflat, _, _ = linear.backward(dpre_bn, saved.linear1)
    return right._replace(W1=dflat.T @ dpre_bn)


def with_moved_W2(dloss: Tensor, saved: Saved, rate: float) -> Parameters:
    """Wrong on purpose: dh is computed with a W2 that has made its step.

    Shapes: dloss (); the results as in mlp.Parameters. rate: of that step.
    """
    layer = saved.linear2
    dlogits = cross_entropy.backward(dloss, saved.cross_entropy)
    _, dW2, _ = linear.backward(dlogits, layer)
    return mlp.backward(dloss, saved._replace(linear2=layer._replace(W=layer.W - rate * dW2)))
