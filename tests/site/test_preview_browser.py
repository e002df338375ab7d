"""The preview of an equation in a real browser: by pointer, by keyboard, and away again."""

import functools
import http.server
import os
import shutil
import threading
from pathlib import Path

import pytest

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed: run `pip install playwright==1.65.2`"
)
ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REFERENCE = '.bd-article a[href^="#equation-"]:not(.headerlink)'
BOX = "#equation-preview"


@pytest.fixture(scope="module")
def address():
    """A page of the built site, HANDGRAD_SITE or _build/html, that refers to one of its own equations."""
    site = Path(os.environ.get("HANDGRAD_SITE") or ROOT / "_build" / "html")
    pages = [path for path in sorted(site.glob("book/*.html"))
             if 'class="reference internal" href="#equation-' in path.read_text(encoding="utf8")]
    if not pages:
        pytest.skip("there is no built site with a reference to an equation: run `make site` first")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/book/{pages[0].name}"
    server.shutdown()


@pytest.fixture
def page(address):
    """That page, narrow, with what its console said in `page.said`."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium: run `apt-get install chromium`")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page(viewport={"width": 375, "height": 700}, reduced_motion="reduce")
        opened.said = []
        opened.on("console", lambda said: opened.said.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: opened.said.append(str(error)))
        opened.goto(address)
        yield opened
        browser.close()


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
