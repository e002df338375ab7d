"""Running code under another set of torch's CPU kernels, in a process of its own."""

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from handgrad.studies.bit_for_bit.exactness import lacking

ROOT = Path(__file__).resolve().parents[2]
# With fused multiply-adds and without: the two ways in which a processor rounds.
LEVELS = ("default", "avx2")
every_level = pytest.mark.parametrize("level", LEVELS)
PREAMBLE = """
import torch
torch.set_num_threads(1)
print(torch.backends.cpu.get_cpu_capability())
"""


def require(level: str) -> None:
    """Skip the test where the processor lacks the kernels of this level."""
    if platform.machine() not in ("x86_64", "AMD64"):
        pytest.skip(f"the levels are those of x86 processors, this is {platform.machine()}")
    if level in lacking():
        best = torch.backends.cpu.get_cpu_capability().lower()
        pytest.skip(f"this processor has no {level} kernels, torch runs {best}")


def run(level: str, code: str) -> str:
    """What `code` prints with the kernels of this level; skips the test where the processor lacks them."""
    require(level)
    path = os.pathsep.join([str(ROOT / "code"), str(Path(__file__).parent)])
    environment = {**os.environ, "ATEN_CPU_CAPABILITY": level, "PYTHONPATH": path}
    command = [sys.executable, "-c", PREAMBLE + code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found, _, output = done.stdout.partition("\n")
    assert found.lower() == level
    return output.strip()
