"""Where a measurement was made: a time means nothing without it."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

import torch

from handgrad import __version__


def environment(device: torch.device | None = None) -> dict[str, object]:
    """Device, processor, cores, threads, kernels and versions, for a person and for a program."""
    device = device or torch.device("cpu")
    return {
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else device.type,
        "processor": processor(), "cores": os.cpu_count(), "threads": torch.get_num_threads(),
        "kernels": torch.backends.cpu.get_cpu_capability(), "system": platform.system(),
        "python": platform.python_version(), "torch": torch.__version__, "handgrad": __version__,
        "compiler": compiler(),
    }


def processor() -> str:
    """The processor's name, as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    found = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(found, platform.processor() or platform.machine())


def compiler() -> str | None:
    """The first line with which the C++ compiler introduces itself, or None without one."""
    path = shutil.which(os.environ.get("CXX") or "c++")
    if not path:
        return None
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return said.partition("\n")[0] or None
