"""The preview of an equation in a real browser: by pointer, by keyboard, and away again."""

import pytest

REFERENCE = '.bd-article a[href*="#equation-"]:not(.headerlink, .network-map a)'
FIGURE = '.bd-article a[href^="#"]:has(> .std-numref)'
BOX = "#equation-preview"
# A sentence that refers to the first equation of its own page.
REFER = """() => {
    const id = document.querySelector("div.math[id^=equation-]").id;
    document.querySelector(".bd-article p").innerHTML = `See <a class="reference internal" href="#${id}">(1)</a>.`;
}"""


@pytest.fixture
def page(visit):
    """A page that refers to an equation of its own, narrow."""
    opened = visit("cross_entropy", width=375, height=700, reduced_motion="reduce")
    opened.evaluate(REFER)
    return opened


@pytest.fixture
def across(visit):
    """A page that refers to equations of other pages."""
    return visit("rules")


def target_of(page) -> str:
    """The id of the equation that the first reference leads to."""
    return page.get_attribute(REFERENCE, "href").partition("#")[2]


def test_the_keyboard_shows_a_copy_of_the_equation_and_escape_takes_it_away(page):
    page.focus(REFERENCE)
    page.wait_for_selector(BOX)
    assert page.get_attribute(REFERENCE, "aria-describedby") == BOX[1:]
    original = page.evaluate("id => document.getElementById(id).querySelector('.katex-html').textContent",
                             target_of(page))
    assert original and original == page.text_content(f"{BOX} .katex-html")
    page.keyboard.press("Escape")
    assert page.is_hidden(BOX) and page.get_attribute(REFERENCE, "aria-describedby") is None
    assert page.said == [] and not [url for url in page.asked if url.endswith(".html")][1:]


def test_the_pointer_shows_it_and_may_move_into_it(page):
    page.hover(REFERENCE)
    page.wait_for_selector(BOX)
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


def test_an_equation_of_another_page_is_fetched_when_it_is_pointed_at_and_once(across):
    address, _, label = across.get_attribute(REFERENCE, "href").partition("#")
    page = f"/book/{address}"
    assert not [url for url in across.asked if url.endswith(page)]
    across.focus(REFERENCE)
    across.wait_for_selector(f"{BOX} .katex-html")
    shown = across.text_content(f"{BOX} .katex-html")
    across.keyboard.press("Escape")
    assert across.is_hidden(BOX)
    across.hover(REFERENCE)
    across.wait_for_selector(f"{BOX} .katex-html")
    assert len([url for url in across.asked if url.endswith(page)]) == 1
    across.click(REFERENCE)
    across.wait_for_load_state()
    assert across.text_content(f"#{label} .katex-html") == shown and across.said == []


def test_a_preview_that_comes_too_late_is_not_shown(across):
    across.route("**/book/*.html", lambda route: (across.wait_for_timeout(300), route.continue_()))
    across.focus(REFERENCE)
    across.keyboard.press("Escape")
    across.wait_for_timeout(1000)
    assert across.is_hidden(BOX) and across.get_attribute(REFERENCE, "aria-describedby") is None


def test_a_page_that_cannot_be_had_has_no_preview_and_the_link_leads_on(across):
    across.route("**/book/*.html", lambda route: route.fulfill(status=404, body="no"))
    across.focus(REFERENCE)
    across.wait_for_timeout(500)
    assert across.is_hidden(BOX) and not [line for line in across.said if "Uncaught" in line]


def test_from_a_folder_nothing_is_asked_for_and_nothing_is_refused(visit, site):
    page = visit("rules", start=f"file://{site}/book")
    page.focus(REFERENCE)
    page.wait_for_timeout(300)
    assert page.is_hidden(BOX) and [line for line in page.said if "rror" in line] == []


def test_a_figure_is_shown_beside_its_reference(visit):
    page = visit("batchnorm")
    page.focus(FIGURE)
    page.wait_for_selector(f"{BOX} svg")
    assert page.locator(f"{BOX} figcaption").inner_text().startswith("Figure")
    assert page.locator(f"{BOX} [id], {BOX} [href]").count() == 0
    assert page.locator(BOX).bounding_box()["height"] <= 900


def test_what_is_tapped_shows_nothing(visit):
    page = visit("cross_entropy", width=375, height=700, has_touch=True)
    page.evaluate(REFER)
    page.dispatch_event(REFERENCE, "pointerover", {"pointerType": "touch", "bubbles": True})
    page.wait_for_timeout(200)
    assert page.is_hidden(BOX)
