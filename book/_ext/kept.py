"""What was made once from the same input is not made again."""

import hashlib
from collections.abc import Callable
from pathlib import Path

FOLDER = ".kept"


def kept(site: Path, ingredients: bytes, make: Callable[[], bytes]) -> bytes:
    """What `make` gives, from the folder beside the site where it lies under the hash of its ingredients."""
    file = site.parent / FOLDER / hashlib.sha256(ingredients).hexdigest()
    if not file.is_file():
        made = make()
        file.parent.mkdir(exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(made)
        part.replace(file)
    return file.read_bytes()
