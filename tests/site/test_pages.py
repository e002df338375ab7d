"""Every page of the built site, in light, in dark, on a telephone and enlarged: what a browser finds wrong.

A page is opened twice, in a wide window and, dark, in a narrow one, and everything is asked of these two. axe-core
needs seconds a page, so it looks at a whole page twice: wide and light, and dark at 375; of a wide dark page it looks
at what only a wide window shows. Two pages are open at a time, a processor for each.
"""

from urllib.parse import unquote, urlsplit

import browsing
import page_faults
import pytest
from site_page import Reader

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
ONLY_WIDE = ".bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article"
PAGES = browsing.pages()
READER = Reader()
CHECKS = (
    "console", "other hosts", "layout shift", "layout shift at 375", "axe in light", "axe in dark",
    "axe at 375 in dark", "figures in light", "figures in dark", "width at 1280", "width at 200 %", "width at 375",
    "width at 320", "links",
)


@pytest.fixture(scope="module")
def examined(browser, host, site):
    """Gives what was found on a page: for each of CHECKS a list of faults."""
    found = {}

    def of(name):
        if name not in found:
            # The neighbour comes along.
            start = PAGES.index(name) // 2 * 2
            found.update(examine(browser, host, site, PAGES[start:start + 2]))
        return found[name]

    return of


def examine(browser, host, site, names) -> dict[str, dict[str, list[str]]]:
    """Open these pages side by side and look for every fault."""
    found = {name: {} for name in names}
    for look in (wide, narrow):
        context = browser.new_context(reduced_motion="reduce", color_scheme="light" if look is wide else "dark")
        pages = {}
        for name in names:
            pages[name] = page = context.new_page()
            page.set_viewport_size(WIDE if look is wide else NARROW)
            page.said, page.asked = [], []
            browsing.listened(page, page.said, page.asked)
            page.goto(f"{host}/{name}")
        for page in pages.values():
            page.wait_for_function(browsing.READY)
        look(pages, found)
        for name, page in pages.items():
            found[name].setdefault("console", []).extend(page.said)
            found[name].setdefault("other hosts", []).extend(page_faults.other_hosts(page, host))
            found[name]["links"] = broken(site, host, page)
        context.close()
    return found


def wide(pages, found) -> None:
    """Light, then dark; and the same window when everything is twice as large."""
    for name, page in pages.items():
        found[name]["layout shift"] = page_faults.shift(page)
        found[name]["width at 1280"] = page_faults.too_wide(page)
        found[name]["figures in light"] = page_faults.faint_ink(page)
        unfold(page)
    axe(pages, found, "axe in light")
    for name, page in pages.items():
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        page.wait_for_selector("html[data-theme=dark], html:not([data-theme])")
        found[name]["figures in dark"] = page_faults.faint_ink(page)
    axe(pages, found, "axe in dark", page_faults.COLOURS, ONLY_WIDE)
    for name, page in pages.items():
        page.set_viewport_size({"width": WIDE["width"] // 2, "height": WIDE["height"] // 2})
        found[name]["width at 200 %"] = page_faults.too_wide(page)


def narrow(pages, found) -> None:
    """A telephone, and the narrowest there is, with all that is folded away unfolded."""
    for name, page in pages.items():
        found[name]["layout shift at 375"] = page_faults.shift(page)
        unfold(page)
    axe(pages, found, "axe at 375 in dark")
    for name, page in pages.items():
        found[name]["width at 375"] = page_faults.too_wide(page)
        page.set_viewport_size({"width": 320, "height": 700})
        found[name]["width at 320"] = page_faults.too_wide(page)


def axe(pages, found, check, rules=None, parts="") -> None:
    """Let axe-core run on all pages at once, and keep what it finds."""
    for page in pages.values():
        page_faults.start_axe(page, rules, parts)
    for name, page in pages.items():
        found[name][check] = page_faults.axe_faults(page)


def unfold(page) -> None:
    """Open all that is folded, and wait for the frame that follows, in which what scrolls becomes a stop."""
    page.evaluate("""async () => {
        document.querySelectorAll("details").forEach(each => { each.open = true; });
        for (const frame of [1, 2]) await new Promise(requestAnimationFrame);
    }""")


def broken(site, host, page) -> list[str]:
    """Addresses of the site's own that lead nowhere, among those that the page has when its scripts have run."""
    found = []
    for address in page_faults.addresses(page):
        if not address.startswith(f"{host}/"):
            continue
        where = urlsplit(address)
        target = site / unquote(where.path).lstrip("/")
        place = unquote(where.fragment)
        if not target.is_file():
            found.append(f"{address}: there is no such file")
        elif place and target.suffix == ".html" and place not in READER.page(target).ids:
            found.append(f"{address}: the page has no such place")
    return found


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", PAGES or [pytest.param("", marks=pytest.mark.skip(browsing.why_not()))])
def test_every_page(examined, name, check):
    assert examined(name)[check] == []
