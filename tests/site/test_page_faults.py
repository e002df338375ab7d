"""Each check of a page, on a small page with that fault and on one without."""

import browsing
import page_faults
import pytest

HEAD = '<!DOCTYPE html><html lang="en" data-theme="light"><head><title>A page</title><style>{}</style></head>'
RIGHT = "<body><main class='bd-article'><h1>A page</h1><p>Words, <a href='#b'>a link</a>.</p>{}</main></body></html>"
GREY = "<svg width='99' height='20'><text y='15' {}>ink</text></svg>"
# Two pixels side by side, one black and one white.
HALF_BLACK = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGNg+A8AAQIBAE8c+vAAAAAASUVORK5CYII="


@pytest.fixture
def show(browser, tmp_path):
    """Opens a page that consists of this element, with this style."""
    context = browser.new_context(viewport={"width": 375, "height": 600})

    def shown(body="", style="", script=""):
        (tmp_path / "page.js").write_text(script)
        (tmp_path / "page.html").write_text(
            HEAD.format(style) + RIGHT.format(body) + ('<script src="page.js"></script>' if script else ""))
        page = context.new_page()
        page.said, page.asked = [], []
        browsing.listened(page, page.said, page.asked)
        page.goto(f"file://{tmp_path}/page.html")
        return page

    yield shown
    context.close()


@pytest.fixture
def dark(show):
    """A page as `show` makes it, dark."""
    return lambda body: show(body, "body { background: #121212; color: #eee }")


def test_a_page_with_nothing_wrong(show):
    page = show(GREY.format("fill='currentColor'"))
    page_faults.start_axe(page)
    assert page_faults.axe_faults(page) == []
    for check in (page_faults.shift, page_faults.too_wide, page_faults.faint_ink, page_faults.motion,
                  page_faults.keyboard, page_faults.missing_without_script):
        assert check(page) == [], check.__name__
    assert page.said == [] and page_faults.other_hosts(page, "file://") == []


@pytest.mark.parametrize("script", ["console.error('a fault')", "console.warn('a fault')", "throw Error('a fault')"])
def test_what_the_console_says_is_kept(show, script):
    page = show(script=script)
    page.wait_for_timeout(50)
    assert len(page.said) == 1 and "a fault" in page.said[0]


def test_a_request_to_another_host_is_kept(show):
    page = show("<img alt='' src='http://127.0.0.1:9/a.png'>")
    assert page_faults.other_hosts(page, "file://") == ["http://127.0.0.1:9/a.png"]


@pytest.mark.parametrize(("body", "rule"), [
    ("<img src='data:,'>", "image-alt"), ("<button></button>", "button-name"),
    ("<p style='color: #ccc'>faint</p>", "color-contrast"),
])
def test_axe_finds(show, body, rule):
    page = show(body)
    page_faults.start_axe(page)
    assert [line.split()[0] for line in page_faults.axe_faults(page)] == [rule]
    page_faults.start_axe(page, page_faults.COLOURS)
    assert len(page_faults.axe_faults(page)) == (rule == "color-contrast")
    page_faults.start_axe(page, parts="h1")
    assert page_faults.axe_faults(page) == []


def test_a_page_that_jumps(show):
    page = show("<p id='late'></p><p>Below.</p>", script="""
        setTimeout(() => { document.getElementById("late").style.height = "200px"; }, 100)""")
    page.wait_for_timeout(300)
    (said,) = page_faults.shift(page)
    assert said.startswith("layout shift 0.") and "Below" in said


@pytest.mark.parametrize(("body", "said"), [
    ("<p style='width: 500px'>wide</p>", "the page is 508 wide in a window of 375"),
    ("<div style='overflow: hidden'><p style='width: 500px; text-align: right'><b>cut off</b></p></div>", "cut off"),
    ("<p style='position: absolute; left: -99px'>on the left</p>", "on the left"),
])
def test_what_is_too_wide(show, body, said):
    assert any(said in line for line in page_faults.too_wide(show(body)))


def test_what_scrolls_in_its_own_box_is_not_too_wide(show):
    assert page_faults.too_wide(show("<div style='overflow-x: auto'><p style='width: 500px'>wide</p></div>")) == []


@pytest.mark.parametrize("ink", ["fill='#111'", "fill='#777'", "style='fill: currentColor; opacity: 0.3'"])
def test_ink_that_is_faint_on_a_dark_page(dark, ink):
    (said,) = page_faults.faint_ink(dark(GREY.format(ink)))
    assert '"ink": contrast ' in said and "on 18,18,18" in said


def test_ink_is_compared_with_what_lies_under_it(dark):
    over = "<svg width='99' height='20'><rect width='99' height='20' fill='{}'/><text y='15' fill='#111'>i</text></svg>"
    assert page_faults.faint_ink(dark(over.format("#ddd"))) == []
    assert len(page_faults.faint_ink(dark(over.format("#444")))) == 1


def test_ink_is_compared_with_the_cell_of_the_heat_map_under_it(dark):
    image = f"<image width='90' height='20' preserveAspectRatio='none' href='data:image/png;base64,{HALF_BLACK}'/>"
    text = "<text y='15' x='{}' fill='#fff' style='font-size: 10px'>ink</text>"
    drawn = "<svg width='90' height='20' style='image-rendering: pixelated'>" + image + text + "</svg>"
    on_each = [page_faults.faint_ink(dark(drawn.format(x))) for x in (10, 60)]
    assert sorted(map(len, on_each)) == [0, 1], on_each


@pytest.mark.parametrize("style", [
    "p { transition: color 1s }", "p { animation: go 1s } @keyframes go { to { opacity: 0 } }",
    "p::after { content: 'x'; transition: color 1s }", "html { scroll-behavior: smooth }",
])
def test_what_moves(show, style):
    assert len(page_faults.motion(show(style=style))) == 1


@pytest.mark.parametrize(("body", "style", "said"), [
    ("<button tabindex='2'>early</button>", "", "has a place of its own in the order"),
    ("<a href='#c'>bare</a>", "a:focus { outline: none }", "does not show that it has the focus"),
    ("<a href='#c'>faint</a>", "a:focus { outline: 2px solid #eee }", "does not show that it has the focus"),
    ("<a href='#c' style='position: absolute; left: -999px'>off</a>", "", "has the focus and is not to be seen"),
    ("<button tabindex='2'>second</button><button tabindex='1'>first</button>", "", "comes after what follows it"),
])
def test_what_is_wrong_for_the_keyboard(show, body, style, said):
    assert any(said in line for line in page_faults.keyboard(show(body, style)))


def test_what_the_keyboard_does_not_reach(show):
    page = show("<button>lost</button>", script="""document.addEventListener("focusin", (event) => {
        if (event.target.localName === "button") document.querySelector("a").blur(), event.target.blur(); })""")
    assert any("is not reached" in line for line in page_faults.keyboard(page))


@pytest.mark.parametrize(("body", "said"), [
    ("<span class='math'><span class='katex-html' style='display: none'>x</span></span>", "is not to be seen"),
    ("<div class='exercise' hidden>Write it</div>", "is not to be seen"),
    ("<button>print</button>", "does nothing"),
])
def test_what_is_missing_without_a_script(show, body, said):
    (line,) = page_faults.missing_without_script(show(body))
    assert said in line


def test_every_address_is_found(show):
    page = show("<svg><a href='x.html#y'><text y='9'>t</text></a></svg>")
    assert [address.rpartition("/")[2] for address in page_faults.addresses(page)] == ["page.html#b", "x.html#y"]


def test_why_a_site_cannot_be_tested_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("HANDGRAD_SITE", str(tmp_path))
    assert "make site" in browsing.why_not() and browsing.pages() == []
    (tmp_path / "book").mkdir()
    monkeypatch.setattr(browsing, "CHROMIUM", None)
    assert "apt-get install chromium" in browsing.why_not()
    monkeypatch.delenv("HANDGRAD_SITE")
    monkeypatch.setattr(browsing, "site", lambda: tmp_path)
    assert "older than its sources" in browsing.why_not()
