"""What a reader does on the built site: find, switch, copy, walk by keyboard, read without a script or a server."""

import browsing
import page_faults
import pytest
from reader import FORBIDDEN, FULL

PAGES = browsing.pages()
CHAPTERS = [name for name in PAGES if name.startswith("book/")]
NOT_HERE = pytest.mark.skipif(not PAGES, reason=browsing.why_not())
# One page of each kind.
KINDS = ("book/index", "book/batchnorm", "book/mlp", "book/glossary", "search", "genindex", "404")


@pytest.fixture
def at(visit, host):
    """Opens a page by its address within the site, without the ending."""
    return lambda name, **options: visit(name, start=host, **options)


def theme(page) -> str:
    return page.evaluate("document.documentElement.dataset.theme")


def test_the_root_leads_to_the_first_page(at):
    page = at("index")
    page.wait_for_url("**/book/index.html")
    assert page.text_content("h1").startswith("Backprop by Hand")


# Search

@pytest.mark.parametrize(("word", "chapter"), [("dlogits", "softmax"), ("xhat", "batchnorm")])
def test_search_finds_a_name_of_the_mathematics(at, word, chapter):
    page = at("search")
    page.fill(".bd-search-container input", word)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#search-results li a[href*='{chapter}.html']")
    found = page.eval_on_selector_all("#search-results li a", "links => links.map(link => new URL(link.href).pathname)")
    assert f"/book/{chapter}.html" in found
    page.click(f"#search-results li a[href*='{chapter}.html']")
    page.wait_for_url(f"**/book/{chapter}.html*")
    assert word in page.text_content(".bd-article") and page.said == []


def test_search_says_when_it_finds_nothing(at):
    page = at("search")
    page.fill(".bd-search-container input", "zzyzxq")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results :text('did not match any documents')")


@pytest.mark.parametrize("how", ["button", "keys"])
def test_the_search_field_opens_on_every_page(at, how):
    page = at("book/tanh")
    if how == "button":
        page.click(".search-button-field")
    else:
        page.keyboard.press("Control+K")
    field = page.locator("#pst-search-dialog input")
    field.wait_for(state="visible")
    field.fill("xhat")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a")
    assert "search.html?q=xhat" in page.url


# From the top, or from elsewhere

TOP = "id => document.getElementById(id).getBoundingClientRect().top"
WAITING = "document.querySelectorAll('.top-first .bd-article > section > section').length"
# How far below the upper edge of the window the target of a link comes to stand, at most: under the header.
UNDER_HEADER = 80
# Holds back what a page does when it has loaded, so that it stays as it was first drawn.
NEVER = "const add = addEventListener; window.addEventListener = (name, act) => name === 'load' || add(name, act);"


@pytest.fixture
def held(browser, host):
    """Opens a page, by its address within the site, as it was first drawn."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})

    def opened(name):
        page = context.new_page()
        page.add_init_script(NEVER)
        page.goto(f"{host}/{name}.html")
        return page

    yield opened
    context.close()


def stands_right(page, place):
    """Whether a place is at the top of the window, or as far up as the end of the page lets it be."""
    at_end = page.evaluate("innerHeight + scrollY >= document.documentElement.scrollHeight - 2")
    top = page.evaluate(TOP, place)
    return -1 <= top <= UNDER_HEADER or (at_end and 0 <= top < page.viewport_size["height"])


def places(page):
    """A place in the middle of a page and the last one."""
    found = page.eval_on_selector_all(".bd-article section section[id]", "all => all.map(each => each.id)")
    return found[len(found) // 2], found[-1]


@pytest.mark.parametrize("name", ["book/cross_entropy", "book/training", "book/mlp"])
def test_a_link_to_a_place_leads_there(at, host, name):
    for place in places(at(name)):
        page = at(name)
        page.goto("about:blank")
        page.goto(f"{host}/{name}.html#{place}")
        page.wait_for_function(browsing.READY)
        assert stands_right(page, place), place


@pytest.mark.parametrize("name", ["book/cross_entropy", "book/training"])
def test_a_link_that_is_followed_at_once_leads_there_too(held, name):
    page = held(name)
    assert page.evaluate(WAITING) > 3, "nothing was held back, so that this test would see nothing"
    place = places(page)[1]
    page.evaluate("place => document.querySelector(`.bd-sidebar-secondary a[href='#${place}']`).click()", place)
    page.wait_for_timeout(300)
    assert stands_right(page, place)


def test_a_short_page_waits_for_nothing(held):
    assert held("book/index").evaluate(WAITING) == 0


def test_from_its_top_a_page_is_laid_out_to_its_end_and_nothing_jumps(at):
    page, plain = at("book/bugs"), at("book/bugs", java_script_enabled=False)
    assert page.evaluate(WAITING) == 0
    height = "document.documentElement.scrollHeight"
    assert page.evaluate(height) == pytest.approx(plain.evaluate(height), rel=0.02)
    assert page_faults.shift(page) == []


def test_where_the_reader_was_is_found_again(at):
    page = at("book/training")
    page.evaluate("scrollTo(0, 9000)")
    seen = "document.elementFromPoint(600, 300).closest('p, pre, h2, h3, li, div').textContent.slice(0, 60)"
    before = page.evaluate(seen)
    page.reload()
    page.wait_for_function(browsing.READY)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") == pytest.approx(9000, abs=60) and page.evaluate(seen) == before


# Light and dark

@pytest.mark.parametrize("script", [FORBIDDEN, FULL])
def test_without_a_store_all_works_and_nothing_is_kept(at, script):
    page = at("book/tanh", color_scheme="light")
    page.add_init_script(script)
    page.reload()
    page.wait_for_function(browsing.READY)
    page.click(".theme-switch-button")
    page.click(".theme-switch-button")
    assert theme(page) == "dark"
    page.keyboard.press("Control+K")
    page.locator("#pst-search-dialog input").wait_for(state="visible")
    assert page.said == []
    page.reload()
    page.wait_for_function(browsing.READY)
    assert theme(page) == "light" and page.said == []


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_page_follows_the_system_until_the_reader_chooses(at, system):
    page = at("book/index", color_scheme=system)
    assert theme(page) == system
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 18, 18)"
    assert dark == (system == "dark")
    other = "light" if system == "dark" else "dark"
    page.emulate_media(color_scheme=other)
    page.wait_for_selector(f"html[data-theme={other}]")


def test_the_switch_works_and_is_remembered_on_other_pages(at, host):
    page = at("book/index", color_scheme="light")
    modes = []
    for _ in range(3):
        page.click(".theme-switch-button:visible")
        modes.append(page.evaluate("document.documentElement.dataset.mode"))
        assert theme(page) == ("light" if modes[-1] == "auto" else modes[-1])
        if modes[-1] == "dark":
            page.reload()
            assert theme(page) == "dark"
            page.goto(f"{host}/book/tanh.html")
            assert theme(page) == "dark", "another page forgot what was chosen"
    assert sorted(modes) == ["auto", "dark", "light"]
    assert page.said == []


# Copying

def test_a_button_copies_the_cell_beside_it(at):
    page = at("book/batchnorm", permissions=["clipboard-read", "clipboard-write"])
    cell = page.locator("div.cell_input .highlight").first
    cell.hover()
    cell.locator("button.copybtn").click()
    page.wait_for_selector("button.copybtn.success")
    assert page.evaluate("navigator.clipboard.readText()").strip() == cell.locator("pre").text_content().strip()
    assert page.said == []


# The keyboard

@NOT_HERE
@pytest.mark.parametrize(("name", "width"), [*((name, 1280) for name in KINDS), ("book/mlp", 375), ("search", 375)])
def test_the_keyboard_reaches_and_shows_everything_in_order(at, name, width):
    page = at(name, width=width, reduced_motion="reduce")
    page.wait_for_load_state("networkidle")
    assert page_faults.keyboard(page) == []


@pytest.mark.parametrize("name", ["book/index", "book/mlp"])
def test_the_first_stop_leads_past_the_head_of_the_page(at, name):
    page = at(name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_on_a_telephone_the_contents_open_and_close_by_keyboard(at):
    page = at("book/index", width=375, height=800, reduced_motion="reduce")
    page.focus("button.primary-toggle")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog#pst-primary-sidebar-modal[open]")
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog#pst-primary-sidebar-modal[open]", state="detached")
    page.wait_for_selector("button.primary-toggle:focus")


# Less motion

@NOT_HERE
@pytest.mark.parametrize("name", KINDS)
def test_nothing_moves_for_a_reader_who_asks_for_less_motion(at, name):
    assert page_faults.motion(at(name, reduced_motion="reduce")) == []


# Without a script

@NOT_HERE
@pytest.mark.parametrize("name", CHAPTERS)
def test_a_page_is_whole_without_javascript(at, name):
    page = at(name, java_script_enabled=False)
    assert page_faults.missing_without_script(page) == []
    assert page_faults.too_wide(page) == []


def test_an_exercise_opens_without_javascript(at):
    page = at("book/batchnorm", java_script_enabled=False)
    solution = page.locator(".exercise details", has_text="Show a solution").first
    assert solution.locator("pre").is_hidden()
    solution.locator("summary").click()
    assert solution.locator("pre").is_visible()


def test_the_table_of_the_map_opens_without_javascript(at):
    page = at("book/index", java_script_enabled=False)
    page.click(".map-table > summary") if page.locator(".map-rows").is_hidden() else None
    assert page.locator(".map-rows tr").count() > 26 and page.locator("#map-xhat").is_visible()


def test_the_search_page_says_that_it_needs_javascript(at):
    assert "Searching needs JavaScript" in at("search", java_script_enabled=False).inner_text("main")


# Without a server

@NOT_HERE
@pytest.mark.parametrize("name", KINDS[:5])
def test_a_page_opens_from_the_file_system(visit, site, name):
    page = visit(name, start=f"file://{site}", color_scheme="dark")
    assert theme(page) == "dark", "the scripts did not run"
    assert page.evaluate("document.fonts.ready.then(() => document.styleSheets.length)") >= 1
    assert [address for address in page.asked if not address.startswith(("file://", "data:"))] == []
    assert page.said == []


def test_search_works_from_the_file_system(visit, site):
    page = visit("search", start=f"file://{site}")
    page.fill(".bd-search-container input", "xhat")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li a[href*='batchnorm.html']")
