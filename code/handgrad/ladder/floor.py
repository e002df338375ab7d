"""The floor under every step: its products alone, at the rate at which this machine multiplies large matrices."""

import time

import torch

# Large enough that starting the product and reading the matrices cost next to nothing, and small enough for the
# cache next to the core: of 256, 512, 1024 and 2048 no size was faster.
SIZE, PRODUCTS = 512, 10


def flops(batch: int, inputs: int, H: int, V: int) -> int:
    """Additions and multiplications in the six products of a step; book/speed.md counts them.

    batch: B; inputs: T·D; H, V: as everywhere.
    """
    return 6 * batch * H * (inputs + V)


def seconds_per_flop(device: torch.device) -> float:
    """What one addition or multiplication costs in a product of large matrices, measured now."""
    generator = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, SIZE, SIZE, generator=generator).to(device)
    product = torch.empty_like(a)
    began = now(device)
    for _ in range(PRODUCTS):
        torch.mm(a, b, out=product)
    return (now(device) - began) / (PRODUCTS * 2 * SIZE**3)


def now(device: torch.device) -> float:
    """Seconds, to be subtracted from others: on a processor those that this process has computed.

    What other programs take of the processor's time is not counted. On another device it is the time on the wall, once
    the device has done what it was given.
    """
    if device.type == "cpu":
        return time.process_time()
    torch.accelerator.synchronize(device)
    return time.perf_counter()
