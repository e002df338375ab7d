"""What can be wrong with a page in a browser: each function takes a page of Playwright and names its faults.

The part that runs in the page is in page_faults.js, a function for each; axe-core comes with axe-playwright-python.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

MANY = 1000  # stops of the keyboard on one page: more than any has
SHIFT = 0.01  # of the window: what may jump while a page loads
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules of axe that a colour can break


@cache
def script() -> str:
    return Path(__file__).with_name("page_faults.js").read_text(encoding="utf8")


@cache
def axe_script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf8")


def within(page, function: str, *arguments):
    """What a function of page_faults.js says."""
    return page.evaluate(f"arguments => {{ {script()}; return {function}(...arguments); }}", list(arguments))


def other_hosts(page, host: str) -> list[str]:
    """Addresses that the page asked for and that the site's own server has not."""
    own = (host, "data:", "blob:")
    return [address for address in page.asked if not address.startswith(own)]


def start_axe(page, rules: list[str] | None = None, parts: str = "") -> None:
    """Let axe-core run, all rules or these, in these parts of the page, or in all of it where it has none.

    It is not waited for.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_script())
    page.evaluate(
        """([only, parts]) => {
             const chosen = parts ? [...document.querySelectorAll(parts)] : [];
             const options = { resultTypes: ["violations"], ...(only && { runOnly: only }) };
             window.examined = new Promise((done) => setTimeout(
               () => done(axe.run(chosen.length ? chosen : document, options))));
           }""", [rules, parts])


def axe_faults(page) -> list[str]:
    """What axe-core found, after `start_axe`."""
    found = page.evaluate("""async () => (await window.examined).violations.flatMap(rule =>
        rule.nodes.map(node => `${rule.id} (${rule.impact}): ${node.target.join(' ')}: ${node.html.slice(0, 120)}`))""")
    return [" ".join(line.split()) for line in found]


def shift(page) -> list[str]:
    """How far the page jumped while it loaded, if too far."""
    moved, who = within(page, "shifted")
    return [f"layout shift {moved:.3f}: {who}"] if moved >= SHIFT else []


def too_wide(page) -> list[str]:
    """What makes the page wider than its window, and text that stands outside it."""
    return within(page, "tooWide")


def faint_ink(page) -> list[str]:
    """Text and lines of figures that cannot be told from what lies behind them."""
    return within(page, "faintInk")


def addresses(page) -> list[str]:
    """Every address that the page, as its scripts left it, leads to."""
    return within(page, "addresses")


def motion(page) -> list[str]:
    """What would move."""
    return within(page, "moving")


def walk(page) -> list[dict]:
    """Every stop of the keyboard, from the first, or from where the page puts the focus, once around."""
    walked = []
    for _ in range(MANY):
        page.keyboard.press("Tab")
        at = within(page, "focused")
        if walked and at and at["place"] == walked[0]["place"]:
            return walked
        if at:
            walked.append(at)
    raise AssertionError(f"after {MANY} stops the first has not come again: {walked[-1]}")


# An editor takes the place of a text area when it first has the focus, which moves all places behind it.
EDITORS = """async () => {
  const areas = () => [...document.querySelectorAll("textarea.desk-area")];
  areas().forEach((area) => area.focus());
  while (areas().length) await new Promise((done) => setTimeout(done, 50));
  document.activeElement?.blur();
}"""


def keyboard(page) -> list[str]:
    """What Tab does not reach, reaches in another order than that of the page, or does not show."""
    page.evaluate(EDITORS)
    expected, walked = dict(within(page, "places")), walk(page)
    places = [at["place"] for at in walked]
    found = [f"{name} has a place of its own in the order" for name in within(page, "backwards")]
    found += [f"{name} is not reached" for place, name in expected.items() if place not in places]
    # From the last stop it goes on to the first.
    turns = [at for before, at in zip(walked, walked[1:], strict=False) if at["place"] < before["place"]]
    found += [f"{at['name']} comes after what follows it" for at in turns if at["place"] != min(places)]
    found += [f"{at['name']} has the focus and is not to be seen" for at in walked if not at["shown"]]
    return found + [f"{at['name']} does not show that it has the focus" for at in walked if not at["framed"]]


def missing_without_script(page) -> list[str]:
    """What is not to be seen where no script runs, and what is to be seen and does nothing there."""
    return within(page, "missingWithoutScript")
