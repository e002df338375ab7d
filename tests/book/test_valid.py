"""What the tools write and HTML does not take, mended."""

import pytest

from book_site import valid


@pytest.mark.parametrize(("mend", "before", "after"), [
    (valid.no_slashes, '<br /><img src="a>b"/><path d="M0"/>', '<br><img src="a>b"><path d="M0"/>'),
    (valid.prompts_in_line,
     '<summary aria-label="Toggle hidden content">\n<p class="collapsed admonition-title">Show</p>\n'
     '<p class="expanded admonition-title">Hide</p>\n</summary><p class="x">a</p>',
     '<summary>\n<span class="collapsed admonition-title">Show</span>\n'
     '<span class="expanded admonition-title">Hide</span>\n</summary><p class="x">a</p>'),
    (valid.no_article, '<b></b><article class="bd-article"><h1>a</h1></article><footer></footer>',
     '<b></b><div class="bd-article"><h1>a</h1></div><footer></footer>'),
    (valid.corners, '<th class="head"><p></p></th><th></th><th class="head"><p>a</p></th><th>b</th>',
     '<td class="head"></td><td></td><th class="head"><p>a</p></th><th>b</th>'),
    (valid.once, '<meta name="viewport" content="a"><meta name="viewport" content="b"><p>',
     '<meta name="viewport" content="a"><p>'),
])
def test_what_is_wrong_is_mended_and_what_is_right_stays(mend, before, after):
    assert mend(before) == after
    assert mend(after) == after


@pytest.mark.parametrize("page", ["", "<p>a</p>", '<article class="bd-article">', "<article></article>", "a < b />"])
def test_other_pages_stay_as_they_are(page):
    assert valid.mended(page) == page


def test_the_pages_are_mended_when_they_are_written(built):
    page = built.page("cross_entropy")
    assert valid.mended(page) == page
    assert '<div class="bd-article">' in page and "<br />" not in page and page.count("<h1") == 1
