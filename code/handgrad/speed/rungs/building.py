"""Compile the native step once, and keep the library in the user's cache."""

import os
import platform
import shutil
import subprocess
from functools import cache
from pathlib import Path

import torch
from platformdirs import user_cache_path

from handgrad.support import digest
from handgrad.support.atomic_files import replacing

FOLDER = Path(__file__).parents[1] / "cpp"
# Not -ffast-math: it would let sums be reordered and NaN be taken for impossible. That a square root need not
# report an error in errno changes no number.
FLAGS = ("-std=c++20", "-O3", "-march=native", "-fno-math-errno", "-shared", "-fPIC")
SECONDS = 300


class NativeError(RuntimeError):
    """The native step cannot be had here; the message says why."""


def compiler() -> str:
    """The C++ compiler that torch would use for an extension.

    Raises: NativeError if there is none.
    """
    name = os.environ.get("CXX") or "c++"
    found = shutil.which(name)
    if not found:
        raise NativeError(f"the native step needs a C++ compiler, and there is no {name} here; "
                          "install one, or name it in CXX")
    return found


def sources() -> dict[str, str]:
    """The text of each of the operator's files, by its name."""
    files = (path for path in sorted(FOLDER.iterdir()) if path.suffix in {".h", ".cpp"})
    return {path.name: path.read_text(encoding="utf-8") for path in files}


@cache
def processor() -> str:
    """What decides which instructions a library for this processor may hold."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    wanted = ("model name", "flags", "Features", "CPU part")
    return "\n".join(sorted({line for line in lines if line.split("\t")[0].strip() in wanted}))


def told(wanted: list[str]) -> subprocess.CompletedProcess:
    """What the compiler says to this command.

    Raises: NativeError if it cannot be started, or does not end.
    """
    try:
        return subprocess.run(wanted, capture_output=True, text=True, errors="replace", check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise NativeError(f"{wanted[0]} was not done with the native step after {SECONDS} s") from error
    except OSError as error:
        raise NativeError(f"{wanted[0]} cannot be started ({error.strerror})") from error


def place(command: list[str]) -> Path:
    """Where the library of this source, compiler, torch and processor lies in the cache, built or not."""
    version = told([command[0], "--version"]).stdout
    parts = (*sources().values(), *command, version, torch.__version__, processor())
    return user_cache_path("handgrad") / f"native-{digest.of_bytes(chr(0).join(parts).encode())[:16]}.so"


def command() -> list[str]:
    """The command that compiles the library, without the place where it goes.

    Raises: NativeError if there is no compiler.
    """
    # It loads setuptools, which takes a while, and which nothing else here needs.
    from torch.utils import cpp_extension

    headers = [f"-isystem{path}" for path in cpp_extension.include_paths()]
    libraries = [f"-L{path}" for path in cpp_extension.library_paths()]
    return [compiler(), *FLAGS, *headers, str(FOLDER / "operator.cpp"), *libraries, "-ltorch_cpu"]


def library() -> Path:
    """The compiled library, out of the cache or built now, which takes some ten seconds.

    Raises: NativeError if it cannot be compiled or kept.
    """
    wanted = command()
    file = place(wanted)
    if not file.exists():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            build(wanted, file)
        except OSError as error:
            raise NativeError(f"the native step cannot be kept in {file.parent} ({error.strerror})") from error
    return file


def build(wanted: list[str], file: Path) -> None:
    """Compile into a file beside the one that is wanted, which it replaces when it is whole."""
    with replacing(file) as part:
        done = told([*wanted, "-o", str(part)])
        if done.returncode:
            first = next((line for line in done.stderr.splitlines() if "error" in line), "no reason given")
            raise NativeError(f"{wanted[0]} could not compile the native step: {first.strip()}")


@cache
def load() -> None:
    """Make the operator known to torch as torch.ops.handgrad.steps.

    Raises: NativeError.
    """
    file = library()
    try:
        torch.ops.load_library(file)
    except OSError as error:
        raise NativeError(f"{file} cannot be loaded; delete it, and it is built anew") from error
