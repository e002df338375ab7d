"""The answers as texts that a reader could have written: each solution, each of its mutants, each alternative."""

import ast
import inspect
import re
from functools import cache
from typing import NamedTuple

from answering import FOLDER, WRITTEN, belonging, text_of

from handgrad.exercises import judge, sources
from handgrad.exercises.registry import ALL

# Where the two torches differ on purpose: kernels that have names only.
KERNELS = ("tanh_backward__kernel", "sigmoid_backward__kernel")


class Answer(NamedTuple):
    """One text, the function in it that is meant, and the exercise that it answers."""

    kind: str
    exercise: object
    function: str
    text: str

    @property
    def id(self):
        return f"{self.kind}-{self.function}"


def head(path):
    """The imports of a file."""
    source = path.read_text()
    return (
        "\n".join(
            ast.get_source_segment(source, node)
            for node in ast.parse(source).body
            if isinstance(node, ast.Import | ast.ImportFrom)
        )
        + "\n\n\n"
    )


def of_exercise(exercise):
    """The solution of an exercise and its mutants."""
    top = head(sources.solution_file(exercise.stem))
    solution = inspect.getsource(judge.solution_of(exercise))
    texts = [("solution", solution), *(("mutant", text_of(exercise, mutant)) for mutant in exercise.mutants)]
    return [Answer(kind, exercise, exercise.name, top + text) for kind, text in texts]


@cache
def every():
    """All answers; of the alternatives those that need no other module of the package."""
    found = [answer for exercise in ALL for answer in of_exercise(exercise)]
    for stem, name, function in WRITTEN:
        if not needs(inspect.getsource(function), stem):
            found.append(Answer("alternative", belonging(stem, name), name, alone(stem, name)))
    return found


def of(exercise):
    """The answers to one exercise."""
    return [answer for answer in every() if answer.exercise is exercise]


def needs(source, stem):
    """Whether a function uses what comes from the package, itself or through another one of the file."""
    if any(re.search(rf"\b{word}\b", source) for word in missing(stem)):
        return True
    others = {name: function for each, name, function in WRITTEN if each == stem and f"def {name}(" not in source}
    return any(
        re.search(rf"\b{name}\(", source) and needs(inspect.getsource(function), stem)
        for name, function in others.items()
    )


@cache
def missing(stem):
    """The names that a file of alternatives takes from the package."""
    tree = ast.parse((FOLDER / f"{stem}.py").read_text())
    return [
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("handgrad")
        for alias in node.names
    ]


def alone(stem, function):
    """The text of a function with the imports of its file and the functions that it calls."""
    tree = ast.parse((FOLDER / f"{stem}.py").read_text())
    texts = {
        node.name: ast.get_source_segment((FOLDER / f"{stem}.py").read_text(), node)
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    wanted, left = [], [function]
    while left:
        wanted.append(left.pop())
        left += [name for name in texts if re.search(rf"\b{name}\(", texts[wanted[-1]]) and name not in wanted + left]
    imports = re.sub(r"^from handgrad.*\n", "", head(FOLDER / f"{stem}.py"), flags=re.MULTILINE)
    return imports + "\n\n\n".join(texts[name] for name in texts if name in wanted) + "\n"
