"""The notebook's own file of names, from the public repository that holds it, kept in the user's cache."""

import http.client
import urllib.request
from pathlib import Path

from platformdirs import user_cache_path

from handgrad.support import digest
from handgrad.support.atomic_files import write_atomically

# The names of 2018 as first released, in 2019; the agency has revised them since.
ADDRESS = "https://raw.githubusercontent.com/karpathy/makemore/master/names.txt"
SHA256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
SECONDS = 20
# The file has 228,145 bytes; whatever is longer is another file, and is not read to its end.
MOST = 1_000_000


class FetchError(Exception):
    """The file could not be fetched; nothing has changed."""


def cached() -> Path | None:
    """Where the file lies in the cache, or None if it is not there whole."""
    file = place()
    try:
        contents = file.read_bytes()
    except OSError:
        return None
    return file if digest.of_bytes(contents) == SHA256 else None


def fetch(address: str = ADDRESS) -> Path:
    """Fetch the file, unless the cache has it, check it, and return where it lies.

    Raises: FetchError if the address does not answer, sends another file, or the cache cannot be written.
    """
    found = cached()
    if found:
        return found
    contents = download(address)
    if digest.of_bytes(contents) != SHA256:
        raise FetchError(f"{address} sent another file (sha256 {digest.of_bytes(contents)}); it was not kept")
    file = place()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, contents)
    except OSError as error:
        raise FetchError(f"the cache {file.parent} cannot be written ({error.strerror})") from error
    return file


def place() -> Path:
    """The file in the user's cache, whether it exists or not."""
    return user_cache_path("handgrad") / "names-2019.txt"


def download(address: str) -> bytes:
    """What the address sends.

    Raises: FetchError if it is no address or does not answer.
    """
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            return answer.read(MOST + 1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise FetchError(f"{address} cannot be reached ({reason}); is there a network?") from error
