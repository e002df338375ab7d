"""The scratch cell: the minibatch of the book and its forward values, computed when a line names them."""

import json

import torch
import torch.nn.functional as F
from torch.sizes import said

from browser.judge import reading, rewriting
from browser.judge.python_names import NAMES

LAST = "__last__"


class Values:
    """The values of a chapter by name.

    Those that are not in the file are computed from others by the forward line that the file gives.
    """

    def __init__(self, text, data):
        found = json.loads(text)
        self.records, self.lines = found["values"], found["lines"]
        self.files, self.known = {"own": data, "sheet": data}, {}

    def names(self, source):
        """The names at hand for a text: torch, F, and the values that it mentions."""
        names = dict(NAMES)
        names.update({"torch": torch, "F": F, "Tensor": torch.Tensor, "__name__": "scratch"})
        used = {token.text for token in rewriting.tokens(source) if token.kind in ("name", "string")}
        strings = " ".join([text for text in used if text[-1:] in "'\""])
        for name in [*self.records, *self.lines]:
            if name in used or name in strings:
                names[name] = self.value(name)
        return names

    def value(self, name):
        """One value, and before it those that it is made of."""
        if name not in self.known:
            if name in self.records:
                self.known[name] = reading.value_of(self.records[name], self.files)
            else:
                line, needs = self.lines[name]
                scope = {"torch": torch, "F": F}
                scope.update({need: self.value(need) for need in needs})
                self.known[name] = eval(line, scope)
        return self.known[name]


def execute(source, names, compiled):
    """Run the lines; what the last one is worth, if it is an expression, is printed."""
    lines = source.rstrip().split("\n")
    first, last = split(lines)
    value = expression(last, len(first), names)
    exec(compiled(source if value is None else "\n".join(first)), names)
    if value is None:
        return
    exec(value, names)
    if names[LAST] is not None:
        print(said(names[LAST]))


def split(lines):
    """The lines before the last statement, and that statement."""
    ends, text = [], "\n".join(lines)
    begin = 0
    for token in rewriting.tokens(text):
        if token.kind == "end":
            if text[begin : token.start].strip():
                ends.append(begin)
            begin = token.end
    start = text[: ends[-1]].count("\n") if ends else 0
    return lines[:start], lines[start:]


def expression(lines, before, names):
    """The code that keeps the value of an expression under LAST, or nothing where the lines are none."""
    text = "\n".join(lines)
    if not text.strip() or text[:1] in " \t":
        return None
    try:
        compile(rewriting.plain(text), "yours.py", "eval")
    except SyntaxError:
        return None
    # Line numbers as in the reader's text; MicroPython takes no empty line before an expression alone.
    return compile("\n" * before + f"{LAST} = " + rewriting.plain(text) + "\n", "yours.py", "exec")
