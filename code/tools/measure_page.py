"""Measure the exercises in the pages: how soon the table is there, what is loaded, and what memory it takes.

    python code/tools/measure_page.py [NAME ...] [--rounds 5]

Without names: one of the middle, and those whose arrays are largest. Each round is a new context of one Chromium,
against a server on this machine that compresses. Times are those of a right answer, in milliseconds: `first` from the
press of Run to the drawn table, the editor having had the focus for a second; `cold` the same where that press is the
first touch; `again` later ones; `after Stop` from the press of Stop, in a loop that has run for a second, to the table
of a new answer. `KB` is what is asked for until the first table, compressed. `MB` is by how much the page's process has
grown since before the focus, one second after the first table. The site must be built: `make site`.
"""

import argparse
import gzip
import os
import shutil
import sys
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from gzip_server import Server
from page_reader import Reader
from tabulate import tabulate

from handgrad.exercises import listing

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("HANDGRAD_SITE") or ROOT / "_build" / "html")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")
MIDDLE, HEAVIEST, LATER = "softmax_backward", 4, 4


def chromium() -> str:
    """Where Chromium is.

    Raises: FileNotFoundError if it is not installed.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise FileNotFoundError("there is no Chromium: run `apt-get install chromium`")
    return found


def middle(values: list[float], digits: int = 0) -> str:
    """The median, and in brackets the least and the greatest where they differ."""
    low, high, found = (f"{value:.{digits}f}" for value in (min(values), max(values), median(values)))
    return found if low == high else f"{found} ({low}\u2013{high})"


def weight(asked: list[str]) -> float:
    """The kilobytes of the files of the site that were asked for, compressed."""
    paths = {SITE / urlsplit(address).path.lstrip("/") for address in asked}
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths if path.is_file()) / 1000


def once(browser, address: str, entry: listing.Entry) -> dict[str, float]:
    """One round: a reader who begins cold, and one who has the time to read."""
    cold = Reader(browser, address, entry)
    found = {"cold": cold.press()}
    cold.context.close()
    reader = Reader(browser, address, entry)
    before = reader.memory()
    reader.focus()
    found["first"] = reader.press()
    found["MB"] = reader.memory() - before
    found["KB"] = weight(reader.asked)
    found["again"] = median(reader.press() for _ in range(LATER))
    found["after Stop"] = reader.stopped()
    reader.context.close()
    return found


def heaviest(count: int) -> list[str]:
    """The exercises whose arrays are largest."""
    files = (path for path in (SITE / "_static/page/sheets").glob("*.bin") if ".mistakes" not in path.name)
    return [path.stem for path in sorted(files, key=lambda path: -path.stat().st_size)[:count]]


def measured(names: list[str], rounds: int) -> str:
    """Measure exercises, and write the table."""
    from playwright.sync_api import sync_playwright

    entries = [listing.find(name) for name in names]
    with Server(SITE) as server, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        # The first visit fills the server.
        all_rounds = [[once(browser, server.address, entry) for entry in entries] for _ in range(rounds + 1)][1:]
        said = f"Chromium {browser.version}, medians of {rounds} (least\u2013greatest), load {os.getloadavg()[0]:.1f}."
        browser.close()
    head = ["first", "cold", "again", "after Stop", "KB", "MB"]
    rows = [[entry.name, *(middle([each[place][part] for each in all_rounds]) for part in head)]
            for place, entry in enumerate(entries)]
    return f"{said}\n\n{tabulate(rows, ['exercise', *head], tablefmt='github', disable_numparse=True)}"


def main(arguments: list[str]) -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("names", nargs="*", metavar="NAME", help="exercises; by default a few")
    options.add_argument("--rounds", type=int, default=5, help="how often each is measured")
    chosen = options.parse_args(arguments)
    if not (SITE / "_static/page/python.json").is_file():
        print(f"There is no site with exercises in {SITE}: build it with `make site`.", file=sys.stderr)
        return 1
    try:
        print(measured(chosen.names or [MIDDLE, *heaviest(HEAVIEST)], max(1, chosen.rounds)))
    except (OSError, RuntimeError, listing.UnknownExercise) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
