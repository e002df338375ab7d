"""Functions as text: a solution to show, a stub to put back, a copy of what the reader wrote."""

import ast
import re
from pathlib import Path

from handgrad.exercises.entry import Entry
from handgrad.exercises.listing import entries
from handgrad.exercises.sandbox import files

# The comment that ends what a stub gives of its solution.
YOURS = "    # Yours from here"
# Where the next thing of a file begins, in a file that Python cannot read.
NEXT = re.compile(r"^(def|class|async|@|import|from)\b", re.MULTILINE)


def solution_file(stem: str) -> Path:
    """The file of solutions."""
    return files.solutions() / f"{stem}.py"


def solutions(stem: str) -> str:
    """The text of the file of solutions."""
    return solution_file(stem).read_text(encoding="utf-8")


def read(path: Path) -> str:
    """The text of a reader's file, whatever its bytes are."""
    return path.read_text(encoding="utf-8", errors="surrogateescape")


def beside(path: Path, name: str) -> Path | None:
    """Another file of the folder that holds this function: perhaps the same file under a name of the reader's."""
    others = (other for other in sorted(path.parent.glob("*.py")) if other != path and other.is_file())
    return next((other for other in others if re.search(rf"^def {name}\b", read(other), re.MULTILINE)), None)


def write(path: Path, text: str) -> None:
    """Write a reader's file, with the bytes that `read` could not read as they were."""
    path.write_text(text, encoding="utf-8", errors="surrogateescape")


def where(text: str, name: str) -> tuple[int, int] | None:
    """First and last line of a function of a file, from 0 and up to but without the second, or nothing.

    Of two functions with one name the last counts, as in Python.
    """
    try:
        nodes = [n for n in ast.parse(text).body if isinstance(n, ast.FunctionDef) and n.name == name]
    except (SyntaxError, ValueError):
        return by_lines(text, name)
    if not nodes:
        return None
    first = min(node.lineno for node in (nodes[-1], *nodes[-1].decorator_list))
    return first - 1, nodes[-1].end_lineno


def by_lines(text: str, name: str) -> tuple[int, int] | None:
    """The same for a file that Python cannot read: from the function's line to the next thing at the margin."""
    found = list(re.finditer(rf"^def {name}\b", text, re.MULTILINE))
    if not found:
        return None
    after = NEXT.search(text, found[-1].end())
    first, end = text.count("\n", 0, found[-1].start()), after.start() if after else len(text)
    return first, first + len(text[found[-1].start():end].rstrip().splitlines())


def function(text: str, name: str) -> str:
    """The text of one function of a file, or nothing."""
    place = where(text, name)
    return "\n".join(text.split("\n")[slice(*place)]) + "\n" if place else ""


def answer(text: str, entry: Entry) -> str:
    """The reader's function out of the text of the file, or the whole text if it is not found there."""
    return function(text, entry.name) or text


def solution(entry: Entry) -> str:
    """The solution's function."""
    return function(solutions(entry.stem), entry.name)


def statement(entry: Entry) -> str:
    """What is to be done: the docstring of the solution, which the stub repeats."""
    return ast.get_docstring(ast.parse(solution(entry)).body[0])


def signature(entry: Entry) -> str:
    """The first line of the function, which may be broken into several."""
    lines = solution(entry).splitlines()
    return "\n".join(lines[: next(n for n, line in enumerate(lines) if line.endswith(":")) + 1])


def imports(stem: str) -> list[str]:
    """What the file of exercises imports, a statement each."""
    nodes = ast.parse(stubs(stem)).body
    return [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


def stub(entry: Entry) -> str:
    """The function as the reader finds it, made from the solution.

    That is its first lines and nothing done, or its one slip. Where a comment in the solution begins with YOURS,
    the lines above it are given to the reader, then that comment, and the last return as a comment too.
    """
    text = solution(entry)
    if entry.slip:
        return text.replace(*entry.slip)
    lines, body = text.splitlines(), ast.parse(text).body[0].body
    yours = next((number for number, line in enumerate(lines) if line.startswith(YOURS)), None)
    given = lines[:body[0].end_lineno if yours is None else yours + 1]
    back = [] if yours is None else [f"    # {line[4:]}" for line in lines[body[-1].lineno - 1:]]
    return "\n".join([*given, *back, "    raise NotImplementedError"]) + "\n"


def stubs(stem: str) -> str:
    """The file of exercises as the reader finds it: what stands above the first solution, then all stubs."""
    text = solutions(stem)
    head = text[:re.search("^def ", text, re.MULTILINE).start()].replace("Solutions of", "Exercises of", 1).rstrip()
    # The reader's lines will use torch, even where the solution does not.
    if not re.search("^import torch$", head, re.MULTILINE):
        head = head.replace("from torch", "import torch\nfrom torch", 1)
    mine = [entry for entry in entries() if entry.stem == stem]
    return "\n\n\n".join([head, *map(body, mine)]) + "\n"


def body(entry: Entry) -> str:
    """A stub without the line end after it."""
    return stub(entry).rstrip("\n")


def with_stubs(text: str, chosen: list[Entry]) -> str:
    """The reader's file with the stubs of these exercises put back, at the end where they were missing."""
    for entry in chosen:
        place = where(text, entry.name)
        if place:
            lines = text.split("\n")
            text = "\n".join([*lines[:place[0]], *body(entry).split("\n"), *lines[place[1]:]])
        else:
            text = "\n\n\n".join(part for part in (text.rstrip("\n"), body(entry)) if part) + "\n"
    return text


def put_back(text: str, chosen: tuple[Entry, ...]) -> str:
    """The reader's file with these exercises as they came; the whole file, if they are all that it has."""
    whole = [entry for entry in entries() if entry.stem == chosen[0].stem]
    if not text.strip() or set(whole) == set(chosen):
        return stubs(chosen[0].stem)
    return with_stubs(text, list(chosen))


def is_python(text: str) -> bool:
    """Whether Python can read a file of this text."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def keep(path: Path) -> Path:
    """Copy a file to a new name beside it, and return that name."""
    contents, number = path.read_bytes(), 1
    while True:
        beside = path.with_name(f"{path.name}.bak{number}")
        try:
            with beside.open("xb") as copy:
                copy.write(contents)
            return beside
        except FileExistsError:
            number += 1
