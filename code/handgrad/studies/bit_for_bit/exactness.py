"""What the chapter *Bit for bit* measures, here and now, and what was measured before and kept."""

import json
from importlib.resources import files
from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.check.tolerance import ulp
from handgrad.data import example
from handgrad.studies.bit_for_bit import spellings
from handgrad.studies.bit_for_bit.spelled_lines import LINES, Spelling, scattered
from handgrad.studies.bit_for_bit.spellings import ORDER
from handgrad.studies.original_notebook import notebook_lines
from handgrad.support import digest

LEVELS = ("default", "avx2", "avx512")
TITLES = {"default": "no FMA", "avx2": "AVX2", "avx512": "AVX-512"}
STORED = "exactness.json"


def lacking() -> tuple[str, ...]:
    """The sets of kernels that this processor has not. Told to use one, torch would not look, and would be ended."""
    best = torch.backends.cpu.get_cpu_capability().lower()
    return LEVELS[LEVELS.index(best) + 1:] if best in LEVELS else LEVELS


def here() -> dict:
    """All that this process can say about one set of kernels, on one thread."""
    torch.set_num_threads(1)
    found = {name: spellings.exact(line.spelling, line.B) for name, line in LINES.items()}
    inputs = example.load()
    values = spellings.forward(Spelling(), *inputs)
    return {
        "kernels": torch.backends.cpu.get_cpu_capability().lower(),
        "exact": {name: "".join("01"[equal] for equal in row.values()) for name, row in found.items()},
        "dlogits": difference()._asdict(),
        "parameters": [bits(p) for p in inputs.params],
        "gradients": [bits(g) for g in spellings.backward(Spelling(), values).values()],
    }


class Difference(NamedTuple):
    """The notebook's dlogits against autograd: where they differ most, by how much, and what stands there."""

    maxdiff: float
    at: float
    last_place: float
    differ: int
    entries: int


def difference() -> Difference:
    """The notebook's comparison of dlogits, on its own minibatch."""
    params, _ = notebook_lines.draw()
    context, targets = notebook_lines.windows()
    logits, loss = notebook_lines.forward(params, context, targets)
    (truth,) = torch.autograd.grad(loss, logits)
    gaps = (notebook_lines.dlogits(logits.detach(), targets) - truth).abs()
    at = truth.flatten()[gaps.argmax()].item()
    last_place = ulp(at, torch.finfo(torch.float32).eps)
    return Difference(gaps.max().item(), at, last_place, int((gaps > 0).sum()), gaps.numel())


def repeats(B: int = 4096, runs: int = 30, threads: int = 2) -> dict:
    """How many different results the same gradients have in many runs, and sums of the same numbers.

    Returns: by value the number of different results, autograd's and at the end index_add's.
    """
    before = torch.get_num_threads()
    inputs = spellings.minibatch(B)
    numbers = torch.randn(1_000_000, generator=torch.Generator().manual_seed(1))
    try:
        torch.set_num_threads(1)
        alone = numbers.sum().item()
        torch.set_num_threads(threads)
        found = [spellings.truth(Spelling(), inputs) for _ in range(runs)]
        added = {bits(scattered(found[0]["emb"], inputs.context, 27)) for _ in range(runs)}
        together = numbers.sum().item()
    finally:
        torch.set_num_threads(before)
    different = {name: len({bits(run[name]) for run in found}) for name in ORDER}
    return {"B": B, "runs": runs, "threads": threads, "different": different, "index_add": len(added),
            "sums": [alone, together]}


def bits(values: Tensor) -> str:
    """A short name for the bits of a tensor."""
    return digest.of_bytes(values.detach().contiguous().numpy().tobytes())[:12]


def stored() -> dict:
    """What code/tools/measure_exactness.py measured: `levels` by name, `repeats`, and the provenance."""
    return json.loads(files("handgrad.studies.bit_for_bit").joinpath(STORED).read_text("ascii"))


def counts(measured: dict, name: str) -> list[int]:
    """How many of the 26 were exact in this spelling, one number a level."""
    return [measured["levels"][level]["exact"][name].count("1") for level in LEVELS]


def shared(measured: dict, kind: str, one: str, other: str) -> int:
    """How many `parameters` or `gradients` have the same bits at two levels."""
    pairs = zip(*(measured["levels"][level][kind] for level in (one, other)), strict=True)
    return sum(a == b for a, b in pairs)
