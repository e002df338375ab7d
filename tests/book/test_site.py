"""The real site, when it has been built; and every check on a small site that fails it."""

import json
import os
from pathlib import Path

import check_site
import pytest
import site_links
import site_page

ROOT = check_site.ROOT


def newest(folder: Path, pattern: str) -> float:
    return max((path.stat().st_mtime for path in folder.rglob(pattern)), default=0.0)


@pytest.fixture(scope="module")
def real_site() -> Path:
    """The built site: HANDGRAD_SITE, or _build/html where it is not older than the chapters."""
    site = Path(os.environ.get("HANDGRAD_SITE") or ROOT / "_build" / "html")
    if not (site / "index.html").is_file():
        pytest.skip(f"there is no site in {site.name}: run `make site` first")
    changed = max(newest(ROOT / "book", "*.md"), (ROOT / "_toc.yml").stat().st_mtime)
    if changed > newest(site, "*.html"):
        pytest.skip("the site is older than a chapter or than _toc.yml: run `make site` again")
    return site


@pytest.fixture(scope="module")
def reader() -> site_page.Reader:
    return site_page.Reader()


@pytest.mark.parametrize("check", [
    check_site.wrong_pages, check_site.wrong_cells, check_site.other_hosts, check_site.broken_links,
    check_site.faults, check_site.policy_faults,
], ids=lambda check: check.__name__)
def test_the_built_book(real_site, reader, check):
    more = {check_site.wrong_pages: (ROOT,), check_site.wrong_cells: (ROOT, reader)}.get(check, (reader,))
    assert check(real_site, *more) == []


POLICY = '<meta http-equiv="Content-Security-Policy" content="script-src \'self\'">'
CHAPTER = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
---

# A chapter

```{code-cell}
1
```

```{code-cell}
:tags: [remove-cell]
2
```
"""


def notebook(counts: list[int | None]) -> str:
    cells = [
        {"cell_type": "code", "execution_count": count, "source": [f"{i}\n"]}
        for i, count in enumerate(counts)
    ]
    return json.dumps({"cells": cells + [{"cell_type": "markdown"}]})


@pytest.fixture
def small(tmp_path) -> Path:
    """A project of one chapter and its site, with nothing wrong."""
    files = {
        "_toc.yml": "format: jb-book\nroot: book/one\n",
        "book/one.md": CHAPTER,
        "_build/html/index.html": POLICY + '<a href="book/one.html#top">A book</a>',
        "_build/html/book/one.html": POLICY + '<h1 id="top">One</h1><div class="cell"></div><img src="../a.png">',
        "_build/html/a.png": "",
        "_build/jupyter_execute/book/one.ipynb": notebook([1, 2]),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def problems(project: Path) -> list[str]:
    return check_site.problems(project / "_build" / "html", project)


def test_a_site_with_nothing_wrong(small):
    assert problems(small) == []


def test_a_site_that_is_not_there(tmp_path):
    assert problems(tmp_path) == [f"there is no site in {tmp_path}/_build/html: build it with `make site`"]


def test_a_page_too_few_and_a_page_too_many(small):
    (small / "_build/html/book/one.html").rename(small / "_build/html/book/two.html")
    found = check_site.wrong_pages(small / "_build" / "html", small)
    assert found == ["book/one.html is in _toc.yml and was not built",
                     "book/two.html was built and is not in _toc.yml"]


@pytest.mark.parametrize("counts", [[1], [1, None], []])
def test_a_cell_that_was_not_executed(small, counts):
    (small / "_build/jupyter_execute/book/one.ipynb").write_text(notebook(counts))
    ran = sum(count is not None for count in counts)
    assert problems(small) == [f"book/one: 2 code cells, of which {ran} were executed"]


@pytest.mark.parametrize("counts, ran", [([1, 2], 2), ([1, None], 1), ([1, 2, 3], 0)])
def test_a_chapter_from_the_cache_counts_as_it_ran_there(small, counts, ran):
    (small / "_build/jupyter_execute/book/one.ipynb").write_text(notebook([None, None]))
    for key, content in (("old", [1, 2]), ("new", counts)):
        file = small / f"_build/.jupyter_cache/{key}/executed/hash/base.ipynb"
        file.parent.mkdir(parents=True)
        file.write_text(notebook(content))
    os.utime(small / "_build/.jupyter_cache/old", (0, 0))
    assert problems(small) == ([f"book/one: 2 code cells, of which {ran} were executed"] if ran < 2 else [])


def test_a_chapter_without_its_executed_notebook(small):
    (small / "_build/jupyter_execute/book/one.ipynb").unlink()
    assert problems(small) == ["book/one: 2 code cells, of which 0 were executed"]


def test_a_cell_that_is_not_on_the_page(small):
    (small / "_build/html/book/one.html").write_text(POLICY + '<h1 id="top">A chapter</h1>')
    assert problems(small) == ["book/one: 1 cells to be shown, of which 0 are on the page"]


@pytest.mark.parametrize("element", [
    '<script src="https://other.org/a.js"></script>',
    '<script src="//other.org/a.js"></script>',
    '<link rel="stylesheet" href="https://other.org/a.css">',
    '<link rel="preconnect" href="https://other.org">',
    '<link rel="shortcut icon" href="http://other.org/a.ico">',
    '<img src="https://other.org/a.png">',
    '<img srcset="../a.png 1x, https://other.org/a.png 2x">',
    '<iframe src="https://other.org"></iframe>',
    '<p style="background: url(https://other.org/a.png)">x</p>',
    "<style>@import 'https://other.org/a.css';</style>",
    "<svg><image xlink:href='https://other.org/a.png'/></svg>",
])
def test_a_request_to_another_host(small, element):
    page = small / "_build/html/book/one.html"
    page.write_text(page.read_text() + element)
    found = check_site.other_hosts(small / "_build" / "html")
    assert len(found) == 1 and found[0].startswith("book/one.html loads ") and "other.org" in found[0]


@pytest.mark.parametrize("rule", ["@import 'https://o.org/a.css';", 'p { background: url( "//o.org/a" ) }'])
def test_a_request_of_a_stylesheet_to_another_host(small, rule):
    (small / "_build/html/a.css").write_text(rule)
    assert len(check_site.other_hosts(small / "_build" / "html")) == 1


@pytest.mark.parametrize("element", [
    '<a href="https://other.org">elsewhere</a>',
    '<link rel="canonical" href="https://other.org">',
    '<img src="data:image/png;base64,AAAA">',
])
def test_what_asks_no_other_host(small, element):
    page = small / "_build/html/book/one.html"
    page.write_text(page.read_text() + element)
    (small / "_build/html/a.css").write_text("/* @import 'https://other.org/a.css' */")
    assert check_site.other_hosts(small / "_build" / "html") == []


@pytest.mark.parametrize(("element", "said"), [
    ('<a href="two.html">x</a>', "points to two.html, which is not there"),
    ('<a href="#nowhere">x</a>', "points to #nowhere: the page has no such place"),
    ('<a href="one.html#nowhere">x</a>', "points to one.html#nowhere: the page has no such place"),
    ('<script src="../a.js"></script>', "points to ../a.js, which is not there"),
])
def test_a_link_that_leads_nowhere(small, element, said):
    page = small / "_build/html/book/one.html"
    page.write_text(page.read_text() + element)
    assert site_links.broken_links(small / "_build" / "html") == [f"book/one.html {said}"]


@pytest.mark.parametrize(("element", "said"), [
    ('<p id="top">x</p>', "two elements have the id top"),
    ("<p>```{predict} Why?</p>", "a fence did not open"),
    ('<code class="tex-error">x</code>', "KaTeX could not set"),
    ("<p>window.MathJax = {}</p>", "mentions MathJax"),
])
def test_a_fault_of_a_page(small, element, said):
    page = small / "_build/html/book/one.html"
    page.write_text(page.read_text() + element)
    found = problems(small)
    assert len(found) == 1 and said in found[0]


def test_the_script_for_mathematics_is_not_published(small):
    (small / "_build/html/katex.min.js").write_text("")
    assert problems(small) == ["katex.min.js is published: KaTeX runs while the book is built"]


def test_a_page_is_read_anew_when_it_changes_and_only_then(small, monkeypatch):
    assert problems(small) == []
    monkeypatch.setattr(site_page, "read", None)  # a second reading would call it
    assert problems(small) == []
    monkeypatch.undo()
    page = small / "_build/html/book/one.html"
    page.write_text(page.read_text() + '<a href="#nowhere">x</a>')
    assert problems(small) == ["book/one.html points to #nowhere: the page has no such place"]


def test_what_another_version_of_the_checks_read_counts_for_nothing(small, monkeypatch):
    assert problems(small) == []
    monkeypatch.setattr(site_page, "OWN", b"other")
    monkeypatch.setattr(site_page, "read", lambda text: site_page.Page([], [], [], 1, [" is wrong"], []))
    assert "index.html is wrong" in problems(small)


def test_the_command_prints_the_problems_and_fails(tmp_path, capsys):
    assert check_site.main([str(tmp_path)]) == 1
    assert "there is no site" in capsys.readouterr().out
