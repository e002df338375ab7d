"""The map of the network in a real browser: by keyboard, forward and backward, on a telephone, without a script."""

import re

import pytest

from handgrad.models import graph
from handgrad.models.mlp import trace
from handgrad.models.mlp.values import NETWORK

POLICY = ("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
          "style-src 'self' 'unsafe-inline'; img-src 'self' data:")
PAGES = ("index", "mlp")
NAMES = trace.Steps._fields
BACK = [value.name for value in graph.back(NETWORK)]


def title(page):
    return page.text_content("[data-slot=title]")


def wait_for_numbers(page):
    page.wait_for_selector(".network-map.loaded")
    page.evaluate("document.fonts.ready")  # an equation takes another height when its letters arrive


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("name", PAGES)
def test_a_walk_by_keyboard_meets_every_value_and_every_gradient(visit, name):
    page = visit(name)
    page.focus(".map-node[tabindex='0']")
    press(page, "Enter")
    met = [title(page)]
    for _ in range(len(NAMES) + len(BACK) - 1):
        press(page, "ArrowDown")
        met.append(title(page))
        assert page.evaluate("document.activeElement.dataset.name") == met[-1].removeprefix(
            "d" if page.get_attribute(".network-map", "data-way") == "backward" else "")
    assert met == [*NAMES, *(f"d{name}" for name in BACK)]
    press(page, "ArrowDown")
    assert title(page) == "dtable", "the walk ends here"
    press(page, *["ArrowUp"] * len(BACK))
    assert title(page) == "loss"
    assert page.said == []


def test_one_node_is_a_stop_for_the_keyboard_and_the_selected_one_is_said(visit):
    page = visit()
    assert page.locator(".map-node[tabindex='0']").count() == 1
    page.focus(".map-node[tabindex='0']")
    press(page, "End")
    assert page.text_content(".map-said") == f"loss, forward, {len(NAMES)} of {len(NAMES)}"
    assert page.locator(".map-node[tabindex='0']").get_attribute("data-name") == "loss"
    assert page.locator(".map-node[aria-current=step]").count() == 1
    outline = "getComputedStyle(document.activeElement.querySelector('rect')).strokeWidth"
    assert page.evaluate(outline) == "4px"


def test_the_buttons_step_and_turn(visit):
    page = visit()
    page.click("[data-step='1']")
    page.click("[data-step='1']")
    assert title(page) == NAMES[1]
    page.click("[data-step='-1']")
    assert title(page) == NAMES[0]
    page.click("[data-way=backward]")
    assert title(page) == "dloss", "context has no gradient, so the way back begins at the loss"
    page.click("[data-step='1']")
    assert title(page) == "d" + BACK[1]
    assert page.get_attribute("[data-way=backward][aria-pressed]", "aria-pressed") == "true"
    assert page.get_attribute("[data-way=forward][aria-pressed]", "aria-pressed") == "false"


def test_the_panel_shows_lines_shape_equation_and_the_way_to_the_derivation(visit):
    page = visit()
    page.click(".map-node[data-name=centered]")
    wait_for_numbers(page)
    value = next(value for value in NETWORK.values if value.name == "centered")
    assert page.text_content("[data-slot=line]") == value.line
    assert page.locator("[data-slot=back] code").all_text_contents() == value.back.split("\n")
    assert page.text_content("[data-slot=shape]") == "(B,\u00a0H), here (32, 64)"
    assert page.locator("[data-slot=equation] .katex math").count() == 1
    page.click("[data-slot=chapter] a")
    assert page.url.endswith("/batchnorm.html#equation-grad-batchnorm-dcentered")
    assert page.locator("#equation-grad-batchnorm-dcentered").count() == 1


def test_a_cell_by_pointer_and_by_keyboard(visit):
    page = visit()
    page.click(".map-node[data-name=pre_bn]")
    wait_for_numbers(page)
    canvas = page.locator("canvas[data-heat=value]")
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    canvas.hover(position={"x": 3, "y": 3})
    said = page.text_content("[data-slot=cell]")
    assert said.startswith("pre_bn[0, 0] is about ")
    assert "Fed by 30 cells of flat, 30 cells of W1, b1[0]. Feeds mean[0, 0], centered[0, 0]." in said
    assert canvas.evaluate("canvas => canvas.toDataURL()") != before
    canvas.focus()
    press(page, "ArrowDown", "ArrowRight")
    assert page.text_content("[data-slot=cell]").startswith("pre_bn[1, 1] is about ")
    assert page.text_content(".map-said") == page.text_content("[data-slot=cell]")
    press(page, "ArrowUp", "ArrowUp")
    assert page.text_content("[data-slot=cell]").startswith("pre_bn[0, 1] is about "), "at the edge it stays"


@pytest.mark.parametrize(("way", "neighbour", "says"), [
    ("forward", "mean", r"mean\[0, 0\] is about \S+ and feeds 32 cells of centered\."),
    ("forward", "xhat", r"xhat\[0, 0\] is about \S+ and is fed by centered\[0, 0\]\."),
    ("backward", "mean", r"dmean\[0, 0\] is about \S+ and collects from 32 cells of dcentered\."),
    ("backward", "xhat", r"dxhat\[0, 0\] is about \S+ and sends its share to dcentered\[0, 0\]\."),
])
def test_a_cell_of_a_neighbour_lights_the_cells_that_belong_to_it(visit, way, neighbour, says):
    page = visit()
    page.click(f"[data-way={way}]")
    page.click(".map-node[data-name=centered]")
    wait_for_numbers(page)
    picture = "canvas => canvas.toDataURL()"
    heat, small = page.locator("canvas[data-heat=value]"), page.locator(f"[data-neighbour={neighbour}]")
    before, own = heat.evaluate(picture), page.text_content("[data-slot=cell]")
    small.hover(position={"x": 1, "y": 1})
    assert re.fullmatch(says, page.text_content("[data-slot=cell]"))
    assert heat.evaluate(picture) != before
    page.hover("[data-slot=title]")
    assert page.text_content("[data-slot=cell]") == own and heat.evaluate(picture) == before


def test_the_numbers_are_asked_for_when_the_map_is_used_and_not_before(visit):
    page = visit()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(300)
    assert not page.evaluate("performance.getEntriesByType('resource').some(e => e.name.includes('map-numbers'))")
    page.click("[data-step='1']")
    wait_for_numbers(page)
    page.click("[data-step='1']")
    numbers = [url for url in asked if "map-numbers" in url]
    assert len(numbers) == 1 and re.search(r"/_static/map-numbers\.js\?v=\w+$", numbers[0])


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [375, 320])
def test_no_page_is_wider_than_a_telephone(visit, name, width):
    page = visit(name, width=width, height=800)
    page.focus(".map-node[tabindex='0']")
    press(page, "Enter")
    wait_for_numbers(page)
    page.evaluate("document.querySelector('.map-table').open = true")
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for _ in NAMES:
        assert page.evaluate(overflow) <= 0, title(page)
        inside = page.evaluate("[...document.querySelectorAll('.map-panel :is(canvas, code, button)')].every("
                               "e => e.getBoundingClientRect().right <= document.documentElement.clientWidth)")
        assert inside, title(page)
        press(page, "ArrowDown")


@pytest.mark.parametrize("way", ["forward", "backward"])
def test_the_letters_are_large_enough_and_stay_in_their_boxes(visit, way):
    page = visit(width=320, height=800)
    page.click(f"[data-way={way}]")
    sizes = page.eval_on_selector_all(".map-node text, .map-band text", """all => all
        .filter(e => e.checkVisibility()).map(e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)""")
    assert len(sizes) > 50 and min(sizes) >= 9
    over = page.eval_on_selector_all(".map-node", """all => all.flatMap(node => [...node.querySelectorAll("text")]
        .filter(e => e.getBBox().width > node.querySelector("rect").getBBox().width).map(e => e.textContent))""")
    assert over == []


def test_the_drawing_scrolls_in_its_box_and_the_page_stays(visit):
    page = visit(width=375, height=800)
    page.locator(".map-bar").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    for _ in range(12):
        page.click("[data-step='1']")
    box, node = (page.locator(part).bounding_box() for part in (".map-graph", ".map-node[aria-current]"))
    assert box["y"] <= node["y"] and node["y"] + node["height"] <= box["y"] + box["height"]
    assert page.evaluate("scrollY") == before and page.evaluate("document.querySelector('.map-graph').scrollTop") > 0


def test_without_javascript_the_drawing_leads_to_the_table(visit):
    page = visit(java_script_enabled=False)
    assert page.locator(".map-bar").is_hidden() and page.locator(".map-panel").is_hidden()
    page.click(".map-node[data-name=xhat]")
    assert page.url.endswith("#map-xhat")
    page.click(".map-table > summary") if page.locator("#map-xhat").is_hidden() else None
    assert page.locator("#map-xhat").is_visible()
    assert "xhat = centered * rstd" in page.locator("#map-xhat").text_content()


@pytest.fixture
def strict(site, tmp_path):
    """The folder of the site with the pages' own policy written into them, not served but opened as files."""
    (tmp_path / "book").mkdir()
    (tmp_path / "_static").symlink_to(site.resolve() / "_static")
    for name in PAGES:
        text = (site / "book" / f"{name}.html").read_text(encoding="utf8")
        meta = f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        # The theme's own scripts in the page are not the map's: without them the policy has nothing to refuse.
        text = re.sub(r"<script(?![^>]*\bsrc=)[^>]*>.*?</script>", "", text, flags=re.DOTALL)
        text = re.sub(r'\son\w+="[^"]*"', "", text)
        assert text.count("<head>") == 1
        (tmp_path / "book" / f"{name}.html").write_text(text.replace("<head>", meta), encoding="utf8")
    return tmp_path


@pytest.mark.parametrize("name", PAGES)
def test_it_works_from_a_folder_and_under_the_policy(visit, strict, name):
    page = visit(name, start=f"file://{strict}/book")
    page.click("[data-step='1']")
    page.click("[data-way=backward]")
    page.click("[data-step='1']")
    wait_for_numbers(page)
    assert title(page) == "d" + BACK[1]
    assert page.locator("[data-slot=equation] .katex").count() == 1
    assert [text for text in page.said if "map" in text or "Content Security" in text] == []


def test_the_policy_of_these_tests_refuses_what_it_should(visit, strict):
    file = strict / "book" / "index.html"
    file.write_text(file.read_text(encoding="utf8").replace("</body>", "<script>window.evil = 1</script></body>"))
    page = visit(start=f"file://{strict}/book")
    assert page.evaluate("window.evil") is None and any("Content Security" in text for text in page.said)
