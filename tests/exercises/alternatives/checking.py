"""Right answers, spelled otherwise than the solutions, to the exercises of *How to trust a gradient*."""

import torch

from handgrad.check import differences


def central_slope__library(x, u, h):
    return differences.central(lambda z: (z**3).sum(1), x, u, h)


def central_slope__one_sum(x, u, h):
    return ((x + u * h).pow(3) - (x - u * h).pow(3)).sum(1) / 2 / h


def central_slope__loop(x, u, h):
    rows = []
    for row, along in zip(x, u, strict=True):
        up, down = sum((row + h * along) ** 3), sum((row - h * along) ** 3)
        rows.append((up - down) * 0.5 / h)
    return torch.stack(rows)


def in_roundoffs__library_norms(got, expected):
    infinite = torch.linalg.vector_norm(got - expected, torch.inf) / torch.linalg.vector_norm(expected, torch.inf)
    return 2 * infinite / torch.finfo(got.dtype).eps


def in_roundoffs__sorted(got, expected):
    worst = (expected - got).abs().flatten().sort().values[-1]
    return worst / expected.abs().amax((0, 1)) / (torch.finfo(got.dtype).eps * 0.5)


def strict_verdicts__allclose(got, first, second, third, fourth):
    eps = torch.finfo(got.dtype).eps
    found = torch.zeros(4, dtype=got.dtype)
    for i, reference in enumerate((first, second, third, fourth)):
        if reference.shape == got.shape:
            found[i] = float(torch.allclose(got, reference, rtol=0, atol=8 * eps * float(reference.abs().max())))
    return found


def strict_verdicts__worst_entry(got, first, second, third, fourth):
    def agrees(reference):
        if got.ndim != reference.ndim:
            return 0.0
        worst = (reference - got).abs().max() / reference.abs().max()
        return float(worst <= 8 * torch.finfo(got.dtype).eps)

    return got.new_tensor([agrees(first), agrees(second), agrees(third), agrees(fourth)])


def complex_slope__formula(x, u):
    below = x.sin() ** 3 + x.cos() ** 3
    slope = 3 * x.sin() ** 2 * x.cos() - 3 * x.cos() ** 2 * x.sin()
    return (x.exp() / below - x.exp() * slope / below**2) * u


def complex_slope__library(x, u):
    return differences.complex_step(lambda z: z.exp() / (z.sin() ** 3 + z.cos() ** 3), x, u)


def complex_slope__other_step(x, u):
    z = x + 1e-20j * u
    return (torch.exp(z) / (torch.sin(z) ** 3 + torch.cos(z) ** 3)).imag * 1e20
