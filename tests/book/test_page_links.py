"""What stands at the head of a page: the time that it takes, and where a mistake is reported."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import nodes, utils

from book_prose import page_links


def page(*content) -> nodes.document:
    document = utils.new_document("page")
    document.extend(content)
    return document


def test_words_and_equations_take_time_and_code_and_tables_do_not():
    prose = nodes.paragraph("", "one two three four " * 100)
    assert page_links.seconds(page(prose)) == 120
    code = nodes.literal_block("", "a = 1 " * 500)
    table = nodes.table("", nodes.paragraph("", "a b c"))
    assert page_links.seconds(page(prose, code, table, nodes.math_block("", "x y z"))) == 140


def test_a_name_within_a_sentence_is_a_word_of_its_own():
    sentence = nodes.paragraph("", "", nodes.Text("so "), nodes.literal("", "dx"), nodes.Text(" is it"))
    assert page_links.seconds(page(sentence)) == 60 * 4 / page_links.WORDS_A_MINUTE


@pytest.mark.parametrize(("time", "words"), [
    (0, "about 1 minute"), (80, "about 1 minute"), (100, "about 2 minutes"), (14 * 60, "about 14 minutes"),
])
def test_the_time_in_words(time, words):
    assert page_links.in_words(time) == words


def test_each_page_says_how_long_it_takes(built):
    for name in ("index", "cross_entropy", "figures"):
        (shown,) = BeautifulSoup(built.page(name), "html.parser").select(".page-links .reading-time")
        assert shown.get_text().startswith("about ")
    assert "reading-time" not in (built.site / "search.html").read_text(encoding="utf8")


def test_without_a_repository_there_is_no_link_for_reports(built):
    assert "report a mistake" not in built.page("index")
    assert page_links.report_address("", "book/tanh") == ""


def test_with_a_repository_each_page_has_one(tmp_path):
    (tmp_path / "_config.yml").write_text("repository:\n  url: https://a.org/b/\n")
    config, context = SimpleNamespace(report_repository=""), {}
    app = SimpleNamespace(confdir=str(tmp_path), srcdir=str(tmp_path), config=config)
    page_links.read_settings(app, config)
    page_links.fill(app, "book/tanh", "page.html", context, page())
    assert context["report_address"] == "https://a.org/b/issues/new?title=Mistake%20in%20book/tanh"


@pytest.mark.parametrize(("address", "count"), [("https://a.org/b?c=\"", 1), ("", 0)])
def test_the_template_shows_the_link_where_there_is_an_address(address, count):
    from jinja2 import Environment, FileSystemLoader

    folder = page_links.__file__.replace("_ext/book_prose/page_links.py", "_templates")
    template = Environment(loader=FileSystemLoader(folder)).get_template("page-links.html")
    links = BeautifulSoup(template.render(report_address=address), "html.parser").select("a")
    assert [(link["href"], link.get_text()) for link in links] == [(address, "report a mistake")] * count
