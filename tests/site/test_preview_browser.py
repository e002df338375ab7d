"""The preview of an equation in a real browser: by pointer, by keyboard, and away again."""

import pytest

REFERENCE = '.bd-article a[href^="#equation-"]:not(.headerlink)'
BOX = "#equation-preview"


@pytest.fixture
def page(site, visit):
    """A page that refers to one of its own equations, narrow."""
    holding = [path for path in sorted(site.glob("book/*.html"))
               if 'class="reference internal" href="#equation-' in path.read_text(encoding="utf8")]
    if not holding:
        pytest.skip("no page of this site refers to an equation of its own")
    return visit(holding[0].stem, width=375, height=700, reduced_motion="reduce")


def target_of(page) -> str:
    """The id of the equation that the first reference leads to."""
    return page.get_attribute(REFERENCE, "href")[1:]


def test_the_keyboard_shows_a_copy_of_the_equation_and_escape_takes_it_away(page):
    page.focus(REFERENCE)
    assert page.is_visible(BOX) and page.get_attribute(REFERENCE, "aria-describedby") == BOX[1:]
    original = page.evaluate("id => document.getElementById(id).querySelector('.katex-html').textContent",
                             target_of(page))
    assert original and original == page.text_content(f"{BOX} .katex-html")
    page.keyboard.press("Escape")
    assert page.is_hidden(BOX) and page.get_attribute(REFERENCE, "aria-describedby") is None
    assert page.said == []


def test_the_pointer_shows_it_and_may_move_into_it(page):
    page.hover(REFERENCE)
    assert page.is_visible(BOX)
    page.hover(BOX)
    page.wait_for_timeout(400)
    assert page.is_visible(BOX)
    page.mouse.move(1, 1)
    page.wait_for_selector(BOX, state="hidden")


def test_the_copy_repeats_no_id_adds_no_stop_and_does_not_widen_the_page(page):
    page.focus(REFERENCE)
    page.keyboard.press("Shift")
    assert page.eval_on_selector_all("[id]", "all => new Set(all.map(e => e.id)).size === all.length")
    assert page.locator(f"{BOX} [tabindex], {BOX} a").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_does_not_move_where_less_motion_is_asked_for(page):
    page.focus(REFERENCE)
    assert page.eval_on_selector(BOX, "box => getComputedStyle(box).animationName") == "none"
