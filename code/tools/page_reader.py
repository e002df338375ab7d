"""A reader at the box of one exercise, in Chromium: what a press takes, what is asked for, what memory it takes."""

from pathlib import Path

from handgrad.exercises import listing, sources

LOOP = "    while True:\n        pass\n"
PRESS = """([name, button]) => new Promise((resolve) => {
  const desk = document.querySelector(`[data-exercise=${name}] .desk`);
  const pressed = [...desk.querySelectorAll(".desk-button")].find((one) => one.textContent === button);
  const start = window.pressedAt = performance.now();
  new MutationObserver((_, watch) => {
    if (["", "running", undefined].includes(desk.dataset.status)) return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve([desk.dataset.status, performance.now() - start])));
  }).observe(desk, {attributes: true, attributeFilter: ["data-status"]});
  pressed.focus();
  pressed.click();
})"""
BEGIN = """([name, text]) => {
  const area = document.querySelector(`[data-exercise=${name}] textarea`);
  area.value = text;
  area.dispatchEvent(new Event("input"));
}"""


class Reader:
    """One reader in a context of their own, at the box of one exercise.

    Raises: RuntimeError where an answer does not get the status that is expected.
    """

    def __init__(self, browser, address: str, entry: listing.Entry) -> None:
        self.browser, self.entry, self.asked = browser, entry, []
        self.context = browser.new_context()
        self.page = self.context.new_page()
        # Of a worker's requests a page tells nothing, and its context all.
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{address}/book/{entry.chapter}.html", wait_until="networkidle")
        self.page.wait_for_selector(f'[data-exercise="{entry.name}"] .desk')
        # Whoever reads the exercise has scrolled to it, and what lies around it is drawn.
        self.page.locator(f'[data-exercise="{entry.name}"]').scroll_into_view_if_needed()
        self.page.evaluate(BEGIN, [entry.name, sources.solution(entry)])
        self.page.wait_for_timeout(2000)
        self.asked.clear()

    def press(self, button: str = "Run", status: str = "right") -> float:
        """The milliseconds from a press to the result."""
        found, taken = self.page.evaluate(PRESS, [self.entry.name, button])
        if found != status:
            raise RuntimeError(f"{self.entry.name}: {button} gave {found!r}, not {status!r}")
        return taken

    def focus(self) -> None:
        """Touch the editor, and wait for a second."""
        self.page.locator(f'[data-exercise="{self.entry.name}"] textarea').focus()
        self.page.wait_for_timeout(1000)

    def write(self, text: str) -> None:
        self.page.locator(f'[data-exercise="{self.entry.name}"] .cm-content').fill(text)

    def stopped(self) -> float:
        """The milliseconds from the press of Stop to the table of a new answer."""
        right = sources.solution(self.entry)
        self.write(right[: right.index(":\n") + 2] + LOOP)
        self.page.locator(f'[data-exercise="{self.entry.name}"] .desk-button', has_text="Run").click()
        self.page.wait_for_timeout(1000)
        self.press("Stop", "stopped")
        start = self.page.evaluate("window.pressedAt")
        self.write(right)
        self.press()
        return self.page.evaluate("performance.now()") - start

    def memory(self) -> float:
        """The megabytes of the page's process; one that waits for a page is smaller."""
        self.page.wait_for_timeout(1000)
        session = self.browser.new_browser_cdp_session()
        running = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return max(footprint(Path(f"/proc/{one['id']}/status")) for one in running if one["type"] == "renderer")


def footprint(path: Path) -> float:
    """What a process has for itself, in megabytes, from what the system tells of it: as Chromium counts it.

    What it shares with others is left out: its share would change with them.
    """
    lines = dict(line.split(":", 1) for line in path.read_text().splitlines())
    return sum(int(lines[name].split()[0]) for name in ("RssAnon", "VmSwap")) * 1024 / 1e6
