"""What was made once from the same input is not made again.

It lies in a folder beside the site, each piece under the hash of its ingredients, until many newer ones were used.
"""

import os
from collections.abc import Callable
from pathlib import Path

from handgrad.support import digest
from handgrad.support.atomic_files import replacing

FOLDER = ".kept"
# A build of the book uses about a thousand: enough to go back and forth between a few states of it.
MOST = 5_000


def kept(site: Path, ingredients: bytes, make: Callable[[], bytes]) -> bytes:
    """What `make` gives, from the folder if it was made before."""
    file = site.parent / FOLDER / digest.of_bytes(ingredients)
    if file.is_file():
        os.utime(file)
    else:
        made = make()
        file.parent.mkdir(exist_ok=True)
        with replacing(file) as part:
            part.write_bytes(made)
    return file.read_bytes()


def forget(app, exception) -> None:
    """Remove what has not been used for longest."""
    files = (Path(app.outdir).parent / FOLDER).glob("*")
    for old in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True)[MOST:]:
        old.unlink(missing_ok=True)


def setup(app) -> dict:
    app.connect("build-finished", forget, priority=990)  # after offline, the last to use the folder
    return {"parallel_read_safe": True, "parallel_write_safe": True}
