"""Files that are replaced whole: a reader, or a crash, never meets half of one."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Give the name of a temporary file beside `file`; when the block ends without an error, it replaces `file`.

    Raises: OSError if it cannot.
    """
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(file)
    finally:
        # After a success there is nothing to remove; after a failure a second error would hide the first.
        with contextlib.suppress(OSError):
            part.unlink()


def write_atomically(file: Path, contents: bytes) -> None:
    """Replace the contents of a file, which are on the disk when this returns.

    Raises: OSError if the file cannot be written; it is then as it was.
    """
    with replacing(file) as part, part.open("wb") as unfinished:
        unfinished.write(contents)
        unfinished.flush()
        os.fsync(unfinished.fileno())
