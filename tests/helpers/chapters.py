"""Reading the chapters: their cells, their tags, their labelled equations."""

import ast
import functools
import importlib
import inspect
import re
import textwrap
from pathlib import Path

import yaml
from myst_nb.core.read import read_myst_markdown_notebook

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"


def stems() -> list[str]:
    """The chapters in the order of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    parts = toc.get("parts", [{"chapters": toc.get("chapters", [])}])
    files = [toc["root"], *(chapter["file"] for part in parts for chapter in part["chapters"])]
    return [Path(file).name for file in files]


@functools.cache
def source(stem: str) -> str:
    return (BOOK / f"{stem}.md").read_text()


@functools.cache
def cells(stem: str) -> list[tuple[str, tuple[str, ...]]]:
    """Source and tags of every code cell of a chapter."""
    notebook = read_myst_markdown_notebook(source(stem))
    return [
        (cell.source, tuple(cell.metadata.get("tags", ())))
        for cell in notebook.cells if cell.cell_type == "code"
    ]


@functools.cache
def step_statements(stem: str) -> dict[str, list[ast.stmt]]:
    """The statements of the step cells, by the function that the tag names."""
    found: dict[str, list[ast.stmt]] = {}
    for text, tags in cells(stem):
        for tag in tags:
            if tag.startswith("step:"):
                found.setdefault(tag.removeprefix("step:"), []).extend(ast.parse(text).body)
    return found


def function_statements(name: str) -> list[ast.stmt]:
    """The statements of `stem.function` that a chapter shows.

    Left out: the docstring, what guards the inputs, one unpacking at the top, and the final return.
    """
    stem, function = name.rsplit(".", 1)
    module = importlib.import_module(f"handgrad.ops.{stem}")
    text = textwrap.dedent(inspect.getsource(getattr(module, function)))
    body = [node for node in ast.parse(text).body[0].body if not is_guard(node)]
    if is_unpacking(body[0]):
        body = body[1:]
    return body[:-1] if isinstance(body[-1], ast.Return) else body


def is_guard(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr):
        return False
    call = node.value
    return isinstance(call, ast.Constant) or (
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id.startswith("check_")
    )


def is_unpacking(node: ast.stmt) -> bool:
    """`a, b = steps`, `a, b = saved` or `B = batch_size(...)`."""
    if not isinstance(node, ast.Assign):
        return False
    if isinstance(node.value, ast.Name):
        return node.value.id in ("steps", "saved")
    return isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "batch_size"


def dump(statements: list[ast.stmt]) -> list[str]:
    return [ast.unparse(node) for node in statements]


def equation_labels(stem: str) -> list[str]:
    """The labels of the displayed gradients of a chapter."""
    return re.findall(r"^:label: (grad-[\w-]+)$", source(stem), re.MULTILINE)
