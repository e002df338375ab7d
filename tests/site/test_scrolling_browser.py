"""What is wider than the page scrolls in a box of its own: a stop for the keyboard, with a shadow where it goes on."""

import pytest

# Of every box that may scroll and is not folded away: whether it does so sideways, whether it is marked as one that
# does, and whether it has a shadow.
BOXES = """() => [...document.querySelectorAll(
    ".bd-article :is(pre, .pst-scrollable-table-container, div.math > .math-scroll)")]
    .filter((box) => box.checkVisibility({contentVisibilityAuto: true}))
    .map((box) => [box.scrollWidth > box.clientWidth, box.hasAttribute("data-wide") && box.tabIndex === 0,
                   getComputedStyle(box).boxShadow.includes("inset")])"""
AGREE = f"() => ({BOXES})().every(([scrolls, marked, shadow]) => scrolls === marked && scrolls === shadow)"


def scrolling(page) -> int:
    """How many boxes scroll sideways, when all that do, and no others, are marked."""
    # An exercise hides its stub when its editor can open.
    page.wait_for_function("() => !document.querySelector('.exercise[data-exercise]:not(.live)')")
    page.wait_for_function(AGREE)
    return sum(scrolls for scrolls, *_ in page.evaluate(BOXES))


@pytest.mark.parametrize("name", ["batchnorm", "speed"])
def test_what_scrolls_sideways_is_a_stop_and_shows_it_and_nothing_else_does(visit, name):
    # With motion the theme's sidebar slides in when the window widens, and nothing scrolls until it is there.
    page = visit(name, width=375, height=800, reduced_motion="reduce")
    narrow = scrolling(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert 0 < scrolling(page) < narrow
    page.set_viewport_size({"width": 375, "height": 800})
    assert scrolling(page) == narrow


def test_a_formula_that_fits_is_no_stop(visit):
    page = visit("batchnorm")
    formula = page.locator(".math-scroll:not([data-wide])").first
    assert formula.evaluate("box => box.tabIndex") == -1 and page.locator(".math-scroll[tabindex='-1']").count() > 0


def test_a_box_whose_text_grows_is_noticed(visit):
    page = visit("tanh")
    page.evaluate("document.querySelector('.cell_input pre').append('x'.repeat(500))")
    page.wait_for_selector(".cell_input pre[data-wide][tabindex='0']")
