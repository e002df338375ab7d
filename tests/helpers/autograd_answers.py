"""Answers that leave the work to autograd: their values are right, and a check refuses them."""

import torch
import torch.nn.functional as F

from handgrad.check.comparison import autograd
from handgrad.exercises import listing
from handgrad.models import mlp
from handgrad.models.mlp import trace

# The gradients in the order of the walk, from the loss to the table.
WALK = listing.find("mlp_backward").gives


def parameters_of(steps):
    return mlp.Parameters(*(getattr(steps, name) for name in mlp.Parameters._fields))


def pull(forward, x, upstream):
    """The gradient of `x` as autograd finds it: right, if not by hand."""
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad(forward(leaf), leaf, upstream)[0]


def batchnorm_dvar__autograd(dxhat, centered, var, eps):
    return pull(lambda v: centered / (v + eps).sqrt(), var, dxhat)


def batchnorm_backward__autograd(dy, x, gamma, eps):
    x, gamma = x.clone().requires_grad_(), gamma.clone().requires_grad_()
    beta = torch.zeros_like(gamma, requires_grad=True)
    y = gamma * (x - x.mean(0)) / (x.var(0) + eps).sqrt() + beta
    return torch.autograd.grad(y, (x, gamma, beta), dy)


def batchnorm_biased__autograd(dy, x, gamma, eps):
    return pull(lambda leaf: F.batch_norm(leaf, None, None, gamma, None, training=True, eps=eps), x, dy)


def complex_slope__autograd(x, u):
    leaf = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(leaf.exp() / (leaf.sin() ** 3 + leaf.cos() ** 3), leaf, torch.ones_like(x))
    return slope * u


def cross_entropy_backward__autograd(logits, targets):
    leaf = logits.clone().requires_grad_()
    F.cross_entropy(leaf, targets).backward()
    return leaf.grad


def mend_log_softmax__autograd(dlogprobs, logits):
    leaf = logits.clone().requires_grad_()
    (dlogits,) = torch.autograd.grad(F.log_softmax(leaf, 1), leaf, dlogprobs)
    return dlogits


def ignored_rows__autograd(logits, targets):
    leaf = logits.clone().requires_grad_()
    (dlogits,) = torch.autograd.grad(F.cross_entropy(leaf, targets, ignore_index=-1), leaf)
    return dlogits


def embedding_backward__autograd(demb, context, V):
    table = demb.new_zeros(V, demb.shape[2], requires_grad=True)
    return torch.autograd.grad(F.embedding(context, table), table, demb)[0]


def linear_square__autograd(dy, x, W):
    leaves = x.clone().requires_grad_(), W.clone().requires_grad_()
    return torch.autograd.grad(leaves[0] @ leaves[1] @ leaves[1], leaves, dy)


def mend_two_linears__autograd(dy, x, W1, W2):
    leaves = [value.clone().requires_grad_() for value in (x, W1, W2)]
    return torch.autograd.grad(leaves[0] @ leaves[1] @ leaves[2], leaves, dy)


def mlp_backward__autograd(dloss, steps):
    found = autograd(
        trace.forward_steps, parameters_of(steps), steps.context, steps.targets, upstream=dloss
    )
    return tuple(getattr(found, name[1:]) for name in WALK)


def mlp_parameters__autograd(dloss, steps):
    leaves = {name: getattr(steps, name).clone().requires_grad_() for name in mlp.Parameters._fields}
    loss = trace.forward_steps(mlp.Parameters(**leaves), steps.context, steps.targets).loss
    wanted = [leaves[name] for name in ("b2", "W2", "beta", "gamma", "b1", "W1", "table")]
    return torch.autograd.grad(loss, wanted, dloss)


def softmax_jacobians__jacobian(probs):
    return torch.stack([torch.autograd.functional.jacobian(torch.nn.Softmax(0), p.log()) for p in probs])


def cross_entropy_fused__autograd(logits, targets):
    leaf = logits.clone().requires_grad_()
    (dlogits,) = torch.autograd.grad(F.cross_entropy(leaf, targets), leaf)
    return dlogits


def soft_targets__autograd(logits, wanted):
    leaf = logits.clone().requires_grad_()
    (dlogits,) = torch.autograd.grad(F.cross_entropy(leaf, wanted), leaf)
    return dlogits


def mend_sharpened__autograd(dprobs, logits, sharpness):
    leaves = logits.clone().requires_grad_(), sharpness.clone().requires_grad_()
    return torch.autograd.grad((leaves[1] * leaves[0]).softmax(1), leaves, dprobs)


def mend_tanh_layer__autograd(dy, x, b):
    leaves = x.clone().requires_grad_(), b.clone().requires_grad_()
    return torch.autograd.grad((leaves[0] + leaves[1]).tanh(), leaves, dy)


def gelu_backward__autograd(dy, x):
    leaf = x.clone().requires_grad_()
    y = 0.5 * leaf * (1 + torch.tanh(0.8 * (leaf + 0.045 * leaf**3)))
    (dx,) = torch.autograd.grad(y, leaf, dy)
    return dx


def train_step__autograd(params, context, targets, rate):
    leaves = mlp.Parameters(*(p.clone().requires_grad_() for p in params))
    loss = mlp.forward(leaves, context, targets)[0]
    loss.backward()
    return *(p.detach() - rate * p.grad for p in leaves), loss.detach()


def train_step__optimiser(params, context, targets, rate):
    leaves = [p.clone().requires_grad_() for p in params]
    table, W1, b1, gamma, beta, W2, b2 = leaves
    x = F.embedding(context, table).flatten(1) @ W1 + b1
    h = torch.tanh(gamma * (x - x.mean(0)) / torch.sqrt(x.var(0) + 1e-5) + beta)
    loss = F.cross_entropy(h @ W2 + b2, targets)
    optimiser = torch.optim.SGD(leaves, lr=rate)
    loss.backward()
    optimiser.step()
    return *(p.detach() for p in leaves), loss.detach()


def evaluation_backward__autograd(dy, x, mean, var, gamma, eps):
    x, gamma = x.clone().requires_grad_(), gamma.clone().requires_grad_()
    beta = torch.zeros_like(gamma, requires_grad=True)
    y = F.batch_norm(x, mean[0], var[0], gamma, beta, training=False, eps=eps)
    return torch.autograd.grad(y, (x, gamma, beta), dy)


def fork_backward__autograd(dy, a):
    leaf = a.clone().requires_grad_()
    (da,) = torch.autograd.grad(leaf * leaf**2 + leaf**2, leaf, dy)
    return da


def outer_backward__jacobian(dy, u, v):
    du = torch.autograd.functional.jacobian(lambda left: torch.outer(left, v).flatten(), u).T @ dy.flatten()
    dv = torch.autograd.functional.jacobian(lambda right: torch.outer(u, right).flatten(), v).T @ dy.flatten()
    return du, dv


def packed_bias__autograd(dlogits, h, packed):
    leaves = h.clone().requires_grad_(), packed.clone().requires_grad_()
    logits = torch.cat([leaves[0], torch.ones(len(h), 1, dtype=h.dtype)], 1) @ leaves[1]
    dh, dpacked = torch.autograd.grad(logits, leaves, dlogits)
    return dh, dpacked[:-1], dpacked[-1]


def mend_descent__autograd(dlogits, x, h, W1, W2, rate):
    leaves = W1.clone().requires_grad_(), W2.clone().requires_grad_()
    dW1, dW2 = torch.autograd.grad((x @ leaves[0]).tanh() @ leaves[1], leaves, dlogits)
    return W1 - rate * dW1, W2 - rate * dW2
