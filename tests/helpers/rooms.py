"""The rooms of an operation and of a network, and which of them are missing, read from the files below a folder.

CONTRIBUTING shows the two tables; capitals stand for a row's columns in the catalogue, and NAME for a network's folder.
"""

import ast
import functools
import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple


class Room(NamedTuple):
    """Where something belongs, what must be there, and whether it is: `found(root, files, it)`.

    files: the paths that `where` stands for, one for each chapter if it names chapters.
    """

    name: str
    where: str
    holds: str
    found: Callable


def of_operations(root: Path, rooms: tuple[Room, ...]) -> list[str]:
    """What the operations lack: a sentence for each room, and one for each module that has no row."""
    ops = root / "code/handgrad/ops"
    operations = runpy.run_path(str(ops / "catalogue.py"))["OPERATIONS"]
    known = {operation.stem for operation in operations} | {"__init__", "catalogue"}
    strange = [f"{file.stem} lacks its row: code/handgrad/ops/catalogue.py" for file in sorted(ops.glob("*.py"))
               if file.stem not in known]
    return strange + [line for operation in operations for line in missing(root, rooms, operation.stem, operation)]


def of_models(root: Path, rooms: tuple[Room, ...]) -> list[str]:
    """What the networks lack, each of which is a folder."""
    folders = sorted(path for path in (root / "code/handgrad/models").iterdir() if path.is_dir())
    names = [folder.name for folder in folders if any(folder.glob("*.py"))]
    return [line for name in names for line in missing(root, rooms, name, name)]


def missing(root: Path, rooms: tuple[Room, ...], name: str, it: object) -> list[str]:
    """The rooms that one operation or network lacks."""
    return [f"{name} lacks its {room.name}: {', '.join(files)}" for room in rooms
            for files in [places(room.where, it)] if not room.found(root, [root / file for file in files], it)]


def places(where: str, it: object) -> list[str]:
    """The paths that `where` stands for."""
    if isinstance(it, str):
        return [where.replace("NAME", it)]
    if "CHAPTER" in where:
        return [where.replace("CHAPTER", chapter) for chapter in it.chapters]
    return [where.replace("STEM", it.stem).replace("EXERCISES", it.exercises).replace("FIGURES", it.figures)]


def table(rooms: tuple[Room, ...]) -> str:
    """The rooms as CONTRIBUTING shows them."""
    rows = [f"| {room.name} | `{room.where}` | {room.holds} |" for room in rooms]
    return "\n".join(["| what | where | what is there |", "| --- | --- | --- |", *rows]) + "\n"


def text(file: Path) -> str:
    """What a file holds; nothing if there is none."""
    return file.read_text(encoding="utf-8") if file.is_file() else ""


@functools.cache
def parsed(source: str) -> ast.Module:
    """The syntax tree of a source, read once."""
    return ast.parse(source)


def defined(file: Path) -> dict[str, ast.AST]:
    """The functions, classes and values at the top of a module, by name."""
    found = {}
    for node in parsed(text(file)).body:
        names = [node.name] if hasattr(node, "name") else [
            target.id for target in getattr(node, "targets", [getattr(node, "target", None)])
            if isinstance(target, ast.Name)
        ]
        found |= dict.fromkeys(names, node)
    return found


def functions(file: Path) -> list[str]:
    """The names of a module's functions that are for others."""
    return [name for name, node in defined(file).items()
            if isinstance(node, ast.FunctionDef) and not name.startswith("_")]


def calls(file: Path, function: str) -> list[list[str]]:
    """The arguments of each call of a function, as text; a name that stands for a text is replaced by it."""
    tree = parsed(text(file))
    pairs = [(node.targets[0], node.value) for node in tree.body if isinstance(node, ast.Assign)]
    pairs += [pair for left, right in pairs if isinstance(left, ast.Tuple) and isinstance(right, ast.Tuple)
              for pair in zip(left.elts, right.elts, strict=True)]
    known = {left.id: right.value for left, right in pairs
             if isinstance(left, ast.Name) and isinstance(right, ast.Constant)}
    return [[str(known.get(ast.unparse(given), getattr(given, "value", ast.unparse(given)))) for given in node.args]
            for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == function]


def chapters(root: Path) -> list[str]:
    """The stems of the chapters in the table of contents."""
    return re.findall(r"file: book/(\w+)", text(root / "_toc.yml"))
