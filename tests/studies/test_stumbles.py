"""Each place where readers stumble has its section, and in it a cell that runs the experiment."""

import re

import chapters
import pytest
from myst_nb.core.read import read_myst_markdown_notebook

from handgrad.studies import stumbles
from handgrad.studies.stumbles import STUMBLES, Stumble

every = pytest.mark.parametrize("stumble", STUMBLES, ids=lambda stumble: stumble.what)


def sections(page):
    """The code of the cells that a reader sees, by the heading above them; of two headings alike, the first's."""
    found, heading, fence = {}, "", False
    for cell in read_myst_markdown_notebook(page).cells:
        if cell.cell_type == "code":
            if heading and "remove-cell" not in cell.metadata.get("tags", ()):
                found[heading].append(cell.source)
            continue
        for line in cell.source.splitlines():
            fence ^= line.startswith("```")
            title = re.match(r"#{2,3} (.+)", line)
            if title and not fence:
                heading = title[1] if title[1] not in found else ""
                found.setdefault(title[1], [])
    return found


def missing(stumble, page):
    """What a chapter's source lacks of what a row promises, in one sentence; nothing if all is there."""
    found = sections(page)
    for heading in filter(None, (stumble.heading, stumble.also)):
        if heading not in found:
            return f"no section {heading!r}"
        if not found[heading]:
            return f"no cell in {heading!r}"
    if not any(stumble.piece in code for code in found[stumble.heading]):
        return f"no cell with {stumble.piece!r} in {stumble.heading!r}"
    return ""


@every
def test_the_section_is_there_and_runs_the_experiment(stumble):
    assert stumble.chapter in chapters.stems()
    assert missing(stumble, chapters.source(stumble.chapter)) == ""


@every
def test_the_piece_of_code_stands_nowhere_else_in_the_chapter(stumble):
    """So that it names its experiment, and taking the experiment out is noticed."""
    cells = [text for text, _ in chapters.cells(stumble.chapter) if stumble.piece in text]
    assert len(cells) == 1


def test_there_are_thirty_in_the_order_of_the_chapters():
    assert len(STUMBLES) == len({stumble.what for stumble in STUMBLES}) == 30
    order = [chapters.stems().index(stumble.chapter) for stumble in STUMBLES]
    assert order == sorted(order)


PAGE = """# Title

## One

```{math}
## no heading
```

```{code-cell}
# no heading either
x = 1
```

## Two

Prose only.

### Three

```{code-cell}
:tags: [remove-cell]
y = 2
```

### One

```{code-cell}
z = 3
```
"""


@pytest.mark.parametrize(("heading", "piece", "also", "says"), [
    ("One", "x = 1", "", ""),
    ("no heading", "x", "", "no section 'no heading'"),
    ("no heading either", "x", "", "no section 'no heading either'"),
    ("Two", "x", "", "no cell in 'Two'"),
    ("Three", "y = 2", "", "no cell in 'Three'"),
    ("One", "z = 3", "", "no cell with 'z = 3' in 'One'"),
    ("One", "x = 1", "Four", "no section 'Four'"),
    ("One", "x = 1", "Two", "no cell in 'Two'"),
])
def test_a_missing_section_or_experiment_is_noticed(heading, piece, also, says):
    assert missing(Stumble("", "", heading, "", piece, also), PAGE) == says


@every
def test_taking_the_experiment_out_of_its_chapter_is_noticed(stumble):
    page = chapters.source(stumble.chapter)
    cell = next(found for found in re.findall(r"^```\{code-cell\}.*?^```$", page, re.MULTILINE | re.DOTALL)
                if stumble.piece in found)
    assert missing(stumble, page.replace(cell, ""))
    assert missing(stumble, page.replace(f"# {stumble.heading}\n", "# Another\n"))


@pytest.mark.parametrize(("heading", "anchor"), [
    ("Which mean, once there is no minibatch?", "which-mean-once-there-is-no-minibatch"),
    ("`x` and `dx`", "x-and-dx"), ("The U-shaped curve", "the-u-shaped-curve"),
])
def test_the_anchor_of_a_heading(heading, anchor):
    assert stumbles.anchor(heading) == anchor


def test_the_table_has_a_row_for_each_and_one_for_each_chapter():
    text = stumbles.where()
    rows = text.splitlines()[2:]
    assert len(rows) == 30 + len({stumble.chapter for stumble in STUMBLES})
    for stumble in STUMBLES:
        (row,) = [row for row in rows if stumble.what in row]
        assert stumble.shows in row and f"(./{stumble.chapter}.md#{stumbles.anchor(stumble.heading)})" in row
        assert row.count("](") == 1 + bool(stumble.also)
    assert text._repr_markdown_() == text


def test_the_page_shows_the_table():
    assert any("stumbles.where()" in text for text, _ in chapters.cells("tested"))
