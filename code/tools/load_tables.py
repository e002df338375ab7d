"""Tables of how pages load: what they weigh, and how soon they are there."""

import gzip
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bs4 import BeautifulSoup
from page_load import Load
from tabulate import tabulate

# The pages, by kind.
KINDS = {"landing page": "index", "chapter": "cross_entropy", "heaviest chapter": "bugs", "back matter": "glossary"}
SLOWER = 4
STOCK, OURS = "stock", "ours"


class Visits(NamedTuple):
    """The loads of one page of one site: with an empty cache, as a next page, and on a slower machine."""

    first: list[Load]
    next: list[Load]
    slow: list[Load]


def formulas(page: Path) -> tuple[int, float]:
    """How many formulas a page has, and what one of them weighs in KB: with and without them, compressed."""
    tree = BeautifulSoup(page.read_text(encoding="utf8"), "html.parser")
    whole, found = str(tree), tree.select(".math.notranslate")
    for formula in found:
        formula.clear()
    saved = len(gzip.compress(whole.encode(), 9)) - len(gzip.compress(str(tree).encode(), 9))
    return len(found), saved / 1000 / len(found) if found else 0.0


def middle(values: list[float], digits: int = 0) -> str:
    """The median, and in brackets the least and the greatest where they differ."""
    low, high, found = (f"{value:.{digits}f}" for value in (min(values), max(values), median(values)))
    return found if low == high else f"{found} ({low}\u2013{high})"


def kilobytes(sizes: list[int]) -> str:
    return middle([size / 1000 for size in sizes])


def weights(found: dict, cdn: str, pages: Path) -> str:
    """What the pages weigh."""
    rows = []
    for (kind, site), visits in found.items():
        count, each = formulas(pages / f"{KINDS[kind]}.html")
        rows.append([
            kind, site, kilobytes([load.size() for load in visits.first]),
            kilobytes([load.size(cdn) for load in visits.first]),
            middle([len(load.requests) for load in visits.first]), middle([len(load.hosts) for load in visits.first]),
            kilobytes([load.size() for load in visits.next]), count, f"{each:.2f}" if site == OURS and count else "",
        ])
    head = ["page", "site", "first load, KB", "of it MathJax", "requests", "hosts", "next page, KB", "formulas",
            "KB each"]
    return tabulate(rows, head, tablefmt="github", disable_numparse=True)


def times(found: dict) -> str:
    """How soon the pages are there, in milliseconds, and how far they jump."""
    rows = []
    for (kind, site), visits in found.items():
        fast, slow = visits.first, visits.slow
        rows.append([kind, site] + [middle([getattr(load, part) for load in loads]) for loads in (fast, slow)
                                    for part in ("paint", "mathematics", "rendered", "whole")]
                    + [middle([load.shift for load in [*fast, *slow]], 3)])
    head = ["page", "site", *(f"{part}{when}" for when in ("", f", {SLOWER}x") for part in
                              ("first paint", "mathematics", "rendered", "whole")), "layout shift"]
    return tabulate(rows, head, tablefmt="github", disable_numparse=True)


def ratios(found: dict) -> str:
    """How many times sooner ours is there on a slower machine: what is seen, and the whole page."""
    def slow(kind: str, site: str, part: str) -> float:
        return median(getattr(load, part) for load in found[kind, site].slow)

    def line(part: str) -> str:
        return ", ".join(f"{kind} {slow(kind, STOCK, part) / slow(kind, OURS, part):.1f}" for kind in KINDS)

    return (f"At {SLOWER}x throttle, times sooner than stock: rendered {line('rendered')}; "
            f"the whole page {line('whole')}.")
