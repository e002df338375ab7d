"""What makes a build quick in which little changed: no torch, no JavaScript engine, no search for garbage."""

import gc
from types import SimpleNamespace

import pytest

from book_site import memory

POISON = 'raise ImportError(f"{__name__} was asked for")\n'
SLOW = ("torch", "py_mini_racer")


@pytest.fixture(scope="module")
def without_torch(laid_out):
    """A book that was built, in which `import torch` fails from then on, and the import of the engine of KaTeX."""
    book = laid_out("quick")
    assert book.strictly() == 0, book.output
    for module in SLOW:
        (book.folder / "code" / f"{module}.py").write_text(POISON)
    return book


def test_a_sentence_is_changed_without_torch(without_torch):
    page = without_torch.page("cross_entropy")
    assert all(sign in page for sign in ('class="exercise', 'class="where', "tensor("))
    assert 'class="network-map"' in without_torch.page("index")
    for name in ("cross_entropy", "index", "figures"):
        path = without_torch.folder / "book" / f"{name}.md"
        path.write_text(path.read_text() + "\nOne more sentence.\n")
        assert without_torch.strictly() == 0, without_torch.output
        assert "One more sentence." in without_torch.page(name)


def test_a_cell_that_is_changed_asks_for_it(without_torch):
    path = without_torch.folder / "book" / "figures.md"
    path.write_text(path.read_text() + "\n```{code-cell}\nimport torch\n```\n")
    assert without_torch.strictly() != 0 and "torch was asked for" in without_torch.output


@pytest.mark.parametrize(("pages", "searches"), [(1, False), (memory.FEW, False), (memory.FEW + 1, True)])
def test_garbage_is_looked_for_only_where_many_pages_are_read(pages, searches):
    events = {}
    try:
        memory.setup(SimpleNamespace(connect=events.__setitem__))
        assert not gc.isenabled()
        events["env-before-read-docs"](None, None, ["page"] * pages)
        assert gc.isenabled() == searches
    finally:
        gc.enable()
