"""Right answers, spelled otherwise than the solutions, to the exercises of the chapter on tanh."""

import torch


def tanh_backward__fused(dy, y):
    return torch.addcmul(torch.ones_like(y), y, y, value=-1) * dy


def tanh_backward__product(dy, y):
    return dy * (1 - y) * (1 + y)


def tanh_backward__difference(dy, y):
    return dy - dy * y.square()


def tanh_backward__kernel(dy, y):
    return torch.ops.aten.tanh_backward(dy, y)


def sigmoid_backward__square(dy, y):
    return dy * (y - y * y)


def sigmoid_backward__by_tanh(dy, y):
    return (1 - (2 * y - 1) ** 2) / 4 * dy


def sigmoid_backward__kernel(dy, y):
    return torch.ops.aten.sigmoid_backward(dy, y)


def tanh_tail__hyperbolic_cosine(dy, x):
    return torch.where(x.abs() < 40, dy / x.clamp(-40, 40).cosh() ** 2, 4 * torch.exp(-2 * x.abs()) * dy)


def tanh_tail__sigmoids(dy, x):
    return 4 * torch.sigmoid(2 * x) * torch.sigmoid(-2 * x) * dy


def tanh_tail__quotient(dy, x):
    far = x.abs()
    return 4 / (far.exp() + (-far).exp()) ** 2 * dy


def rsqrt_backward__products(dy, y):
    return dy * y * y * y * -0.5


def rsqrt_backward__from_the_input(dy, y):
    x = y**-2
    return -0.5 * x**-1.5 * dy


def rsqrt_backward__root_and_reciprocal(dy, y):
    root = 1 / y
    droot = -(y**2) * dy
    return droot / (2 * root)


def mend_tanh_layer__one_line(dy, x, b):
    dx = dy * (1 - torch.tanh(x + b).pow(2))
    return dx, torch.einsum("bh->h", dx)


def mend_tanh_layer__cosine(dy, x, b):
    dx = dy / torch.cosh(x + b) ** 2
    return dx, torch.ones(1, len(dx), dtype=dx.dtype).mm(dx).view(-1)


def gelu_backward__sigmoid(dy, x):
    s = torch.sigmoid(1.6 * x + 0.072 * x**3)
    return (s + x * s * (1 - s) * (1.6 + 0.216 * x**2)) * dy


def gelu_backward__line_by_line(dy, x):
    cube = x**3
    inner = 0.8 * (x + 0.045 * cube)
    h = inner.tanh()
    half = 0.5 * x
    dhalf, dh = dy * (1 + h), dy * half
    dinner = dh * (1 - h * h)
    dcube = dinner * 0.8 * 0.045
    dx = dcube * 3 * x * x
    dx += dinner * 0.8
    dx += 0.5 * dhalf
    return dx
