"""One browser and one server for all tests of the built site; without them the tests say what to install."""

import browsing
import pytest

playwright = pytest.importorskip(
    "playwright.sync_api", reason="Playwright is not installed: run `make environment`"
)


@pytest.fixture(scope="session")
def site():
    """The folder of the built site."""
    if browsing.why_not():
        pytest.skip(browsing.why_not())
    return browsing.site()


@pytest.fixture(scope="session")
def host(site):
    """The address of a server that gives out the site."""
    with browsing.served(site) as address:
        yield address


@pytest.fixture(scope="session")
def address(host):
    """The address of the book's folder."""
    return f"{host}/book"


@pytest.fixture(scope="session")
def browser(site):
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=browsing.CHROMIUM, args=list(browsing.FLAGS))
        yield started
        started.close()


@pytest.fixture
def visit(browser, address):
    """Opens a page of the book in a context of its own.

    Errors and warnings of its console are kept in `page.said`, the addresses that it asked for in `page.asked`.
    """
    contexts = []

    def opened(name="index", width=1200, height=900, start=None, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.said, page.asked = [], []
        browsing.listened(page, page.said, page.asked)
        page.goto(f"{start or address}/{name}.html")
        if options.get("java_script_enabled", True):
            page.wait_for_function(browsing.READY)
        return page

    yield opened
    for context in contexts:
        context.close()
