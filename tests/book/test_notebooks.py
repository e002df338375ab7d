"""The chapters as notebooks: whole, executed, and in markdown that any notebook shows."""

import re
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient

from book_notebooks import cells, macros, markdown

UNREAD = re.compile(r"\{[a-z][\w:-]*\}`|^(```|:::)\{|^:[a-z]+:|\\(grad|pd|T|one)\b|^\([\w-]+\)=", re.MULTILINE)
MACROS = {r"\grad": r"\frac{\partial L}{\partial #1}", r"\pd": r"\frac{\partial #1}{\partial #2}",
          r"\T": r"^{\top}", r"\one": r"\mathbf{1}"}
ANSWERS = SimpleNamespace(
    macros=MACROS, page="book/one", value={"a": "0.5"}.get, equation={"grad-x": "3"}.get,
    figure=lambda label: "Figure 2", title=lambda label: "A title", code=lambda path, name: f"def {name}(): ...",
    address=lambda target: target if "://" in target else "",
)


@pytest.fixture
def notebook(built):
    """A published notebook of the sample by name."""
    return lambda name: nbformat.read(built.site / "book" / f"{name}.ipynb", as_version=4)


@pytest.mark.parametrize("name", ["cross_entropy", "figures"])
def test_a_notebook_is_valid_and_has_the_cells_of_its_chapter(notebook, built, name):
    found, source = notebook(name), cells.chapter(built.folder / "book" / f"{name}.md")
    nbformat.validate(found)
    code = [text for text in cells.code_of(found) if text != cells.STAND_IN]
    assert tuple(code) == cells.code_of(source)
    assert found.metadata.kernelspec.name == "python3"
    assert [cell.id for cell in found.cells] == [f"{name}-{i}" for i in range(len(found.cells))]


@pytest.mark.parametrize("name", ["cross_entropy", "figures"])
def test_nothing_is_left_that_only_the_book_reads_nor_a_path_of_this_machine(notebook, built, name):
    text = "\n\n".join(cell.source for cell in notebook(name).cells if cell.cell_type == "markdown")
    assert not UNREAD.search(text), UNREAD.search(text)
    assert str(built.folder) not in (built.site / "book" / f"{name}.ipynb").read_text(encoding="utf8")


def test_the_outputs_are_those_of_the_build_and_its_values_stand_in_the_text(notebook):
    shown = notebook("cross_entropy").cells
    assert any("threads 1" in output.get("text", "") for cell in shown for output in cell.get("outputs", []))
    assert not any("scrapbook" in str(cell.get("outputs")) for cell in shown)
    text = "\n".join(cell.source for cell in shown)
    for sentence in ("A third is 0.333.", "Equation (2) follows from (1).", "Back to One number a row."):
        assert sentence in text


def test_a_figure_is_followed_by_its_caption(notebook):
    shown = notebook("figures").cells
    (place,) = [i for i, cell in enumerate(shown) if cell.source.startswith("**Figure 1.** What to see")]
    assert "image/png" in shown[place - 1].outputs[0].data and shown[place - 1].metadata.jupyter.source_hidden


def test_the_page_offers_its_notebook(built):
    links = BeautifulSoup(built.page("figures"), "html.parser").select(".page-links a[download]")
    assert [link["href"] for link in links] == ["../_sources/book/figures.md", "figures.ipynb"]
    assert "index.ipynb" not in built.page("index"), "a page without cells is no notebook"


def test_a_notebook_runs_as_downloaded(notebook, tmp_path):
    found = notebook("cross_entropy")
    # The build's own environment is not the reader's: the cell that prints it is left out.
    found.cells = [cell for cell in found.cells if "OMP_NUM_THREADS" not in cell.source]
    code = [cell for cell in found.cells if cell.cell_type == "code"]
    for cell in code:
        cell.execution_count = None
    # It raises where a cell does.
    NotebookClient(found, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert code and all(cell.execution_count for cell in code)


def test_the_stand_in_does_nothing_where_myst_nb_is_absent(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "myst_nb", None)
    exec(cells.STAND_IN, {})
    assert sys.modules["myst_nb"].glue("name", 1, display=False) is None


@pytest.mark.parametrize(("written", "shown"), [
    ("A {glue:text}`a` and {eq}`grad-x`.", "A 0.5 and (3)."),
    ("{numref}`fig` in {ref}`place`, {ref}`there <place>`.", "Figure 2 in A title, there."),
    ("{term}`a word`", "a word"),
    ("See [the `x`](other) and [that](https://a.org).", "See the `x` and [that](https://a.org)."),
    ("`[x](y)` and ``{ref}`x` ``", "`[x](y)` and ``{ref}`x` ``"),
    (r"Of $\grad{x_{bh}} X\T \one$.", r"Of $\frac{\partial L}{\partial x_{bh}} X^{\top} \mathbf{1}$."),
    ("(place)=\n# Title", "# Title"),
    ("$$ x $$ (grad-x)", "$$\nx \\tag{3}\n$$"),
    ("```{math}\n:label: grad-x\n\\pd y z\n```", "$$\n\\frac{\\partial y}{\\partial z} \\tag{3}\n$$"),
    ("```python\n{ref}`x`\n```", "```python\n{ref}`x`\n```"),
    ("```{code-block} bash\nls\n```", "```bash\nls\n```"),
    ("```{literalinclude} ../a.py\n:pyobject: f\n:caption: a.py\n```", "*a.py*\n\n```python\ndef f(): ...\n```"),
    (":::{admonition} Before\nOne.\n\nTwo.\n:::", "> **Before**\n>\n> One.\n>\n> Two."),
    (":::{fold} Why `x`?\nSo {eq}`grad-x`.\n:::",
     "**Why `x`?**\n\n<details>\n<summary>Show</summary>\n\nSo (3).\n\n</details>"),
])
def test_markup_of_the_book_is_written_out(written, shown):
    assert markdown.converted(written, ANSWERS) == shown


def test_a_directive_without_words_is_refused():
    with pytest.raises(ValueError, match=r"book/one: the directive \{strange\} has no form in a notebook"):
        markdown.converted("```{strange}\n```", ANSWERS)


@pytest.mark.parametrize(("tex", "expanded"), [
    (r"\grad{\frac{a}{b}}c", r"\frac{\partial L}{\partial \frac{a}{b}}c"),
    (r"\grad x", r"\frac{\partial L}{\partial x}"),
    (r"\Tilde x", r"\Tilde x"), (r"\pd{\grad{a}}{b}", r"\frac{\partial \frac{\partial L}{\partial a}}{\partial b}"),
])
def test_macros_are_expanded_and_nothing_else(tex, expanded):
    assert macros.expanded(tex, MACROS) == expanded
