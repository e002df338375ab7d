"""The exercises in Firefox: what a reader does in a box, under the page's policy, without a word on the console."""

import time

import firefox
import pytest
from reader import FORBIDDEN, FULL, LOOP, NAME, OTHER, PAGE, function, solution

from handgrad.exercises.registry import find

BOX = "name => document.querySelector(`[data-exercise=${name}] .desk`)"
TEXT = "(name, part) => document.querySelector(`[data-exercise=${name}] ${part}`)?.innerText ?? ''"
# Focus what there is to write in, until it is the editor.
EDITOR = """name => {
  document.querySelector(`[data-exercise=${name}] :is(textarea, .cm-content)`)?.focus();
  return document.activeElement.matches(`[data-exercise=${name}] .cm-content`);
}"""
STATUS = f"name => ((s) => ['', 'running', undefined].includes(s) ? '' : s)(({BOX})(name).dataset.status)"
RUNNING = f"name => ({BOX})(name).dataset.status === 'running'"
NOTICES = """() => [...document.querySelectorAll(".desk-notice")]
    .filter((one) => one.innerText.includes("keeps nothing")).length"""
# A reader pastes. Firefox leaves the clipboard of an event that a script made empty, so the text lies beside it.
PASTE = """text => {
  const event = new Event("paste", {bubbles: true, cancelable: true});
  event.clipboardData = {types: ["text/plain"], getData: (type) => (type === "text/plain" ? text : "")};
  document.activeElement.dispatchEvent(event);
}"""
REFUSED = "() => { addEventListener('securitypolicyviolation', (e) => console.error(`refused: ${e.blockedURI}`)); }"


# Firefox may lay out a page that has come in part, and then misses what a formula at its end is still to get.
IN_PART = "error: Invalid markup: Incorrect number of children for"
WHOLE = """() => {
  const whole = (count) => (one) => one.children.length === count;
  const all = (names) => [...document.querySelectorAll(names)];
  return all("msup, msub, mfrac, mroot, munder, mover").every(whole(2)) && all("msubsup, munderover").every(whole(3));
}"""


@pytest.fixture(scope="module")
def connection(site):
    if firefox.why_not():
        pytest.skip(firefox.why_not())
    if not (site / "_static/page/python.json").is_file():
        pytest.skip("this site has no Python for its pages: run `make site` again")
    with firefox.started() as running:
        firefox.before_all(running, REFUSED)
        yield running


@pytest.fixture
def page(connection, address, host):
    page = firefox.Page(connection)
    page.go(f"{address}/{PAGE}.html")
    page.value("() => localStorage.clear()")
    yield page
    whole, asked, said = page.value(WHOLE), page.asked, [line for line in page.said if not line.startswith(IN_PART)]
    page.close()
    assert whole, "a formula has not all its parts"
    assert [url for url in asked if url.endswith("micropython.wasm")], "no request of the page was noticed"
    assert not [url for url in asked if not url.startswith((host, "data:", "blob:"))]
    assert said == []


def test_a_formula_in_part_is_noticed(connection, address):
    page = firefox.Page(connection)
    page.go(f"{address}/{PAGE}.html")
    found = []
    for part in ("<msup><mi>x</mi></msup>", "<msubsup><mi>x</mi><mi>y</mi></msubsup>"):
        found.append(page.value(WHOLE))
        page.value("""part => {
          const math = document.createElement("math");
          math.innerHTML = part;
          document.body.append(math);
        }""", part)
        found.append(page.value(WHOLE))
        page.value("() => document.body.lastChild.remove()")
    page.close()
    assert found == [True, False] * 2


def written(page, text, name=NAME):
    """Put a text into the editor of a box."""
    page.until(EDITOR, name)
    page.press(firefox.CONTROL, "a")
    page.value(PASTE, text)


def pressed(page, button, name=NAME):
    page.click("""(name, button) => [...document.querySelectorAll(`[data-exercise=${name}] .desk-button`)]
        .find((one) => one.textContent === button)""", name, button)


def run(page, text, name=NAME):
    """Write, press Control and Enter, and wait for the end: the status and what is said."""
    written(page, text, name)
    page.press(firefox.CONTROL, firefox.ENTER)
    page.until(f"name => ({BOX})(name).dataset.status === 'running' || ({STATUS})(name)", name)
    return page.until(STATUS, name), page.value(TEXT, name, ".desk-said")


def begun(page, name=NAME):
    """Write a loop without an end and run it."""
    written(page, function(LOOP, name), name)
    pressed(page, "Run", name)
    page.until(RUNNING, name)


def test_the_policy_stands_in_the_page_and_lets_the_right_answers_run(page):
    policy = page.value("() => document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
    assert "'wasm-unsafe-eval'" in policy and "'unsafe-eval'" not in policy
    for name in (NAME, OTHER):
        status, said = run(page, solution(name), name)
        assert status == "right", said
        assert "It agrees." in said and "\u2717" not in said
        assert "solved" in page.value(TEXT, name, ".exercise-title")


def test_a_wrong_answer_gets_its_table_and_its_diagnosis(page):
    for mutant in find(NAME).mutants:
        status, said = run(page, solution().replace(mutant.old, mutant.new))
        assert status in ("wrong", "failed") and mutant.says in said


def test_a_syntax_error_marks_its_line(page):
    status, said = run(page, function("    return probs *\n"))
    assert status == "failed" and "2" in said and "Read" not in said
    assert page.value(TEXT, NAME, ".wrong-line").strip() == "return probs *"


def test_an_endless_loop_is_stopped_and_the_next_run_is_soon_there(page):
    written(page, function('    print("once")\n' + LOOP))
    pressed(page, "Run")
    page.until(RUNNING, NAME)
    time.sleep(1)
    pressed(page, "Stop")
    assert page.until(STATUS, NAME, seconds=5) == "stopped" and "once" in page.value(TEXT, NAME, ".desk-more")
    begin = time.monotonic()
    assert run(page, solution())[0] == "right"
    assert time.monotonic() - begin < 3


def test_a_flood_of_output_is_cut(page):
    loop = "    for i in range(50_000):\n        print(i)\n    return"
    assert run(page, solution().replace("    return", loop, 1))[0] == "right"
    more = page.value(TEXT, NAME, ".desk-more")
    assert len(more) < 12_000 and "more bytes were printed and are not shown" in more


def test_two_exercises_at_once(page):
    begun(page)
    assert run(page, solution(OTHER), OTHER)[0] == "right"
    begun(page, OTHER)
    assert page.value(RUNNING, NAME) and page.value(RUNNING, OTHER)
    pressed(page, "Stop")
    assert page.until(STATUS, NAME, seconds=5) == "stopped" and page.value(RUNNING, OTHER)
    pressed(page, "Stop", OTHER)
    assert page.until(STATUS, OTHER, seconds=5) == "stopped"
    assert run(page, solution())[0] == "right"


@pytest.mark.parametrize("script", [FORBIDDEN, FULL], ids=["disabled", "full"])
def test_without_storage_it_says_so_once_and_goes_on(page, script):
    with page.begun_with(f"() => {{ {script} }}"):
        assert run(page, solution())[0] == "right"
        assert run(page, solution(OTHER), OTHER)[0] == "right"
        time.sleep(0.5)
        assert page.value(NOTICES) == 1


def test_on_a_slow_network_it_says_that_it_is_loading_and_can_be_stopped(page):
    with page.held("/_static/page/micropython.wasm"):
        written(page, solution())
        pressed(page, "Run")
        page.until("name => document.querySelector(`[data-exercise=${name}] .desk-said`).innerText"
                   ".startsWith('Loading')", NAME)
        pressed(page, "Stop")
        assert page.until(STATUS, NAME, seconds=5) == "stopped"
        time.sleep(0.5)  # the worker that waits for the next run asks for it too
    assert run(page, solution())[0] == "right"


def test_the_text_is_there_again_after_a_reload(page):
    assert run(page, function("    return probs  # mine\n"))[0] == "wrong"
    time.sleep(0.5)
    page.reload()
    area = page.until("name => document.querySelector(`[data-exercise=${name}] textarea`)?.value", NAME)
    assert "# mine" in area


def test_the_scratch_cell_has_the_values_of_the_chapter(page):
    page.click("() => [...document.querySelectorAll('button')].find((one) => one.textContent === 'try it')")
    page.until("() => document.activeElement.closest('.scratch') && "
               "document.activeElement.classList.contains('cm-content')")
    page.press(firefox.CONTROL, "a")
    page.value(PASTE, "logits.shape")
    page.press(firefox.CONTROL, firefox.ENTER)
    shown = page.until("() => document.querySelector('.scratch .desk-more').innerText.trim()")
    assert shown.endswith("torch.Size([32, 27])")


def test_what_a_page_must_not_do_would_be_noticed(connection, address, host):
    other = host.replace("127.0.0.1", "localhost") + "/an-image.png"
    page = firefox.Page(connection)
    page.go(f"{address}/{PAGE}.html")
    page.value("""(other) => {
      console.error("a slip");
      new Image().src = other;
      document.body.append(Object.assign(document.createElement("script"), {textContent: "1"}));
    }""", other)
    end = time.monotonic() + 5
    while (len(page.said) < 2 or other not in page.asked) and time.monotonic() < end:
        time.sleep(0.05)
    page.close()
    assert {"error: a slip", "error: refused: inline"} <= set(page.said) and other in page.asked
