"""What the reader's code prints: the beginning is kept, the rest is counted."""

import os
import threading

KEPT = 10_000


class Output:
    """Reads a pipe until it is closed, in a thread, so that a flood of output stops nobody."""

    def __init__(self, pipe) -> None:
        self.pipe, self.kept, self.length = pipe, bytearray(), 0
        self.thread = threading.Thread(target=self.drain, daemon=True)
        self.thread.start()

    def drain(self) -> None:
        """Read to the end, keep the first KEPT bytes."""
        while piece := os.read(self.pipe.fileno(), 1 << 16):
            self.kept += piece[: max(0, KEPT - len(self.kept))]
            self.length += len(piece)

    @property
    def flooded(self) -> bool:
        """Whether more was printed than is kept."""
        return self.length > KEPT

    def text(self) -> str:
        """What was printed, with a line on what was left out; to be called when the other end is closed."""
        # A process that the reader's code set free may hold the other end open for as long as it likes.
        self.thread.join(timeout=1)
        text = self.kept.decode("utf-8", errors="replace")
        left = self.length - len(self.kept)
        return f"{text}\n[{left:,} more bytes were printed and are not shown]\n" if left else text
