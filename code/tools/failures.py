"""One clear sentence for whatever stops the set-up of the environment: what was wrong, and what to do."""

import errno
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / ".set-up.log"
AGAIN = "then run the same command again"
DISK_FULL = ("No space left on device", "Disk quota exceeded")
# pip warns of every failed connection; it gives an index up after the one that leaves no retries.
NO_NETWORK = ("Retry(total=0,", "Max retries exceeded", "Read timed out", "Connection aborted")
# Both commands were tried with these and with what lies between.
OLDEST, NEWEST = (3, 11), (3, 14)
# The environment took 1.4 GB with the CPU build of torch and 5.4 GB with the one that has CUDA. While pip unpacks
# that, the archives lie beside it, 2.6 GB in the folder for temporary files and as much again in pip's cache.
GIGABYTES, WITH_CUDA = 2.5, 11


def say(text):
    """Print at once, also where the output is a file."""
    print(text, flush=True)


def check_python():
    """Stop if this Python is too old, and say so if it is newer than those tried."""
    found = "{}.{}".format(*sys.version_info[:2])
    if sys.version_info[:2] < OLDEST:
        sys.exit(
            "The book needs Python {}.{} or newer, and {} is Python {}: install a newer one "
            "and name it, for example `make site PYTHON=python3.11`.".format(*OLDEST, sys.executable, found)
        )
    if sys.version_info[:2] > NEWEST:
        tried = "{}.{} to {}.{}".format(*OLDEST, *NEWEST)
        say(f"This is Python {found}; the versions in requirements.txt were tried with {tried}.")


def check_disk():
    """Stop if there is too little room for any environment, and say so if there is too little for torch with CUDA."""
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < GIGABYTES:
        sys.exit(
            f"The environment needs {GIGABYTES} GB, and the disk with {ROOT} has {free:.1f} GB free: "
            f"make room, {AGAIN}."
        )
    # Which build pip will find is not known before it looks, so this is no reason to stop.
    if free < WITH_CUDA and platform.system() == "Linux":
        say(
            f"The disk has {free:.1f} GB free, which is enough for the CPU build of torch; "
            "the one with CUDA, which the package index serves on Linux, "
            f"needs up to {WITH_CUDA} GB (README.md says how to choose)."
        )


def command(purpose, *arguments):
    """Run a command, what it prints into the log; stop with one sentence if it fails."""
    lines = []
    # Kept in memory too: on a full disk the log could not say that the disk is full.
    with LOG.open("w", encoding="utf-8") as log, subprocess.Popen(
        arguments, cwd=str(ROOT), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace",
    ) as process:
        for line in process.stdout:
            lines.append(line)
            log.write(line)
    if process.returncode:
        sys.exit(f"{sentence(purpose, ''.join(lines))} (The whole output is in {LOG.name}.)")


def sentence(purpose, text):
    """What went wrong and what to do, from what pip printed."""
    if any(sign in text for sign in DISK_FULL):
        return disk_full(purpose)
    if any(sign in text for sign in NO_NETWORK):
        return (
            f"Could not {purpose}, because pip cannot reach its package index: check the network and "
            f"pip's settings (`pip config list`), {AGAIN}; what is installed is kept."
        )
    wanted = re.search(r"No matching distribution found for (\S+)", text)
    if wanted:
        system = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
        return (
            f"Could not {purpose}, because pip found no {wanted.group(1)} for {system}: try the Python that "
            "the book was made with (`make site PYTHON=python3.11`), or another package index."
        )
    return f"Could not {purpose}: {last_error(text)}"


def last_error(text):
    """The last line that calls itself an error, or else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or lines or ["it failed without a word"])[-1]


def disk_full(purpose):
    """The sentence for a disk that filled up on the way."""
    return (
        f"Could not {purpose}, because the disk is full: make room where {ROOT} lies and where pip unpacks "
        f"(the folder for temporary files), {AGAIN}."
    )


def of_system(error):
    """The sentence for an error of the operating system in the set-up itself."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full("finish the environment")
    return f"Could not finish the environment: {error}"
