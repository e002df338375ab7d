"""The pages beside the book's: the front door, the page for a wrong address, and the map of the site."""

import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from book_site import not_found


def site(tmp_path, base: str):
    """What the extension sees of a book of two pages."""
    config = SimpleNamespace(html_baseurl=base, html_title="A & B", html_favicon="book/_static/f.svg",
                             language="en", root_doc="book/index")
    builder = SimpleNamespace(name="html", get_target_uri=lambda page: f"{page}.html")
    env = SimpleNamespace(found_docs={"book/two", "book/index"})
    return SimpleNamespace(config=config, builder=builder, env=env, outdir=str(tmp_path))


@pytest.mark.parametrize(("base", "root"), [
    ("", "/"), ("https://a.org", "/"), ("https://a.org/b", "/b/"), ("https://a.org/b/c/", "/b/c/"),
])
def test_the_links_hold_from_any_depth(tmp_path, base, root):
    page = BeautifulSoup(not_found.not_found(site(tmp_path, base)), "html.parser")
    asked = urljoin("https://a.org/b/lost/and/deeper.html", page.base["href"])
    assert urljoin(asked, page.a["href"]) == f"https://a.org{root}book/index.html"
    assert urljoin(asked, page.form["action"]) == f"https://a.org{root}search.html"
    assert urljoin(asked, page.select_one('link[rel="icon"]')["href"]) == f"https://a.org{root}_static/f.svg"


def test_the_page_says_what_is_the_matter_and_needs_no_script(built):
    page = BeautifulSoup((built.site / "404.html").read_text(encoding="utf8"), "html.parser")
    assert page.h1.get_text() == "This page is not here" and page.html["lang"] == "en"
    assert not page.find_all("script") and page.select_one('label[for="q"]') and page.find(id="q")


def test_there_is_a_site_map_where_the_address_is_known_and_only_there(tmp_path, built):
    assert not (built.site / "sitemap.xml").exists()
    not_found.write(site(tmp_path, "https://a.org/b"), None)
    addresses = [place.text for place in ElementTree.parse(tmp_path / "sitemap.xml").getroot().iter()
                 if place.tag.endswith("loc")]
    assert addresses == ["https://a.org/b/book/index.html", "https://a.org/b/book/two.html"]
    not_found.write(site(tmp_path, ""), None)
    assert not (tmp_path / "sitemap.xml").exists()


@pytest.mark.parametrize(("written", "given", "taken"), [
    ("", "", ""), ("", "https://a.org/b", "https://a.org/b"), ("https://c.org", "https://a.org/b", "https://c.org"),
])
def test_the_address_is_that_of_the_settings_or_of_the_environment(tmp_path, monkeypatch, written, given, taken):
    monkeypatch.setenv("SITE_ADDRESS", given)
    app = site(tmp_path, written)
    not_found.take_address(app, app.config)
    assert app.config.html_baseurl == taken


def test_a_title_cannot_break_the_page(tmp_path):
    assert "<em>A &amp; B</em>" in not_found.not_found(site(tmp_path, ""))


def test_the_front_door_has_the_favicon(built):
    page = BeautifulSoup((built.site / "index.html").read_text(encoding="utf8"), "html.parser")
    assert (built.site / page.select_one('link[rel="icon"]')["href"]).is_file()
