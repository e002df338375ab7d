"""The site in one file: all of it, always the same bytes, and whole where it is unpacked."""

import zipfile

import pytest
from bs4 import BeautifulSoup
from site_links import broken_links

from book_site import offline


@pytest.fixture
def small(tmp_path):
    """A site of two pages."""
    site = tmp_path / "html"
    (site / "book").mkdir(parents=True)
    link = '<a class="offline reference" href="../a-book.zip" download>the <b>book</b></a>'
    (site / "book" / "one.html").write_text(f'{link} <a href="../two.html">two</a>')
    (site / "two.html").write_text("<p>two</p>")
    (site / ".hidden").write_text("x")
    return site


def test_the_file_holds_every_page_of_the_book(built):
    (archive,) = built.site.glob("*.zip")
    assert archive.name == "backprop-by-hand.zip"
    pages = {path.relative_to(built.site).as_posix() for path in built.site.rglob("*.html")}
    with zipfile.ZipFile(archive) as held:
        assert {f"backprop-by-hand/{page}" for page in pages} <= set(held.namelist())
        assert "backprop-by-hand/_static/site.css" in held.namelist()


def test_the_book_links_to_it(built):
    (link,) = BeautifulSoup(built.page("index"), "html.parser").select("a.offline")
    assert link["href"] == "../backprop-by-hand.zip" and link.get_text() == "take the book with you"


def test_unpacked_its_links_hold(built, tmp_path):
    with zipfile.ZipFile(built.site / "backprop-by-hand.zip") as held:
        held.extractall(tmp_path)
    assert broken_links(tmp_path / "backprop-by-hand") == []
    assert "take the book with you" in (tmp_path / "backprop-by-hand/book/index.html").read_text(encoding="utf8")


def test_a_page_in_the_file_keeps_the_words_and_not_the_link(small):
    with zipfile.ZipFile(offline.pack(small, "a-book")) as held:
        assert held.read("a-book/book/one.html") == b'the <b>book</b> <a href="../two.html">two</a>'
        assert "a-book/.hidden" not in held.namelist() and "a-book/a-book.zip" not in held.namelist()
        assert held.namelist() == sorted(held.namelist())


def test_the_same_site_gives_the_same_bytes_and_is_not_packed_again(small):
    first = offline.pack(small, "a-book")
    content, time = first.read_bytes(), first.stat().st_mtime_ns
    assert offline.pack(small, "a-book").stat().st_mtime_ns == time
    first.unlink()
    assert offline.pack(small, "a-book").read_bytes() == content


def test_a_change_and_a_damaged_file_are_packed_again(small):
    first = offline.pack(small, "a-book").read_bytes()
    (small / "two.html").write_text("<p>more</p>")
    assert offline.pack(small, "a-book").read_bytes() != first
    (small / "two.html").write_text("<p>two</p>")
    (small / "a-book.zip").write_bytes(b"damaged")
    assert offline.pack(small, "a-book").read_bytes() == first


def test_only_what_has_changed_is_deflated(small, monkeypatch):
    made, deflate = [], offline.deflate
    monkeypatch.setattr(offline, "deflate", lambda content: made.append(content) or deflate(content))
    offline.pack(small, "a-book")
    (small / "two.html").write_text("<p>more</p>" * 1000)
    with zipfile.ZipFile(offline.pack(small, "a-book")) as held:
        assert held.testzip() is None and held.read("a-book/two.html") == b"<p>more</p>" * 1000
        assert held.getinfo("a-book/two.html").compress_size < 100
    assert len(made) == 3 and made[-1] == b"<p>more</p>" * 1000
