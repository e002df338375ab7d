"""What a page asks for and how long it takes to be complete, in Chromium."""

from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

SIZE = {"width": 1280, "height": 800}
QUIET = 500  # ms without a request or an answer, after which no more are expected

# Mathematics is there when each formula holds what KaTeX or MathJax makes of it and no font is on its way. The whole
# page is there when also no section waits to be laid out, as ours do at first: book/_static/first.js.
WATCH = """(() => {
  const seen = window.pageLoad = {shift: 0};
  const later = (list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) seen.shift += e.value; };
  new PerformanceObserver(later).observe({type: "layout-shift", buffered: true});
  let complete;
  seen.complete = new Promise((resolve, reject) => {
    complete = resolve;
    setTimeout(reject, 60000, new Error("after a minute a formula or a font is still missing"));
  });
  const frame = () => {
    const unset = document.readyState === "loading" || document.fonts.status !== "loaded" ||
      [...document.querySelectorAll("span.math, div.math")].some((f) => !f.querySelector(".katex, mjx-container"));
    if (unset) requestAnimationFrame(frame);
    else requestAnimationFrame(() => complete(performance.now()));  // this frame has been drawn
  };
  requestAnimationFrame(frame);
  seen.whole = new Promise((resolve) => {
    const end = () => {
      const waits = document.readyState !== "complete" || document.documentElement.classList.contains("top-first");
      requestAnimationFrame(waits ? end : () => resolve(performance.now()));
    };
    requestAnimationFrame(end);
  });
})();"""
TIMES = """async () => {
  const mathematics = await pageLoad.complete;
  const whole = await pageLoad.whole;
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const fonts = performance.getEntriesByType("resource").filter((e) => /woff2?(\\?|$)/.test(e.name));
  const navigation = performance.getEntriesByType("navigation")[0];
  return {paint: paint.startTime, shift: pageLoad.shift, mathematics, whole, loaded: navigation.loadEventEnd,
          font: Math.max(0, ...fonts.map((e) => e.responseEnd))};
}"""


class Request(NamedTuple):
    """One request: its address, and the size of the answer, headers included."""

    address: str
    size: int

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc


class Load(NamedTuple):
    """One load: the requests, and in milliseconds when the page was there; the layout shift."""

    requests: tuple[Request, ...]
    paint: float
    mathematics: float
    rendered: float
    whole: float
    shift: float

    def size(self, host: str = "") -> int:
        """The bytes from a host, or from all."""
        return sum(request.size for request in self.requests if host in ("", request.host))

    @property
    def hosts(self) -> set[str]:
        return {request.host for request in self.requests}


class Network:
    """What Chromium's own protocol says of a page's requests, since the last `clear`."""

    def __init__(self, session) -> None:
        self.clear()
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self.asked)
        session.on("Network.requestServedFromCache", lambda event: self.kept.add(event["requestId"]))
        session.on("Network.responseReceived", self.answered)
        session.on("Network.loadingFinished", self.finished)

    def clear(self) -> None:
        self.addresses, self.kept, self.sizes = {}, set(), {}

    def asked(self, event) -> None:
        self.addresses[event["requestId"]] = event["request"]["url"]

    def answered(self, event) -> None:
        if event["response"].get("fromDiskCache"):
            self.kept.add(event["requestId"])

    def finished(self, event) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def progress(self) -> tuple[int, int]:
        """How many requests were sent, and how many were answered."""
        return len(self.addresses), len(self.sizes)

    def requests(self) -> tuple[Request, ...]:
        """What was asked of the network, and not of the cache or of the page itself; of size 0 if nothing came."""
        found = [Request(address, int(self.sizes.get(one, 0))) for one, address in self.addresses.items()
                 if one not in self.kept]
        return tuple(request for request in found if request.host)


class Visitor:
    """A reader who begins with an empty cache."""

    def __init__(self, page, slower: int) -> None:
        self.page = page
        session = page.context.new_cdp_session(page)
        self.network = Network(session)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
        page.add_init_script(WATCH)

    def load(self, address: str) -> Load:
        """Open an address and wait until the page is complete."""
        self.network.clear()
        self.page.goto(address)
        self.page.evaluate("pageLoad.complete")
        seen = None
        while seen != (seen := self.network.progress()):
            self.page.wait_for_timeout(QUIET)
        times = self.page.evaluate(TIMES)
        # A font may be asked for after the frame that found none missing.
        mathematics = max(times["mathematics"], times["font"])
        rendered = max(mathematics, times["loaded"])
        whole = max(rendered, times["whole"])
        return Load(self.network.requests(), times["paint"], mathematics, rendered, whole, times["shift"])


@contextmanager
def visitor(browser, slower: int = 1):
    """A new reader; `slower` is by how much the processor is throttled."""
    context = browser.new_context(viewport=SIZE)
    yield Visitor(context.new_page(), slower)
    context.close()
