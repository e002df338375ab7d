"""The operations of the book: a row for each, which says in which rooms it is found.

Nothing here needs torch: pages are made without it.
"""

from collections.abc import Collection
from typing import NamedTuple


class Operation(NamedTuple):
    """One operation, and the rooms that belong to it; several operations may share a room.

    stem: its module in `ops/`, its case, its mistakes; title: its name in prose;
    colour: its place in `figures.style.COLOURS`, which is also its class in the style sheets;
    chapters: the stems of the chapters that derive it, the first of them line by line;
    exercises: the stem of its file of exercises; figures: its module in `figures/`;
    inputs, outputs: what `forward` takes, and the values that it gives.
    """

    stem: str
    title: str
    colour: int
    chapters: tuple[str, ...]
    exercises: str
    figures: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


OPERATIONS = (
    Operation("cross_entropy", "cross-entropy", 1, ("cross_entropy", "softmax"), "cross_entropy", "cross_entropy",
              ("logits", "targets"), ("loss",)),
    Operation("softmax", "softmax", 1, ("softmax",), "softmax", "softmax", ("logits",), ("probs",)),
    Operation("linear", "linear", 0, ("linear",), "linear", "linear", ("x", "W", "b"), ("y",)),
    Operation("tanh", "tanh", 3, ("tanh",), "tanh", "tanh", ("x",), ("y",)),
    Operation("batchnorm", "batch norm", 2, ("batchnorm", "batchnorm_fused"), "batchnorm", "batchnorm",
              ("x", "gamma", "beta"), ("y",)),
    Operation("embedding", "embedding", 4, ("embedding",), "embedding", "embedding", ("table", "context"), ("emb",)),
)
BY_STEM = {operation.stem: operation for operation in OPERATIONS}
TITLES = {operation.stem: operation.title for operation in OPERATIONS}


def chapters(among: Collection[str] = BY_STEM) -> set[str]:
    """The chapters that derive operations, of the given ones."""
    return {chapter for operation in OPERATIONS if operation.stem in among for chapter in operation.chapters}


def treated_in(chapter: str, among: Collection[str] = BY_STEM) -> str:
    """The stem of the operation that a chapter derives, among the given ones, or nothing."""
    known = [operation for operation in OPERATIONS if operation.stem in among and chapter in operation.chapters]
    return next((operation.stem for operation in sorted(known, key=lambda o: o.chapters[0] != chapter)), "")
