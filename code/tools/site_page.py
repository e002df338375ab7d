"""What the checks need to know of one built page, read once and kept until the page changes."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from bs4 import BeautifulSoup

from handgrad.support import digest

LOADING = {  # elements that fetch something when the page opens, and the attributes that say what
    "script": ("src",), "img": ("src", "srcset"), "source": ("src", "srcset"), "iframe": ("src",),
    "video": ("src", "poster"), "audio": ("src",), "embed": ("src",), "object": ("data",),
    "image": ("href", "xlink:href"),
}
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch",
                 "manifest", "apple-touch-icon"}
CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


class Page(NamedTuple):
    """One page: its ids, its links, what it loads, how many cells it shows, what it may not hold."""

    ids: list[str]
    links: list[str]
    loaded: list[str]
    cells: int
    faults: list[str]
    policy: list[str]


class Reader:
    """Reads pages, each text once; with `kept`, a file, not even that when an earlier run has read it."""

    def __init__(self, kept: Path | None = None):
        self.kept, self.known, self.used = kept, {}, {}
        if kept and kept.is_file():
            self.known = json.loads(kept.read_text(encoding="utf8"))

    def page(self, path: Path) -> Page:
        text = path.read_bytes()
        key = digest.of_bytes(OWN + text)
        if key not in self.used:
            self.used[key] = self.known[key] if key in self.known else read(text.decode("utf8"))
        return Page(*self.used[key])

    def keep(self) -> None:
        """Write down what was read, and forget the pages that are gone."""
        if self.kept:
            self.kept.write_text(json.dumps(self.used), encoding="utf8")


# What was read by another version of this module counts for nothing.
OWN = Path(__file__).read_bytes()


def read(text: str) -> Page:
    """Everything about a page."""
    tree = BeautifulSoup(text, "html.parser")
    elements = tree.find_all(True)
    ids = [element["id"] for element in elements if element.get("id")]
    links = [element["href"] for element in elements if element.name == "a" and element.has_attr("href")]
    loaded = [address for element in elements for address in addresses(element)]
    cells = sum(element.name == "div" and "cell" in element.get("class", ()) for element in elements)
    policy = policy_faults(tree, elements)
    return Page(ids, links, loaded, cells, faults(tree, text, ids), policy)


def addresses(element) -> list[str]:
    """What one element loads."""
    found = [element[name] for name in LOADING.get(element.name, ()) if element.get(name)]
    if element.name == "link" and LOADING_LINKS & {rel.lower() for rel in element.get("rel", ())}:
        found.append(element["href"])
    found += styled(element.get("style", "") + (element.get_text() if element.name == "style" else ""))
    return [part.split()[0] for address in found for part in parts(element, address)]


def styled(css: str) -> list[str]:
    """The addresses in a piece of CSS."""
    return [first or second for first, second in CSS_ADDRESS.findall(css)]


def parts(element, address: str) -> list[str]:
    """The candidates of a srcset, or the one address."""
    is_set = address == element.get("srcset")
    return [part for part in address.split(",") if part.strip()] if is_set else [address.strip()]


def faults(tree: BeautifulSoup, text: str, ids: list[str]) -> list[str]:
    """What no page may hold: an id twice, unread markup, a formula not set, a script for mathematics.

    The listings are taken out of the tree.
    """
    found = [f": two elements have the id {i}" for i, count in sorted(Counter(ids).items()) if count > 1]
    # A page may show in a listing how a directive is written.
    for listing in tree.select("div[class*=highlight-] pre"):
        listing.decompose()
    if re.search(r"(```|:::)\{\w", tree.get_text()):
        found.append(" shows a directive as it was written: a fence did not open")
    if "tex-error" in text:
        found.append(" has a formula that KaTeX could not set")
    if "mathjax" in text.lower():
        found.append(" mentions MathJax")
    return found


def policy_faults(tree: BeautifulSoup, elements: list) -> list[str]:
    """What the page's own Content-Security-Policy would refuse, or that it has none."""
    if tree.select_one('meta[http-equiv="refresh"]'):
        return []
    found = []
    if not tree.select_one('meta[http-equiv="Content-Security-Policy"]'):
        found.append(" has no Content-Security-Policy")
    scripts = [s for s in tree.find_all("script") if not s.get("src") and s.get("type") in (None, "module")]
    found += [f" has a script in the page: {script.get_text()[:40]!r}" for script in scripts]
    handlers = sorted({word for tag in elements for word in tag.attrs if word.startswith("on")})
    found += [f" has the attribute {word}, which is a script in the page" for word in handlers]
    if any(tag.name == "a" and tag.get("href", "").startswith("javascript:") for tag in elements):
        found.append(" has a link that is a script")
    return found
