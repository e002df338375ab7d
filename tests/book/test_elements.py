"""Elements that show nothing: which are left out, and that all others stay."""

import html
import io
import re

import pytest
from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.token import Generic, Name, Text

from book_site.lean import elements

CODE = "import torch  # all of it\ndef f(x):\n    return {'a': x[0] + 1.5}, torch.tanh(x) if x is None else 2\n"


def words(markup: str) -> str:
    """What a page shows of its markup."""
    return html.unescape(re.sub("<[^>]*>", "", markup))


def test_code_reads_as_before_with_fewer_elements():
    ours, theirs = (highlight(CODE, PythonLexer(), formatter()) for formatter in (elements.Formatter, HtmlFormatter))
    assert words(ours) == words(theirs)
    lost = set(re.findall(r'<span class="(\w+)">', theirs)) - set(re.findall(r'<span class="(\w+)">', ours))
    assert lost == {"n", "nn", "p", "w"}
    assert ours.count("<span") < theirs.count("<span") / 2


@pytest.mark.parametrize("looks", elements.LOOKS)
def test_no_element_that_has_a_look_is_lost(looks):
    seen = {kind for kind in looks if elements.looks_like_text(kind)}
    assert all(looks[kind] == looks[Text] for kind in seen) and len(seen) < len(looks) / 2


def test_what_no_style_knows_stays_as_it_is():
    assert Generic.Error in elements.LOOKS[0] and Generic.Whitespace not in elements.LOOKS[0]
    tokens = [(Generic.Whitespace, "  "), (Generic.Error, "AssertionError"), (Name, "x")]
    page = io.StringIO()
    elements.Formatter(nowrap=True).format(iter(tokens), page)
    assert page.getvalue() == '<span class="g g-Whitespace">  </span><span class="gr">AssertionError</span>x\n'


def test_the_styles_are_those_of_the_site(built):
    sheet = (built.site / "_static" / "site.css").read_text(encoding="utf8")
    for looks, mode in zip(elements.LOOKS, ("light", "dark"), strict=True):
        (rule,) = re.findall(rf'html\[data-theme="{mode}"\] \.highlight\{{([^}}]*)\}}', sheet)
        assert f"color:#{looks[Text]['color']}".lower() in rule.lower()


def paragraph(parent: nodes.Element, **attributes) -> nodes.paragraph:
    """A paragraph in its parent."""
    parent += nodes.paragraph("", "text", **attributes)
    return parent[-1]


def test_what_stands_alone_in_a_cell_is_no_paragraph():
    assert elements.is_a_cell(paragraph(nodes.entry()))


@pytest.mark.parametrize("case", [
    paragraph(nodes.entry("", nodes.paragraph())), paragraph(nodes.entry(), ids=["here"]),
    paragraph(nodes.entry(), classes=["mark"]), paragraph(nodes.list_item()), paragraph(nodes.document(None, None)),
])
def test_all_others_are(case):
    assert not elements.is_a_cell(case)


def test_the_pages_are_written_so(built):
    pages = [path.read_text(encoding="utf8") for path in built.site.rglob("*.html")]
    assert any("<td" in page for page in pages) and any('class="highlight"' in page for page in pages)
    for page in pages:
        assert not re.search(r'<t[dh][^>]*>\s*<p>[^<]*</p>\s*</t', page) and '<span class="n">' not in page
        assert page.count("<p>") <= page.count("</p>") <= page.count("<p>") + page.count("<p ")
