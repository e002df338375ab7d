"""The style sheet of the site, which keeps the rules that its pages can meet, lays them out as all rules would.

Each page is opened once; then the sheet with all rules, which the build leaves beside the site, takes the place of
the site's own, and the computed style of the elements must stay what it was, on every page, in every state.
"""

import re
from pathlib import Path

import browsing
import pytest

SCRIPT = (Path(__file__).parent / "styles.js").read_text(encoding="utf8")
FACE = re.compile(r"@font-face\s*\{[^}]*\}")
# What a reader does to an element, as classes that all elements can have at once.
PROPERTY = re.compile(r"[{;]\s*([a-z][a-z-]*)\s*:(?!:)")
STATE = re.compile(r":(hover|focus-visible|focus-within|focus|active|target|visited)(?![\w-])")
STATES = ("hover", "focus-visible", "focus-within", "focus", "active", "target", "visited")
WEAR = "names => document.querySelectorAll('body *').forEach(e => e.classList.add(...names.map(n => `is-${n}`)))"
OPEN = "document.querySelectorAll('details').forEach(e => { e.open = true })"
VIEWS = {
    "wide": {"viewport": {"width": 1300, "height": 900}},
    "dark": {"viewport": {"width": 1300, "height": 900}, "color_scheme": "dark"},
    "tablet": {"viewport": {"width": 800, "height": 900}},
    "telephone": {"viewport": {"width": 375, "height": 700}, "color_scheme": "dark"},
    "narrowest": {"viewport": {"width": 320, "height": 700}},
    "less motion": {"viewport": {"width": 1300, "height": 900}, "reduced_motion": "reduce"},
}


@pytest.fixture(scope="module")
def sheets(site):
    """The site's own rules, and all rules; the fonts, whose letters the site cut down, are the site's in both."""
    whole = site.parent / ".kept" / "whole.css"
    if not whole.is_file():
        pytest.skip("the sheet with all rules is not beside the site: run `make site` again")
    ours = (site / "_static" / "site.css").read_text(encoding="utf8")
    faces = "\n".join(FACE.findall(ours))
    return {"site.css": ours, "whole.css": faces + FACE.sub("", whole.read_text(encoding="utf8"))}


@pytest.fixture
def dressed(browser, host, sheets):
    """Opens a page that has both sheets and wears the site's own."""
    contexts = []

    def opened(name, view="wide", states=False, change=str):
        def answer(route):
            text = sheets[route.request.url.rpartition("/")[2].partition("?")[0]]
            text = change(text) if "whole.css" in route.request.url else text
            route.fulfill(body=STATE.sub(r".is-\1", text) if states else text, content_type="text/css")

        context = browser.new_context(**{"reduced_motion": "no-preference"} | VIEWS[view])
        contexts.append(context)
        page = context.new_page()
        page.route(re.compile(r"/_static/(site|whole)\.css"), answer)
        page.goto(f"{host}/{name}")
        page.wait_for_function(browsing.READY)
        page.evaluate("""() => new Promise((done) => {
            const [own, link] = [document.querySelector('link[href*="site.css"]'), document.createElement("link")];
            Object.assign(link, {id: "whole", rel: "stylesheet", onload: done});
            link.href = own.href.replace("site.css", "whole.css");
            own.before(link);
        })""")
        page.evaluate("document.querySelector('#whole').sheet.disabled = true")
        page.properties = sorted(set(PROPERTY.findall(sheets["whole.css"])))
        return page

    yield opened
    for context in contexts:
        context.close()


def differences(page, known=frozenset()):
    """What looks otherwise with all rules, and the kinds of element that were looked at."""
    # No style is on its way to another while the sheets change places.
    page.add_style_tag(content="*, ::before, ::after { transition: none !important; animation: none !important }")
    found, kinds = page.evaluate(SCRIPT, [list(known), page.properties])
    return found, kinds


PAGES = [page for page in browsing.pages() if page not in ("index.html", "404.html")]
FEW = [page for page in PAGES if page.rpartition("/")[2] in ("index.html", "softmax.html", "search.html")]


def everywhere(dressed, pages, view, prepare=lambda page: None, **options):
    """All differences on these pages."""
    known, found = set(), []
    for name in pages:
        page = dressed(name, view, **options)
        prepare(page)
        different, kinds = differences(page, known)
        known.update(kinds)
        found += [f"{name}: {line}" for line in different]
        page.context.close()
    assert len(known) > 50, "the pages were looked at"
    return found


def as_printed(page):
    page.emulate_media(media="print")
    page.evaluate(OPEN)


def in_every_state(page):
    page.evaluate(OPEN)
    page.evaluate(WEAR, list(STATES))


def test_some_pages_look_as_with_all_rules(dressed):
    assert everywhere(dressed, FEW, "wide") == []


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS)
def test_every_page_looks_as_with_all_rules(dressed, view):
    assert everywhere(dressed, PAGES, view) == []


@pytest.mark.slow
def test_every_page_is_printed_as_with_all_rules(dressed):
    assert everywhere(dressed, PAGES, "wide", as_printed) == []


@pytest.mark.slow
@pytest.mark.parametrize("view", ["wide", "dark", "telephone"])
def test_every_page_looks_the_same_under_the_pointer_and_the_keyboard(dressed, view):
    assert everywhere(dressed, PAGES, view, in_every_state, states=True) == []


def the_search(page):
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog[open]")


def the_chapters(page):
    page.click(".sidebar-toggle.primary-toggle >> visible=true")
    page.wait_for_selector("dialog[open]")


def the_contents(page):
    page.click(".sidebar-toggle.secondary-toggle >> visible=true")
    page.wait_for_selector("dialog[open]")


def the_preview(page):
    page.focus('.bd-article a[href*="#equation-"]:not(.headerlink, .network-map a)')
    page.wait_for_selector("#equation-preview")


def the_map(page):
    page.click(".map-node[data-name=xhat]")
    page.wait_for_selector(".network-map.loaded")
    page.click("[data-way=backward]")


def a_copied_cell(page):
    page.locator("div.highlight").first.hover()
    page.locator(".copybtn").first.click()


def the_end(page):
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)


@pytest.mark.parametrize(("name", "view", "prepare"), [
    ("book/glossary.html", "wide", the_search), ("book/glossary.html", "telephone", the_chapters),
    ("book/names.html", "tablet", the_contents), ("book/rules.html", "wide", the_preview),
    ("book/index.html", "dark", the_map), ("book/names.html", "wide", a_copied_cell),
    ("book/glossary.html", "wide", the_end), ("search.html?q=dlogits", "wide", the_end),
], ids=lambda value: getattr(value, "__name__", None))
def test_what_a_script_opens_looks_as_with_all_rules(dressed, name, view, prepare):
    page = dressed(name, view)
    prepare(page)
    assert differences(page)[0] == []


def test_a_rule_that_is_missing_is_found(dressed):
    page = dressed("book/index.html", change=lambda sheet: sheet + ".bd-article h1 { letter-spacing: 3px }")
    (found,) = [line for line in differences(page)[0] if line.startswith("h1.")]
    assert "letter-spacing: normal, not 3px" in found


def test_a_missing_rule_for_a_state_is_found(dressed):
    page = dressed("book/index.html", states=True, change=lambda sheet: sheet + ".bd-article a:hover { opacity: 0.5 }")
    in_every_state(page)
    assert any("opacity: 1, not 0.5" in line for line in differences(page)[0])
