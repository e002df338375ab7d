"""The exercises done in the page: answers right and wrong, loops, floods, a reload, a slow network, the keyboard."""

import ast
import re
import time
from pathlib import Path

import browsing
import pytest
from reader import BUG, FORBIDDEN, FULL, LOOP, NAME, OTHER, PAGE, entry, function, solution, start

from handgrad.exercises import sources
from handgrad.exercises.hints import in_order
from handgrad.exercises.registry import find

SOON, LATE = 5_000, 20_000  # milliseconds that a test waits


class Box:
    """The box of one exercise."""

    def __init__(self, page, name=NAME):
        self.page, self.name = page, name
        self.root = page.locator(f'[data-exercise="{name}"]')
        self.desk = self.root.locator(".desk")

    def button(self, name):
        return self.desk.get_by_role("button", name=name, exact=True)

    def write(self, text):
        """Put a text into the editor, as a reader does who selects all and pastes."""
        self.desk.locator("textarea, .cm-content").first.focus()
        self.desk.locator(".cm-content").fill(text)

    def run(self, text):
        """Write, press Run, and wait for the end; the status."""
        self.write(text)
        self.button("Run").click()
        return self.ended()

    def ended(self, timeout=LATE):
        self.page.wait_for_function(
            "name => !['', 'running', undefined].includes("
            "document.querySelector(`[data-exercise=${name}] .desk`).dataset.status)",
            arg=self.name, timeout=timeout)
        return self.desk.get_attribute("data-status")

    def started(self):
        """Wait until the reader's lines run, which the first thing that they print shows; used with a loop."""
        self.page.wait_for_function(
            "name => document.querySelector(`[data-exercise=${name}] .desk`).dataset.status === 'running'",
            arg=self.name, timeout=SOON)

    @property
    def said(self):
        return self.desk.locator(".desk-said").inner_text()

    @property
    def more(self):
        return self.desk.locator(".desk-more").inner_text()

    @property
    def text(self):
        return "\n".join(self.desk.locator(".cm-line").all_inner_texts()).replace("\u200b", "")


@pytest.fixture
def opened(site, visit):
    """Opens the page of the exercises; what its console says of errors is in `page.said`."""
    if not (site / "_static/page/python.json").is_file():
        pytest.skip("this site has no Python for its pages: run `make site` again")
    return lambda **options: visit(PAGE, **options)


@pytest.fixture
def box(opened):
    return Box(opened())


def test_nothing_is_loaded_until_the_editor_has_the_focus(opened):
    page = opened()
    page.wait_for_selector(".desk")
    assert not [asked for asked in page.asked if re.search(r"worker|micropython|editor|sheets|python\.json", asked)]
    page.locator(f'[data-exercise="{NAME}"] textarea').focus()
    page.wait_for_selector(".cm-content")
    wanted = {"python_worker.js", "editor.mjs", "micropython.mjs", "micropython.wasm", "python.json", f"{NAME}.json",
              f"{NAME}.bin"}
    deadline = time.monotonic() + 5
    while wanted - {asked.split("/")[-1] for asked in page.asked} and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert wanted <= {asked.split("/")[-1] for asked in page.asked}
    assert not [asked for asked in page.asked if "sheets" in asked and NAME not in asked]


def test_nothing_moves_when_the_editor_takes_the_place_of_the_text_area(opened):
    page = opened()
    desk = page.locator(f'[data-exercise="{NAME}"] .desk')
    desk.evaluate("desk => desk.scrollIntoView()")
    page.wait_for_timeout(300)
    before = desk.bounding_box()
    desk.locator("textarea").click()
    page.wait_for_selector(".cm-content")
    assert abs(desk.bounding_box()["height"] - before["height"]) <= 2 and desk.bounding_box()["y"] == before["y"]


def test_a_large_difference_is_said_in_plain_digits(box):
    assert box.run(function("    return probs * (dprobs - dprobs.sum(1, keepdim=True))\n")) == "wrong"
    shown = box.desk.locator(".desk-table td").last.inner_text()
    assert re.fullmatch(r"\d+(\.\d)?", shown), shown


def test_the_solution_agrees_and_the_box_and_the_chapter_list_say_so(box):
    assert box.run(solution()) == "right"
    assert "It agrees." in box.said and "✓ yes" in box.said and "✗" not in box.said
    assert "✓ solved" in box.root.locator(".exercise-title").inner_text()
    link = box.page.locator(f'.bd-links a[href="#"], .bd-links a[href$="{PAGE}.html"]').first
    count = box.page.locator(".exercise[data-exercise]").count()
    assert f"1 of {count}" in link.locator(".progress-mark").text_content()
    assert box.page.said == []


@pytest.mark.parametrize("number", range(len(find(NAME).mutants)))
def test_a_wrong_answer_gets_its_table_its_diagnosis_and_where_to_read(box, number):
    mutant = find(NAME).mutants[number]
    assert box.run(solution().replace(mutant.old, mutant.new)) in ("wrong", "failed")
    assert mutant.says in box.said
    link = box.desk.locator(".desk-sentence a")
    assert link.get_attribute("href") == "#" + find(NAME).page.split("#")[1] and link.inner_text()
    assert "solved" not in box.root.locator(".exercise-title").inner_text()
    assert box.page.said == []


def test_the_stub_is_unwritten_and_nothing_wrong(box):
    box.desk.locator("textarea").focus()
    box.page.wait_for_selector(".cm-content")
    box.button("Run").click()
    assert box.ended() == "unwritten" and not box.desk.locator(".desk-table").count()


def test_a_syntax_error_marks_its_line_until_the_text_changes(box):
    assert box.run(function("    return probs *\n")) == "failed"
    marked = box.desk.locator(".wrong-line")
    assert marked.inner_text().strip() == "return probs *" and "2" in box.said
    assert "Read" not in box.said and not box.desk.locator(".desk-said a").count()
    box.desk.locator(".cm-content").press("End")
    box.page.keyboard.type(" 2")
    assert box.desk.locator(".wrong-line").count() == 0


def test_an_error_shows_the_readers_own_lines_and_no_others(box):
    assert box.run(function("    total = probs.sum(1)\n    return dprobs - missing\n")) == "failed"
    assert "missing" in box.said and "/book/" not in box.more and "entry" not in box.more
    assert "return dprobs - missing" in box.desk.locator(".wrong-line").inner_text()


@pytest.mark.parametrize("body", ["    return None\n", "    return 1\n", "    return probs.sum(1)\n",
                                  "    return probs / 0\n", "    dprobs += 1\n    return dprobs\n"])
def test_what_is_no_gradient_gets_a_sentence(box, body):
    assert box.run(function(body)) in ("wrong", "failed")
    assert len(box.said.split()) > 3 and "Traceback" not in box.said and box.page.said == []


def test_a_line_to_mend_runs_as_it_stands_and_is_mended(opened):
    box = Box(opened(), BUG)
    box.desk.locator("textarea").focus()
    box.page.wait_for_selector(".cm-content")
    assert "row_mean" in box.text
    box.button("Run").click()
    assert box.ended() in ("wrong", "failed")
    assert box.run(solution(BUG)) == "right"


def test_an_endless_loop_is_stopped_by_hand_and_the_next_run_is_soon_there(box):
    assert box.run(solution()) == "right"
    box.write(function('    print("once")\n' + LOOP))
    box.button("Run").click()
    box.started()
    box.page.wait_for_timeout(300)
    box.button("Stop").click()
    assert box.ended(SOON) == "stopped" and "once" in box.more
    start = time.monotonic()
    assert box.run(solution()) == "right"
    assert time.monotonic() - start < 3


def test_an_endless_loop_ends_by_itself(box):
    assert box.run(function(LOOP)) == "stopped"
    assert "within 10 seconds" in box.said and box.button("Stop").get_attribute("aria-disabled") == "true"


def test_a_flood_of_output_is_cut(box):
    assert box.run(solution().replace('"""\n', '"""\n', 1).replace(
        "    return", "    for i in range(50_000):\n        print(i)\n    return", 1)) == "right"
    assert len(box.more) < 12_000 and "more bytes were printed and are not shown" in box.more


def test_two_exercises_at_once(opened):
    page = opened()
    endless, other = Box(page), Box(page, OTHER)
    endless.write(function(LOOP))
    endless.button("Run").click()
    endless.started()
    assert other.run(solution(OTHER)) == "right"
    assert endless.desk.get_attribute("data-status") == "running"
    endless.button("Stop").click()
    assert endless.ended(SOON) == "stopped" and other.desk.get_attribute("data-status") == "right"


def test_the_text_is_there_again_after_a_reload_and_reset_brings_the_stub_back(box):
    box.write(function("    return probs  # mine\n"))
    box.page.wait_for_timeout(500)
    box.page.reload()
    assert "# mine" in box.desk.locator("textarea").input_value()
    box.button("Reset").click()
    box.page.wait_for_selector(".cm-content")
    assert box.text.strip() == start()
    box.page.reload()
    assert box.desk.locator("textarea").input_value() == start()


@pytest.mark.parametrize("script", [FORBIDDEN, FULL])
def test_without_storage_it_says_so_once_and_goes_on(opened, script):
    page = opened()
    page.add_init_script(script)
    page.reload()
    box, other = Box(page), Box(page, OTHER)
    assert box.run(solution()) == "right"
    assert other.run(solution(OTHER)) == "right"
    page.wait_for_timeout(500)
    notices = [text for text in page.locator(".desk-notice").all_inner_texts() if "keeps nothing" in text]
    assert len(notices) == 1


def test_on_a_slow_network_it_says_that_it_is_loading_and_can_be_stopped(opened):
    page = opened()
    held = []
    page.route("**/micropython.wasm", lambda route: held.append(route))
    box = Box(page)
    box.write(solution())
    box.button("Run").click()
    page.wait_for_function("() => document.querySelector('.desk-said').textContent.startsWith('Loading')", timeout=SOON)
    box.button("Stop").click()
    assert box.ended(SOON) == "stopped"
    page.unroute("**/micropython.wasm")
    assert box.run(solution()) == "right"


def test_what_cannot_be_loaded_is_said_and_tried_again(opened):
    page = opened()
    page.route("**/page/python.json", lambda route: route.abort())
    box = Box(page)
    assert box.run(solution()) == "broken"
    assert "could not be loaded" in box.said
    page.unroute("**/page/python.json")
    assert box.run(solution()) == "right"


def test_without_the_editor_the_text_area_does(opened):
    page = opened()
    page.route("**/editor.mjs", lambda route: route.abort())
    box = Box(page)
    box.desk.locator("textarea").fill(solution())
    box.button("Run").click()
    assert box.ended() == "right"


def test_by_keyboard_alone(opened):
    page = opened()
    box = Box(page)
    page.locator(f'[data-exercise="{NAME}"] textarea').focus()
    page.wait_for_selector(".cm-content")
    assert page.evaluate("document.activeElement.classList.contains('cm-content')"), "the focus stays in the editor"
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    for line in solution().splitlines():
        page.keyboard.insert_text(line + "\n")
    page.keyboard.press("Control+Enter")
    assert box.ended() == "right"
    page.keyboard.press("Tab")
    reached = []
    for _ in range(6):
        reached.append(page.evaluate("document.activeElement.textContent"))
        shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert shown != "none", f"{reached[-1]} does not show that it has the focus"
        page.keyboard.press("Tab")
    assert reached == ["Run", "Stop", "Reset", "Hint", "Solution", "Download"]


def test_a_new_line_after_a_colon_is_further_in_and_the_keys_move_a_line(box):
    box.write("def f():")
    box.desk.locator(".cm-content").press("End")
    box.page.keyboard.type("\nreturn 1")
    assert box.text == "def f():\n    return 1"
    box.page.keyboard.press("Control+[")
    assert box.text == "def f():\nreturn 1"


def test_a_hint_opens_where_it_is_asked_for_the_one_for_this_error_first(opened):
    box, hints = Box(opened(), OTHER), find(OTHER).hints
    mutant = next(mutant for mutant in find(OTHER).mutants if "added instead" in mutant.says)
    box.run(solution(OTHER).replace(mutant.old, mutant.new))
    first = in_order(hints, box.said)[0]
    assert first != hints[0]
    box.button("Hint").click()
    opened = box.root.locator("details.hint[open] summary")
    assert opened.count() == 1 and opened.inner_text().replace("\u2019", "'") == first.when
    assert box.page.evaluate("document.activeElement.localName") == "summary"
    for _ in hints:
        box.button("Hint").click()
    assert opened.count() == len(hints) and "All hints" in box.desk.locator(".desk-notice").inner_text()


def test_the_solution_is_shown_when_it_is_asked_for_twice_or_after_a_pass(opened):
    page = opened()
    box, other = Box(page), Box(page, OTHER)
    box.desk.wait_for()
    assert not box.root.locator("details.solution").is_visible()
    box.button("Solution").click()
    assert not box.root.locator("details.solution").is_visible()
    assert "again" in box.desk.locator(".desk-notice").inner_text()
    box.button("Solution").click()
    assert box.root.locator("details.solution pre").is_visible()
    assert other.run(solution(OTHER)) == "right"
    other.button("Solution").click()
    assert other.root.locator("details.solution pre").is_visible()


def test_the_download_is_the_file_that_the_command_reads(opened):
    page = opened()
    box, other = Box(page), Box(page, OTHER)
    other.write(solution(OTHER))
    page.wait_for_timeout(500)
    box.write(solution())
    with page.expect_download() as found:
        box.button("Download").click()
    assert found.value.suggested_filename == f"{entry().stem}.py"
    text = Path(found.value.path()).read_text(encoding="utf8")
    assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(
        sources.stubs(entry().stem).replace(sources.stub(entry()), solution())
        .replace(sources.stub(entry(OTHER)), solution(OTHER))))


def test_a_step_opens_in_the_scratch_cell_with_its_values(opened):
    page = opened()
    cell = page.locator('div.cell[class*="tag_step:"]').first
    cell.get_by_role("button", name="try it").click()
    scratch = page.locator(".scratch")
    page.wait_for_selector(".scratch .cm-content")
    code = cell.locator(".cell_input pre").inner_text().strip()
    assert [line.strip() for line in scratch.locator(".cm-line").all_inner_texts()] == [
        line.strip() for line in code.splitlines()]
    page.keyboard.press("Control+End")
    page.keyboard.type("\nlogits.shape")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("() => document.querySelector('.scratch .desk-more').textContent.includes("
                           "'torch.Size([32, 27])')", timeout=SOON)
    scratch.get_by_role("button", name="Close").click()
    assert scratch.is_hidden() and page.evaluate("document.activeElement.textContent") == "try it"
    assert page.said == []


def test_from_the_file_system_it_says_how_to_serve_the_folder(site, opened):
    page = opened()
    page.said.clear()
    page.goto((site / "book" / f"{PAGE}.html").as_uri())
    page.wait_for_function(browsing.READY)
    assert "python3 -m http.server" in page.locator(f'[data-exercise="{NAME}"]').inner_text()
    assert not page.locator(".desk").count() and page.locator(f'[data-exercise="{NAME}"] .exercise-stub').is_visible()
    assert page.said == []


def test_without_a_script_and_in_print_the_stub_and_the_command_stand_there(opened):
    page = opened(java_script_enabled=False)
    box = page.locator(f'[data-exercise="{NAME}"]')
    assert box.locator(".exercise-stub").is_visible() and f"handgrad check {NAME}" in box.text_content()
    page = opened()
    page.wait_for_selector(".desk")
    page.emulate_media(media="print")
    box = page.locator(f'[data-exercise="{NAME}"]')
    assert box.locator(".exercise-stub").is_visible() and not box.locator(".desk").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_nothing_is_wider_than_the_screen_and_buttons_can_be_hit(opened, scheme):
    page = opened(width=375, height=700, color_scheme=scheme, has_touch=True, is_mobile=True)
    box = Box(page)
    assert box.run(function("    return probs\n")) == "wrong"
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    sizes = [button.bounding_box() for button in box.desk.get_by_role("button").all()]
    assert all(size["height"] >= 44 and size["width"] >= 44 for size in sizes)
    ink, ground = (page.evaluate(
        f"getComputedStyle(document.querySelector('[data-exercise={NAME}] {part}')).{what}")
        for part, what in ((".cm-line .k", "color"), (".desk-editor", "backgroundColor")))
    assert ink != ground
