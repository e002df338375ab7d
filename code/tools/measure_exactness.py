"""Measure which gradients equal autograd's with each set of kernels, and keep what came out.

    python code/tools/measure_exactness.py          write code/handgrad/exactness.json
    python code/tools/measure_exactness.py --here   print what this process's kernels give

torch chooses its kernels when it is loaded, so each set is measured in a process of its own.
"""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import torch

from handgrad.data import names
from handgrad.studies.bit_for_bit import exactness
from handgrad.support import digest

PLACE = Path(exactness.__file__).with_name(exactness.STORED)


def level(name: str) -> dict:
    """What one set of kernels gives; under `kernels` stands the set that torch took in fact, or would take.

    Raises: RuntimeError with what the process said if it failed.
    """
    if name in exactness.lacking():
        return {"kernels": torch.backends.cpu.get_cpu_capability().lower()}
    environment = os.environ | {"ATEN_CPU_CAPABILITY": name, "OMP_NUM_THREADS": "1"}
    environment.pop(names.VARIABLE, None)
    command = [sys.executable, __file__, "--here"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"measuring with the {name} kernels failed:\n{done.stderr}")
    return json.loads(done.stdout)


def measure() -> dict:
    """Everything that is kept."""
    levels = {name: level(name) for name in exactness.LEVELS}
    odd = [name for name, found in levels.items() if found["kernels"] != name]
    if odd:
        sys.exit(f"This processor lacks the kernels {', '.join(odd)}: measure on one that has all three.")
    return {
        "made_by": "code/tools/measure_exactness.py",
        "torch": torch.__version__,
        "machine": platform.machine(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "threads": 1,
        "names_sha256": digest.of_file(names.locate()),
        "order": exactness.ORDER,
        "levels": levels,
        "repeats": exactness.repeats(),
    }


def main(arguments: list[str]) -> int:
    """Print one set or write all; the exit status is not 0 if that failed."""
    if arguments == ["--here"]:
        print(json.dumps(exactness.here()))
        return 0
    if arguments or os.environ.get(names.VARIABLE):
        print(f"Run it without arguments and without {names.VARIABLE}: {__doc__}", file=sys.stderr)
        return 2
    PLACE.write_text(json.dumps(measure(), indent=1) + "\n", "ascii")
    print(f"Wrote {PLACE.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
