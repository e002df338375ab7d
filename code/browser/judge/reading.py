"""A sheet, read: what torch computed for one exercise when the book was built."""

import json
from array import array
from collections import namedtuple

import torch
from torch import Tensor

# The mistakes, where their file could not be had.
NONE = [], {}
# What the bundles of handgrad are here, by name; a sheet says which fields they have.
BUNDLES = {}
CODES = {"float64": ("d", 8), "float32": ("f", 4), "int64": ("i", 4), "int32": ("i", 4), "bool": ("B", 1)}


def numbers(data, kind, offset, count):
    """`count` numbers of a type, from the bytes."""
    code, width = CODES[kind]
    values = array(code, data[offset : offset + count * width])
    return [value != 0 for value in values] if kind == "bool" else list(values)


def dtype_of(name):
    return getattr(torch, name)


def bundle(name, fields):
    """The type of a bundle: made once, so that two of them are alike."""
    if name not in BUNDLES:
        BUNDLES[name] = namedtuple(name, fields)
    return BUNDLES[name]


def value_of(record, data):
    """A tensor, a tuple or a number, from its record."""
    if not isinstance(record, dict):
        return record
    if "tuple" in record:
        items = [value_of(item, data) for item in record["items"]]
        return bundle(record["tuple"], tuple(record["fields"]))(*items) if record["tuple"] else tuple(items)
    shape, total = tuple(record["shape"]), 1
    for length in shape:
        total *= length
    # A tensor that stands in the other file too is not written again.
    source = data["sheet"] if record.get("of") else data["own"]
    return Tensor(numbers(source, record["dtype"], record["offset"], total), shape, dtype_of(record["dtype"]))


class Sheet:
    """One exercise as the judge wants it, and its draws."""

    def __init__(self, text, data, Round):
        found = json.loads(text)
        self.found, self.data, self.fetch, self.known = found, data, None, None
        self.name, self.page, self.stem = found["name"], found["page"], found["stem"]
        self.gives, self.parameters = tuple(found["gives"]), found["parameters"]
        self.dtypes = [dtype_of(name) for name in found["dtypes"]]
        for name, fields in found["bundles"].items():
            bundle(name, tuple(fields))
        files = {"own": data, "sheet": data}
        self.rounds = [
            Round(
                value_of(each["inputs"], files),
                dtype_of(each["dtype"]),
                value_of(each["expected"], files),
                each["narrow"],
            )
            for each in found["rounds"]
        ]

    def again(self, mistakes):
        """Make ready for an answer.

        mistakes: a function that gives the text and the bytes of what plausible mistakes give, or None.
        """
        self.fetch = mistakes
        if self.known == NONE:
            self.known = None

    def place(self, inputs):
        """Which draw it is that has these inputs."""
        for place, each in enumerate(self.rounds):
            if all(each.inputs[i] is inputs[i] for i in range(len(inputs))):
                return place
        return 0

    def sizes(self, *inputs):
        files = {"own": self.data, "sheet": self.data}
        found = self.found["rounds"][self.place(inputs)]["sizes"]
        return {name: value_of(record, files) for name, record in found.items()}

    def axes(self, inputs):
        return self.found["rounds"][self.place(inputs)]["axes"]

    def ones(self, inputs):
        return self.found["rounds"][self.place(inputs)]["one"]

    def asked(self):
        """The file of mistakes, fetched when it is first asked for; nothing where it cannot be had."""
        if self.known is None:
            try:
                text, data = self.fetch()
                self.known = json.loads(text)["rounds"], {"own": data, "sheet": self.data}
            except Exception:
                self.known = NONE
        return self.known

    def wrong(self, place, pick):
        """Pairs of a sentence and what the mistake gives, in their order."""
        rounds, files = self.asked()
        found = [(sentence, record) for sentence, record in pick(rounds[place])] if rounds else []
        return Ordered(found, files)

    def mistakes(self, *inputs):
        """What the exercise knows of mistakes, in this draw."""
        return self.wrong(self.place(inputs), lambda each: each["own"])

    def common(self, inputs, name):
        """What any exercise knows of mistakes, for one value in this draw."""
        return self.wrong(self.place(inputs), lambda each: each["common"].get(name, []))


class Ordered:
    """Pairs in their order, each read when it is looked at."""

    def __init__(self, pairs, files):
        self.pairs, self.files = pairs, files

    def items(self):
        for sentence, record in self.pairs:
            yield sentence, value_of(record, self.files)
