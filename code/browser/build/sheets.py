"""What torch computes for a page when the book is built: draws, right answers, and what plausible mistakes give."""

import inspect
import json
from typing import Any, NamedTuple

import torch
from torch import Tensor

from browser.build import imports, scratch
from handgrad.exercises import generic_mistakes, judge, registry
from handgrad.exercises.definition import Exercise
from handgrad.ops import catalogue

# How each type lies in the file of numbers: integers are small, so four bytes hold them.
STORED = {torch.int64: torch.int32, torch.bool: torch.uint8}
# The draws in the first dtype after the first are left out of a sheet whose numbers are more bytes than this.
LARGE = 20_000
# Chapters without exercises whose cells a reader may want to try.
MORE = ("bugs", "names", "notebook", "notation", "rules", "why")


class Numbers:
    """The bytes of tensors behind one another; a tensor that is there already is not written again.

    first: those of the sheet, to which the file of mistakes points.
    """

    def __init__(self, first: "Numbers | None" = None) -> None:
        self.data, self.places, self.first = bytearray(), {}, first

    def record(self, tensor: Tensor) -> dict:
        """Where a tensor stands."""
        tensor = tensor.detach().contiguous()
        stored = tensor.to(STORED.get(tensor.dtype, tensor.dtype))
        raw = stored.numpy().tobytes()
        name = str(tensor.dtype).removeprefix("torch.")
        found = {"dtype": name, "shape": list(tensor.shape)}
        if self.first and (name, raw) in self.first.places:
            return found | {"offset": self.first.places[name, raw], "of": "sheet"}
        if (name, raw) not in self.places:
            # A number begins where its width divides its place.
            self.data += b"\0" * (-len(self.data) % 8)
            self.places[name, raw] = len(self.data)
            self.data += raw
        return found | {"offset": self.places[name, raw]}

    def of(self, value: Any) -> Any:
        """The record of a tensor, of a tuple or of a number."""
        if isinstance(value, Tensor):
            return self.record(value)
        if isinstance(value, tuple):
            name = type(value).__name__ if hasattr(value, "_fields") else ""
            return {"tuple": name, "fields": list(getattr(value, "_fields", ())), "items": [self.of(v) for v in value]}
        return value


class Sheet(NamedTuple):
    """The four files of an exercise: a text and numbers, and the same for its mistakes."""

    text: str
    data: bytes
    mistakes_text: str
    mistakes_data: bytes


def of(exercise: Exercise) -> Sheet:
    """The files of one exercise."""
    rounds = chosen(exercise)
    numbers = Numbers()
    found = described(exercise) | {"rounds": [round_of(exercise, each, numbers) for each in rounds]}
    more = Numbers(numbers)
    mistakes = {"rounds": [mistakes_of(exercise, each, more) for each in rounds]}
    return Sheet(written(found), bytes(numbers.data), written(mistakes), bytes(more.data))


def chosen(exercise: Exercise) -> list[judge.Round]:
    """The draws of a check; of a large exercise one in each dtype and the one with a size of 1."""
    rounds, numbers = judge.rounds(exercise), Numbers()
    for each in rounds:
        round_of(exercise, each, numbers)
    if len(numbers.data) <= LARGE:
        return rounds
    return [rounds[0], *(each for each in rounds[judge.ROUNDS :])]


def described(exercise: Exercise) -> dict:
    """What the judge names, and what the reader's text is run with."""
    solution = judge.solution_of(exercise)
    return {
        "name": exercise.name,
        "stem": exercise.stem,
        "page": exercise.page,
        "gives": list(exercise.gives),
        "imports": imports.imports(exercise),
        "parameters": list(inspect.signature(solution).parameters),
        "dtypes": [str(dtype).removeprefix("torch.") for dtype in exercise.dtypes],
        "bundles": imports.bundles(exercise),
    }


def round_of(exercise: Exercise, each: judge.Round, numbers: Numbers) -> dict:
    """One draw, what is expected of it, and what the judge needs of it."""
    sizes = exercise.sizes(*each.inputs) if exercise.sizes else {}
    return {
        "dtype": str(each.dtype).removeprefix("torch."),
        "inputs": numbers.of(tuple(each.inputs)),
        "expected": numbers.of(tuple(each.expected)),
        "narrow": each.narrow,
        "sizes": {name: numbers.of(size) for name, size in sizes.items()},
        "axes": judge.axes(exercise, each.inputs),
        "one": judge.ones(exercise, each.inputs) if each.narrow else "",
    }


def mistakes_of(exercise: Exercise, each: judge.Round, numbers: Numbers) -> dict:
    """What plausible mistakes give in one draw: those of the exercise, and by value those of any exercise."""
    own = exercise.mistakes(*each.inputs) if exercise.mistakes and not each.narrow else {}
    solution = judge.solution_of(exercise)
    common = {name: generic_mistakes.mistakes(exercise, solution, each, name) for name in exercise.gives}
    return {
        "own": [[sentence, numbers.of(wrong)] for sentence, wrong in own.items()],
        "common": {
            name: [[sentence, numbers.of(wrong)] for sentence, wrong in found.items()] for name, found in common.items()
        },
    }


def written(found: dict) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def chapter(stem: str) -> tuple[str, bytes]:
    """The minibatch and the parameters of the book, and how the other values of a chapter follow from them."""
    numbers = Numbers()
    records = {name: numbers.of(value) for name, value in scratch.values().items()}
    return written({"values": records, "lines": scratch.lines(stem)}), bytes(numbers.data)


def all_files() -> dict[str, bytes]:
    """Every file of the sheets by its path below the folder of the page."""
    threads = torch.get_num_threads()
    # The tensors are small, and sums keep one order.
    torch.set_num_threads(1)
    try:
        return computed()
    finally:
        torch.set_num_threads(threads)


def computed() -> dict[str, bytes]:
    """The files, one exercise after the other, and the chapters."""
    found = {}
    for exercise in registry.ALL:
        sheet, path = of(exercise), f"sheets/{exercise.name}"
        found[f"{path}.json"], found[f"{path}.bin"] = sheet.text.encode(), sheet.data
        found[f"{path}.mistakes.json"], found[f"{path}.mistakes.bin"] = (
            sheet.mistakes_text.encode(),
            sheet.mistakes_data,
        )
    for stem in stems():
        text, data = chapter(stem)
        found[f"chapters/{stem}.json"], found[f"chapters/{stem}.bin"] = text.encode(), data
    return found


def stems() -> list[str]:
    """The chapters that have a scratch cell."""
    return sorted({*(exercise.chapter or exercise.stem for exercise in registry.ALL), *catalogue.chapters(), *MORE})
