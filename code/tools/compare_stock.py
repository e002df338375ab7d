"""Measure the built site beside a stock Jupyter Book build of the same pages, and print both as tables.

    python code/tools/compare_stock.py [--rounds 5] [--stock FOLDER] [--mathjax FILE.tgz]

One run, one Chromium, two servers on this machine, gzip on both; the two sites take turns. What stock means is
in stock_site.py. MathJax, which stock pages ask of a content delivery network, comes from a third server, so the
network between costs nothing: the times are kind to stock. The site must have been built: `make site`.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import stock_site
from gzip_server import Server
from load_tables import KINDS, OURS, SLOWER, STOCK, Visits, ratios, times, weights
from page_load import visitor

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("HANDGRAD_SITE") or ROOT / "_build" / "html")
FOLDER = ROOT / "_build" / "stock"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")
# The page from which a reader comes to each: the one before it in the book, and to the first one the next.
BEFORE = {"index": "notation", "cross_entropy": "checking", "bugs": "training", "glossary": "notebook"}


def visit(browser, address: str, name: str, visits: Visits) -> None:
    """Load a page in the three ways."""
    page = f"{address}/book/{name}.html"
    with visitor(browser) as reader:
        visits.first.append(reader.load(page))
    with visitor(browser) as reader:
        reader.load(f"{address}/book/{BEFORE[name]}.html")
        visits.next.append(reader.load(page))
    with visitor(browser, SLOWER) as reader:
        visits.slow.append(reader.load(page))


def measure(browser, addresses: dict[str, str], rounds: int, say: Callable[[str], None]) -> dict:
    """All visits, by kind of page and by site. A round before the first fills the servers and counts for nothing."""
    found = {(kind, site): Visits([], [], []) for kind in KINDS for site in addresses}
    for turn in range(rounds + 1):
        say(f"round {turn} of {rounds}")
        for kind, name in KINDS.items():
            order = list(addresses) if turn % 2 else list(addresses)[::-1]
            for site in order:
                visit(browser, addresses[site], name, found[kind, site] if turn else Visits([], [], []))
    return found


def chromium() -> str:
    """Where Chromium is.

    Raises: FileNotFoundError if it is not installed.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise FileNotFoundError("there is no Chromium: run `apt-get install chromium`")
    return found


def compare(stock: Path, mathjax: Path, rounds: int) -> str:
    """Serve both sites, measure them, and write the tables."""
    from playwright.sync_api import sync_playwright

    with ExitStack() as open_now:
        cdn = open_now.enter_context(Server(mathjax))
        replaced = {stock_site.CDN: f"{cdn.address}/"}
        served = {STOCK: open_now.enter_context(Server(stock, replaced)), OURS: open_now.enter_context(Server(SITE))}
        running = open_now.enter_context(sync_playwright())
        browser = running.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        addresses = {name: server.address for name, server in served.items()}
        found = measure(browser, addresses, rounds, lambda text: print(text, file=sys.stderr))
        version = browser.version
        browser.close()
    said = f"Chromium {version}, medians of {rounds} rounds (least\u2013greatest); KB are 1,000 bytes after gzip."
    return "\n\n".join([said, weights(found, cdn.address.split("//")[1], SITE / "book"), times(found), ratios(found)])


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--rounds", type=int, default=5, help="how often each page is loaded in each way")
    options.add_argument("--stock", type=Path, help="a stock build that is there, instead of a new one")
    options.add_argument("--mathjax", type=Path, help="the npm package of MathJax, where npm cannot fetch it")
    chosen = options.parse_args(arguments)
    # A server answers for a page that is not there too, and that answer is very fast.
    needed = {chosen.stock or SITE: "leave --stock out to have it built", SITE: "build it with `make site`"}
    for folder, remedy in needed.items():
        if not (folder / "book" / "index.html").is_file():
            print(f"There is no site in {folder}: {remedy}.", file=sys.stderr)
            return 1
    try:
        mathjax = stock_site.mathjax(FOLDER, chosen.mathjax)
        print(compare(chosen.stock or stock_site.build(FOLDER), mathjax, max(1, chosen.rounds)))
    except (OSError, ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
