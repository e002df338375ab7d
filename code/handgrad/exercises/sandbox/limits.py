"""What the process of a check may not do: read the keyboard, write to the terminal, take all memory."""

import os
import signal
import sys
from typing import TextIO

MEMORY = 2 << 30
MEANING = {
    "SIGSEGV": "it touched memory that is not its own, or called itself without end",
    "SIGABRT": "a library gave up",
    "SIGKILL": "the system ended it, perhaps for want of memory",
    "SIGXCPU": "it used up its time",
    "SIGFPE": "an integer was divided by zero",
}


def redirect(printing: int) -> None:
    """Send what is printed, from Python and from C, to a file descriptor; give an empty standard input."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(printing, 1)
    os.dup2(printing, 2)
    # The parent's streams may be a test's or a notebook's, which know nothing of the descriptors.
    sys.stdin, sys.stdout, sys.stderr = stream(0, "r"), stream(1, "w"), stream(2, "w")


def stream(descriptor: int, mode: str) -> TextIO:
    """A text stream on a file descriptor; a line is sent on when it ends."""
    return os.fdopen(descriptor, mode, buffering=1, encoding="utf-8", errors="replace", closefd=False)


def flush() -> None:
    """Send on what was printed and not yet written; the reader's code may have closed or replaced the streams."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            continue


def restrict(limit: float) -> None:
    """Allow MEMORY more than is in use now, and little more processor time than the limit, where the system can.

    The parent stops what runs too long; should the parent be gone, this does.
    """
    try:
        import resource
    except ImportError:
        return
    lower(resource, resource.RLIMIT_CORE, 0)
    lower(resource, resource.RLIMIT_CPU, int(limit) + 60)
    used = address_space()
    if used:
        lower(resource, resource.RLIMIT_AS, used + MEMORY)


def lower(resource, which: int, most: int) -> None:
    """Lower a limit; one that is lower already stays."""
    soft, hard = resource.getrlimit(which)
    bounds = [most, *(bound for bound in (soft, hard) if bound != resource.RLIM_INFINITY)]
    resource.setrlimit(which, (min(bounds), hard))


def address_space() -> int:
    """The bytes of memory that this process has mapped, or 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def signal_name(number: int) -> str:
    """The name of a signal, with what it means."""
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    return f"{name} ({MEANING[name]})" if name in MEANING else name
