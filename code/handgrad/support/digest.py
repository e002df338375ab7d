"""SHA-256, in hexadecimal, of bytes, of a file, of JSON and of many files together; SHA-512 as npm writes it."""

import base64
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def of_bytes(contents: bytes) -> str:
    """The digest of some bytes."""
    return hashlib.sha256(contents).hexdigest()


def of_file(file: Path) -> str:
    """The digest of a file's contents.

    Raises: OSError if it cannot be read.
    """
    return of_bytes(file.read_bytes())


def of_json(value: object) -> str:
    """The digest of a value that JSON can hold, however its file is indented."""
    return of_bytes(json.dumps(value, sort_keys=True).encode())


def of_named(contents: Iterable[tuple[str, bytes]]) -> str:
    """One digest of many pieces, in the order given; a change of a name counts as well."""
    found = hashlib.sha256()
    for name, content in contents:
        # The length, so that no byte can move from one piece to the next unnoticed.
        found.update(f"{name}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def of_folder(root: Path, files: Iterable[Path]) -> str:
    """One digest of files, named by their paths below `root`, wherever that is."""
    return of_named((file.relative_to(root).as_posix(), file.read_bytes()) for file in files)


def integrity(contents: bytes) -> str:
    """The SHA-512 of an archive in the form in which npm states it."""
    return f"sha512-{base64.b64encode(hashlib.sha512(contents).digest()).decode()}"
