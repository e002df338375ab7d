"""The names, their vocabulary, and the windows of three characters that the network reads.

A file of names holds one name a line, in UTF-8. What is accepted, and what becomes of it:
- upper case is lowered, and composed: an é is one character however the file spells it;
- spaces around a name, blank lines, a byte order mark and any of the three line endings are dropped;
- a name is made of letters, and after the first also of hyphens and apostrophes;
- letters beyond a to z are welcome, and make the vocabulary larger;
- anything else, a second word, a digit, a comma or the '.' that marks both ends, is an error with its line.
The environment variable HANDGRAD_NAMES chooses another file than the book's; when empty it counts as not set.
"""

import functools
import os
import random
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from handgrad.support import folders

VARIABLE = "HANDGRAD_NAMES"
T = 3
# Both are the notebook's, so that its file gives its splits.
SEED = 42
PARTS = (0.8, 0.9)
FEWEST = 10


class NamesError(ValueError):
    """A file of names cannot be used; the message says why, and on which line."""


class Split(NamedTuple):
    """Shapes: context (N, T) and targets (N,), both int64."""

    context: Tensor
    targets: Tensor


class Data(NamedTuple):
    """The names in file order, the characters in the order of their codes, and the windows of each split."""

    words: tuple[str, ...]
    vocabulary: str
    train: Split
    dev: Split
    test: Split


def load(path: str | os.PathLike | None = None) -> Data:
    """The names, split and cut into windows; a second call returns the same tensors.

    Raises: as read; NamesError if there are fewer names than the three splits need.
    """
    file = locate(path)
    try:
        found = file.stat()
    except OSError as error:
        raise unreadable(file, error) from error
    # A file that was edited since the last call is another file.
    return load_file(file, found.st_mtime_ns, found.st_size)


@functools.lru_cache(maxsize=4)
def load_file(file: Path, modified: int, size: int) -> Data:
    """What `load` remembers for each version of each file."""
    words = tuple(read(file))
    if len(words) < FEWEST:
        raise NamesError(f"{file}: {len(words)} names are too few; the three splits need at least {FEWEST}")
    letters = vocabulary(words)
    return Data(words, letters, *(windows(part, letters) for part in split(words)))


def read(path: str | os.PathLike | None = None) -> list[str]:
    """The names of a file, in file order.

    Raises: NamesError if the file is missing, no file, not UTF-8, empty or wrongly formed.
    """
    file = locate(path)
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise unreadable(file, error) from error
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise NamesError(f"{file}: line {line} is not UTF-8; save the file as UTF-8") from None
    words = [clean(line, f"{file}: line {number}") for number, line in enumerate(text.split("\n"), 1)]
    words = [word for word in words if word]
    if not words:
        raise NamesError(f"{file}: the file holds no names; write one name a line")
    return words


def locate(path: str | os.PathLike | None = None) -> Path:
    """The file to read: `path`, else the one HANDGRAD_NAMES chooses, else the book's own."""
    chosen = path if path is not None else os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    installed = folders.PACKAGE / "_data" / "names.txt"
    return installed if installed.is_file() else folders.CLONE / "data" / "names.txt"


def unreadable(file: Path, error: OSError) -> NamesError:
    """The sentence for a file that cannot be opened."""
    reason = (error.strerror or type(error).__name__).lower()
    return NamesError(f"{file}: the file of names cannot be read ({reason}); check the path and {VARIABLE}")


def clean(line: str, where: str) -> str:
    """The name on a line, lower-cased; nothing for a blank line.

    Raises: NamesError, beginning with `where`, if the line is no name.
    """
    word = unicodedata.normalize("NFC", line.strip().lower())
    for place, character in enumerate(word):
        # Category M: the marks that some scripts write their vowels with.
        inside = place > 0 and (character in "-'’" or unicodedata.category(character)[0] == "M")
        if not (character.isalpha() or inside):
            shown = repr(word if len(word) <= 40 else word[:40] + "…")
            what = "a space" if character.isspace() else repr(character)
            raise NamesError(f"{where}, {shown}, holds {what}; write one name a line, in letters")
    return word


def vocabulary(words: Sequence[str]) -> str:
    """The characters; the index of each is its code, and '.', which marks both ends, has code 0."""
    return "." + "".join(sorted(set().union(*words)))


def split(words: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Shuffle a copy as the notebook does, and cut it at 80 % and 90 %: train, dev and test."""
    shuffled = list(words)
    random.Random(SEED).shuffle(shuffled)
    first, second = (int(part * len(shuffled)) for part in PARTS)
    return shuffled[:first], shuffled[first:second], shuffled[second:]


def windows(words: Sequence[str], vocabulary: str) -> Split:
    """Every character of every name, and the one after its end, with the T characters before it.

    Shapes: context (N, T); targets (N,).
    Raises: ValueError if a character is not in the vocabulary.
    """
    # The names in one stream, T dots before, between and after them: ...emma...olivia...
    dots = "." * T
    stream = dots + "".join(word + dots for word in words)
    points = torch.frombuffer(bytearray(stream, "utf-32-le"), dtype=torch.int32).long()
    strangers = "".join(sorted(set(stream) - set(vocabulary)))
    if strangers:
        raise ValueError(f"the vocabulary lacks {strangers!r}")
    codes = torch.zeros(max(map(ord, vocabulary)) + 1, dtype=torch.int64)
    codes[[ord(character) for character in vocabulary]] = torch.arange(len(vocabulary))
    cut = codes[points].unfold(0, T + 1, 1)
    # A dot after a dot is padding between two names, and nothing to predict.
    cut = cut[(cut[:, -1] != 0) | (cut[:, -2] != 0)]
    return Split(cut[:, :T].contiguous(), cut[:, T].contiguous())
