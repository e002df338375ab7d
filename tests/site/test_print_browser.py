"""A chapter on paper: its title, its text, its equations whole, and nothing that only a screen can do."""

import browsing
import pytest

CHAPTERS = sorted(name.removeprefix("book/").removesuffix(".html") for name in browsing.pages()
                  if name in ("book/batchnorm.html", "book/cross_entropy.html", "book/bugs.html"))
WIDTH = 680  # px, between the margins of an A4 page
SCREEN_ONLY = (".bd-header-article", ".bd-sidebar-primary", ".bd-sidebar-secondary", ".prev-next-footer", "p.checked",
               ".copybtn", "a.headerlink", ".exercise details", "div.cell details.hide", "#pst-skip-link")


@pytest.fixture
def printed(visit):
    def opened(name):
        page = visit(name, width=WIDTH)
        page.emulate_media(media="print")
        return page

    return opened


def seen(page, selector):
    """How many of these elements are printed."""
    return page.locator(f"{selector} >> visible=true").count()


@pytest.mark.parametrize("name", CHAPTERS)
def test_what_is_read_is_printed_and_what_is_clicked_is_not(printed, name):
    page = printed(name)
    assert seen(page, ".bd-article h1") == 1 and page.locator("h1").bounding_box()["height"] > 20
    assert {part: seen(page, part) for part in SCREEN_ONLY} == dict.fromkeys(SCREEN_ONLY, 0)


def test_answers_to_predictions_are_printed_and_those_to_exercises_are_not(printed):
    page = printed("batchnorm")
    answers = page.locator(".predict details > :not(summary)")
    assert answers.count() == seen(page, ".predict details > :not(summary)") > 0
    assert seen(page, ".exercise") > 0 and seen(page, ".exercise details *") == 0


@pytest.mark.parametrize("name", CHAPTERS)
def test_nothing_is_cut_off_at_the_edge_of_the_paper(printed, name):
    page = printed(name)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    over = page.evaluate("""width => [...document.querySelectorAll(
        ".bd-article :is(.katex-html, pre, svg, table)")].filter(e => e.getBoundingClientRect().right > width + 1)
        .map(e => e.closest("[id]").id + " " + e.textContent.slice(0, 40))""", WIDTH)
    assert over == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_figure_an_equation_or_a_cell_is_not_broken_across_pages(printed, name):
    page = printed(name)
    for part in (".inline-figure", "div.math", "div.cell", "pre", "tr"):
        found = page.eval_on_selector_all(f".bd-article {part}", "all => all.map(e => getComputedStyle(e).breakInside)")
        assert set(found) <= {"avoid"}, part


def test_a_link_that_leads_out_of_the_book_has_its_address_behind_it(printed):
    page = printed("index")
    page.evaluate("""document.querySelector(".bd-article p").innerHTML =
        '<a class="reference external" href="https://a.example/b">x</a> <a class="reference" href="#">y</a>'""")
    after = page.eval_on_selector_all(".bd-article p a.reference",
                                      "all => all.map(e => getComputedStyle(e, '::after').content)")
    assert "https://a.example/b" in after[0] and after[1] == "none"


def test_a_chapter_becomes_pages_of_paper(printed):
    assert printed("batchnorm").pdf(prefer_css_page_size=True).startswith(b"%PDF")
