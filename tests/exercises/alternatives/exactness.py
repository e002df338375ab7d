"""Other right answers to the exercises of the chapter *Bit for bit*."""

import math

import torch


def in_last_places__one_by_one(got, truth):
    found = []
    for g, t in zip(got.flatten().tolist(), truth.flatten().tolist(), strict=True):
        found.append(abs(g - t) / 2.0 ** (math.frexp(t)[1] - 24))
    return torch.tensor(found, dtype=truth.dtype).view(truth.shape)


def in_last_places__logarithm(got, truth):
    below = 2 ** truth.abs().log2().floor()
    return (truth - got).abs() / below * 2**23


def second_rounding__product(h):
    wide = h.to(torch.float64)
    return (1.0 - h * h).to(torch.float64) - (1.0 - wide * wide).to(torch.float32).to(torch.float64)


def second_rounding__one_by_one(h):
    def rounded(number):
        return torch.tensor(number, dtype=torch.float64).float().item()

    found = [rounded(1 - rounded(y * y)) - rounded(1 - y * y) for y in h.tolist()]
    return torch.tensor(found, dtype=torch.float64)
