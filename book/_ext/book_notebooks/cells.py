"""The cells of a chapter's notebook: from its source, with the outputs of the build."""

import re
from pathlib import Path

import nbformat
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from myst_nb.core.utils import coalesce_streams

from .markdown import converted

METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"}}
HIDDEN = {"hide-input", "hide-cell", "remove-cell", "remove-input"}
PASTED = "scrapbook"  # marks an output that exists only so that a sentence can show its value
GLUE = re.compile(r"^\s*(?:from|import) myst_nb\b", re.MULTILINE)
STAND_IN = """\
# The book's build pastes values into sentences with myst_nb; where that is not installed, nothing needs pasting.
try:
    import myst_nb
except ModuleNotFoundError:
    import sys
    import types

    sys.modules["myst_nb"] = types.SimpleNamespace(glue=lambda *values, **options: None)"""


def chapter(path: Path) -> nbformat.NotebookNode | None:
    """The cells of a chapter's source; nothing if it is no notebook or has no code."""
    text = path.read_text(encoding="utf8")
    if not is_myst_markdown_notebook(text):
        return None
    found = read_myst_markdown_notebook(text)
    return found if code_of(found) else None


def code_of(notebook) -> tuple[str, ...]:
    """The sources of the code cells, by which an executed chapter is found in the cache."""
    return tuple("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")


def executed(cache: Path) -> dict[tuple[str, ...], list[list[dict]]]:
    """The outputs of all code cells of every chapter in a cache, by the sources of the cells."""
    # The build wrote them: reading them without looking for faults takes a tenth of the time.
    texts = (path.read_text(encoding="utf8") for path in sorted(cache.glob("executed/*/base.ipynb")))
    notebooks = [nbformat.v4.reads(text) for text in texts]
    # A kernel cuts what it prints into pieces that differ from run to run.
    return {code_of(n): [coalesce_streams(c.outputs) for c in n.cells if c.cell_type == "code"] for n in notebooks}


def values_of(outputs: list[list[dict]]) -> dict[str, str]:
    """What the cells gave to the sentences, by name."""
    every = (output for cell in outputs for output in cell if PASTED in output.get("metadata", {}))
    return {o["metadata"][PASTED]["name"]: next(iter(o["data"].values())) for o in every}


def published(source, outputs: list[list[dict]], answers, stem: str) -> nbformat.NotebookNode:
    """The notebook that a reader gets."""
    cells, remaining = [], iter(outputs)
    for count, cell in enumerate(source.cells):
        if cell.cell_type == "markdown":
            cells.append(nbformat.v4.new_markdown_cell(converted(cell.source, answers)))
        else:
            cells += with_caption(cell, next(remaining, []), answers)
        if count == 0 and any(GLUE.search(code) for code in code_of(source)):
            cells.append(nbformat.v4.new_code_cell(STAND_IN, metadata={"jupyter": {"source_hidden": True}}))
    for number, cell in enumerate(cells):
        cell.id = f"{stem}-{number}"
    count = 0
    for cell in cells:
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output.execution_count = count
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


def with_caption(cell, outputs: list[dict], answers) -> list[nbformat.NotebookNode]:
    """A code cell with its outputs, and the caption of its figure as a cell of text."""
    kept = [nbformat.from_dict({**o, **({"metadata": {}} if "metadata" in o else {})})
            for o in outputs if PASTED not in o.get("metadata", {})]
    tags = cell.metadata.get("tags", [])
    metadata = {"tags": tags} if tags else {}
    if HIDDEN & {tag.replace("_", "-") for tag in tags}:
        metadata["jupyter"] = {"source_hidden": True}
    figure = (cell.metadata.get("mystnb") or {}).get("figure") or {}
    found = [nbformat.v4.new_code_cell(cell.source, outputs=kept, metadata=metadata)]
    if figure.get("caption"):
        number = f"**{answers.figure(figure['name'])}.** " if figure.get("name") else ""
        found.append(nbformat.v4.new_markdown_cell(number + converted(figure["caption"], answers)))
    return found
