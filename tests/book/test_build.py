"""Building the sample book: the same bytes twice, nothing stale, and a failure for whatever is wrong."""

import re
import shutil

import check_site
import pytest

# What a build says when it runs chapters, several at once or one.
RAN = re.compile(r"running \d+ chapters|Executing notebook")


@pytest.fixture(scope="module")
def other(laid_out):
    """The sample, built once more, which these tests may change; each leaves it as it found it."""
    book = laid_out("a folder with another name")
    assert book.strictly() == 0, book.output
    return book


def test_a_second_clean_build_in_another_folder_gives_the_same_bytes(built, other):
    assert check_site.differences(built.site, other.site) == []
    pages = [path.read_bytes() for path in other.site.rglob("*") if path.is_file()]
    assert not any(str(other.folder).encode() in text for text in pages)


def test_differences_are_seen(built, tmp_path):
    (tmp_path / "index.html").write_text("other")
    assert "index.html" in check_site.differences(built.site, tmp_path)


def test_every_page_was_built_and_every_cell_was_executed(built):
    assert check_site.problems(built.site, built.folder) == []


def test_the_build_chooses_the_names_and_the_number_of_threads(built):
    assert "names None threads 1" in built.page("cross_entropy")
    assert "IPKernelApp" not in built.output, "the kernels have nothing to say"


def test_the_front_door_has_a_language_a_title_and_a_link(built):
    page = (built.site / "index.html").read_text()
    assert page.startswith("<!DOCTYPE html>") and 'lang="en"' in page
    assert "<title>Backprop by Hand</title>" in page and '<a href="book/index.html">' in page


def test_changing_the_package_executes_again_and_changing_it_back_does_not(built, other):
    version = re.search(r"version (\S+)", built.page("cross_entropy"))[1]
    other.change("code/handgrad/__init__.py", f'"{version}"', '"99.0"')
    assert other.strictly() == 0, other.output
    assert RAN.search(other.output) and "version 99.0" in other.page("cross_entropy")
    other.change("code/handgrad/__init__.py", '"99.0"', f'"{version}"')
    assert other.strictly() == 0, other.output
    assert not RAN.search(other.output)
    # Sphinx keeps words in the search index that no page has any more.
    assert set(check_site.differences(built.site, other.site)) <= {"searchindex.js", "backprop-by-hand.zip"}


def test_with_nothing_changed_nothing_is_executed_and_what_is_stale_goes(built, other):
    stale = [other.site / name for name in ("book/old.html", "_sources/book/old.md", "reports/old.err.log")]
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("old")
    assert other.strictly() == 0, other.output
    assert not RAN.search(other.output)
    assert not [path for path in stale if path.exists()]
    assert (other.site / "book/index.html").is_file() and (other.site / "_sources/book/index.md").is_file()


def test_a_cell_that_raises_fails_every_build(laid_out):
    book = laid_out("raises")
    (book.folder / "_toc.yml").write_text("format: jb-book\nroot: book/figures\n")
    book.change("book/figures.md", "import numpy\n", "assert 1 + 1 == 3, 'arithmetic'\n")
    for build in (book.build, book.strictly):
        assert build() == 1
        assert "arithmetic" in book.output
        assert "book/figures did not run to its end; the cell that failed is shown above" in book.output


MISTAKES = {
    r"$$ \frac{1}{ $$": r"book/wrong.md:\d+: WARNING: this formula cannot be set: Unexpected end of input",
    r"$$ a \\ b $$": "does nothing in display mode",
    r"$\href{a}{b}$": "does not trust",
    "```{where} nowhere\n```": "the network has no operation 'nowhere'",
    "```{exercise} nothing\n```": "there is no exercise 'nothing'",
    "$$ x $$ (grad-nothing-dx)": r"book/wrong.md:\d+: WARNING: grad-nothing-dx has no row in book/ledger",
}


def test_every_mistake_on_a_page_is_named_and_fails_every_build(laid_out):
    book = laid_out("wrong")
    (book.folder / "_toc.yml").write_text("format: jb-book\nroot: book/wrong\n")
    (book.folder / "book" / "wrong.md").write_text("# Wrong\n\n" + "\n\n".join(MISTAKES))
    for _ in range(2):
        assert book.strictly() == 1
        missed = [mistake for mistake, said in MISTAKES.items() if not re.search(said, book.output)]
        assert not missed, book.output
        assert "has a row for grad-cross-entropy-dlogits, but no page has that equation" in book.output
        assert "no page holds the directive {ledger}" in book.output


def test_a_package_from_elsewhere_is_refused(laid_out):
    book = laid_out("elsewhere")
    (book.folder / "code" / "handgrad").rename(book.folder / "handgrad")
    (book.folder / "code").joinpath("handgrad.py").write_text("")
    assert book.build() != 0
    assert re.search(r"the cells would run \S+, not \S+code/handgrad: run `pip install -e .`", book.output)


def test_a_build_with_nothing_to_do_leaves_every_file_and_a_new_style_reaches_the_site(laid_out, tmp_path):
    book = laid_out("built again")
    assert book.strictly() == 0, book.output
    shutil.copytree(book.site, tmp_path / "before")
    assert book.strictly() == 0, book.output
    assert "no targets are out of date" in book.output
    assert check_site.differences(tmp_path / "before", book.site) == []
    sheet = book.folder / "book/_static/book.css"
    sheet.write_text(sheet.read_text(encoding="utf8") + "\nh1 { color: teal }\n", encoding="utf8")
    assert book.strictly() == 0, book.output
    assert "h1{color:teal}" in (book.site / "_static" / "site.css").read_text(encoding="utf8")
