"""Kernels that need not import what the chapters need: they are divided off a process that has done it.

To start Python and to import torch and matplotlib is half of what an average chapter takes. warm_server does it once
for all of them. A kernel is still a process of its own, in which nothing of another chapter is left.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from sphinx.errors import ExtensionError

SERVER = Path(__file__).with_name("warm_server.py")
# From other packages only: what a chapter forgets to import of the book's own must be missed.
MODULES = ("torch", "matplotlib.figure", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg")


class Kernel:
    """The process of a kernel, as far as jupyter_client asks for it; it is not a child of this process."""

    stdin = stdout = stderr = None

    def __init__(self, number: int):
        self.pid = number

    def poll(self) -> int | None:
        """None as long as it runs; how it ended is not known."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    def wait(self) -> int:
        return 0

    def send_signal(self, number: int) -> None:
        # It may have ended since it was last asked.
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Server:
    """The process that kernels are divided off."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, SERVER, *MODULES], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.lock = threading.Lock()

    def divide(self, arguments: list[str], folder: str) -> Kernel:
        """A new kernel.

        Raises: ExtensionError if the process has ended.
        """
        with self.lock:
            try:
                print(json.dumps({"arguments": arguments, "folder": folder}), file=self.process.stdin, flush=True)
                return Kernel(int(self.process.stdout.readline()))
            except (OSError, ValueError) as error:
                raise ExtensionError("no kernel could be started: what is shown above ended their process") from error

    def close(self) -> None:
        # If the process has ended, what it did not read is lost, and divide has said so.
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@contextmanager
def manager() -> Iterator[type[AsyncKernelManager]]:
    """The class that starts kernels for nbclient: from one warm process, where a process can be divided with torch.

    On Linux alone: elsewhere system libraries do not bear it, or there is no such thing.
    """
    if sys.platform != "linux":
        yield AsyncKernelManager
        return
    server = Server()

    class Divided(LocalProvisioner):
        async def launch_kernel(self, cmd, **options):
            # cmd is Python, its options, -m, a module and the kernel's arguments.
            self.process = server.divide(cmd[cmd.index("-m") + 2:], str(options["cwd"]))
            # It leads a group: what its cells have started is signalled with it.
            self.pid = self.pgid = self.process.pid
            self.cwd = options["cwd"]
            return self.connection_info

    class Warm(AsyncKernelManager):
        async def _async_pre_start_kernel(self, **options):
            if self.provisioner is None:
                self.provisioner = Divided(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
            return await super()._async_pre_start_kernel(**options)

    try:
        yield Warm
    finally:
        server.close()
