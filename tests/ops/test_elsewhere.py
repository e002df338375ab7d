"""Where there is no accelerator, the tests that need one are run on a device that stands in for it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import elsewhere
import pytest
import torch

pytestmark = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here, on which they run")
TESTS = Path(__file__).resolve().parents[1]
FILES = [path for path in sorted(TESTS.rglob("test_*.py"))
         if path != Path(__file__) and re.search(r"\baccelerator\b|elsewhere\.NAMES", path.read_text())]


def run(*arguments):
    """pytest, in a process that has the device."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]
    environment |= {elsewhere.VARIABLE: "1", "PYTHONPATH": str(TESTS)}
    return subprocess.run(command, cwd=TESTS.parent, env=environment, capture_output=True, text=True)


def test_operations_rungs_and_bench_on_a_device_that_stands_in_for_an_accelerator():
    found = run("-k", elsewhere.NAME, *FILES)
    assert found.returncode == 0, found.stdout + found.stderr
    assert {path.name for path in FILES} >= {"test_devices.py", "test_rungs.py", "test_bench.py"}


SLIP = """
import torch

def test_slip(accelerator):
    numbers = torch.ones(3, device=accelerator)
    assert (numbers + 1).sum().item() == 6
    numbers + torch.ones(3)
"""


def test_the_device_refuses_numbers_of_the_processor(tmp_path):
    (tmp_path / "test_slip.py").write_text(SLIP)
    found = run("-k", elsewhere.NAME, "--confcutdir", TESTS, "-c", TESTS.parent / "pyproject.toml",
                "-p", "conftest", tmp_path)
    assert found.returncode == 1 and "takes tensors on one device, not on cpu and elsewhere" in found.stdout
