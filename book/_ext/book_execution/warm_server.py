"""A process that imports what the chapters need, once, and divides itself into a kernel whenever one is asked for.

warm_kernels starts it. Each line it reads is a request, the kernel's arguments and folder as JSON; the answer is a
line with the number of the kernel's process. It ends when nothing more can come.
"""

import gc
import importlib
import json
import os
import signal
import sys
from pathlib import Path

# As a kernel does on its start, too late for what is imported here.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")


def serve(modules: list[str]) -> None:
    """Import the modules, and answer requests; in the process of a kernel, return when that is shut down."""
    # What is written past Jupyter goes where errors go: the output is for the answers alone.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # A kernel would look for modules in this file's folder.
    sys.path.remove(str(Path(__file__).resolve().parent))
    for name in (*modules, "ipykernel.kernelapp"):
        importlib.import_module(name)
    # Ctrl-C goes to the build, which then closes the kernels; and nobody waits for a kernel's process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # What is there by now stays, and its memory is shared by all: the collector would write into it.
    gc.freeze()
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            return become(**json.loads(line))
        print(number, file=answers, flush=True)


def become(arguments: list[str], folder: str) -> None:
    """Be a kernel, as if started for itself in this folder, until it is shut down."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    sys.argv = ["ipykernel_launcher.py", *arguments]
    from ipykernel.kernelapp import IPKernelApp

    # With its parent's number it ends by itself when the parent does.
    IPKernelApp.launch_instance(argv=arguments, parent_handle=os.getppid())


if __name__ == "__main__":
    serve(sys.argv[1:])
