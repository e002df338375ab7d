"""The floor under every step: its products alone, at the rate at which this machine multiplies large matrices."""

import time
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

# Large enough that starting the product and reading the matrices cost next to nothing, and small enough for the
# cache next to the core: of 256, 512, 1024 and 2048 no size was faster.
SIZE, PRODUCTS = 512, 10


def flops(batch: int, inputs: int, H: int, V: int) -> int:
    """Additions and multiplications in the six products of a step; book/speed.md counts them.

    batch: B; inputs: T·D; H, V: as everywhere.
    """
    return 6 * batch * H * (inputs + V)


def seconds_per_flop(device: torch.device) -> float:
    """What one addition or multiplication costs in a product of large matrices, measured now.

    Counted is the fastest of the products that torch has for the device.
    """
    generator = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, SIZE, SIZE, generator=generator).to(device)
    return min(seconds(multiply, device) for multiply in products(a, b)) / (2 * SIZE**3)


def products(a: Tensor, b: Tensor) -> list[Callable[[], Tensor]]:
    """The forms of a product that torch has for such matrices: one of them is the fastest on this processor.

    Shapes: a, b (SIZE, SIZE).
    """
    out = torch.empty_like(a)
    forms = [lambda: torch.mm(a, b, out=out)]
    if a.device.type == "cpu" and torch.backends.mkldnn.is_available():
        # On some AMD processors oneDNN is more than twice as fast as what torch.mm calls.
        rows, columns = a.to_mkldnn(), b.t().contiguous().to_mkldnn()
        forms.append(lambda: F.linear(rows, columns))
    return forms


def seconds(multiply: Callable[[], Tensor], device: torch.device) -> float:
    """What one call of it takes; the call before those that are measured prepares what is kept."""
    multiply()
    began = now(device)
    for _ in range(PRODUCTS):
        multiply()
    return (now(device) - began) / PRODUCTS


def now(device: torch.device) -> float:
    """Seconds, to be subtracted from others: on a processor those that this process has computed.

    What other programs take of the processor's time is not counted. On another device it is the time on the wall, once
    the device has done what it was given.
    """
    if device.type == "cpu":
        return time.process_time()
    torch.accelerator.synchronize(device)
    return time.perf_counter()
