"""What every test in a browser needs: the built site, a server for it, and Debian's Chromium.

The site is that of HANDGRAD_SITE, or _build/html where it is not older than its sources.
"""

import contextlib
import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# The browser asks its maker's hosts for nothing, and runs as root, as it must where CI is root.
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")
SOURCES = ("book", "_config.yml", "_toc.yml")
READ = {".md", ".py", ".css", ".js", ".html", ".json", ".yml"}

# Whether a page is laid out to its end, and the scripts that it asks for last have run, if it asks for them.
READY = """() => !document.documentElement.classList.contains("top-first") &&
  (!document.querySelector("script[data-late]") || typeof Documentation !== "undefined") &&
  !document.querySelector(".network-map:not(.works)")"""


def site() -> Path:
    """Where the built site lies, or should."""
    return Path(os.environ.get("HANDGRAD_SITE") or ROOT / "_build" / "html").resolve()


def why_not() -> str:
    """Why the site cannot be tested here, in a sentence; nothing if it can."""
    if not (site() / "book").is_dir():
        return "there is no built site: run `make site` first"
    if "HANDGRAD_SITE" not in os.environ and newest(ROOT, SOURCES) > newest(site(), (".",)):
        return "the built site is older than its sources: run `make site` again"
    if CHROMIUM is None:
        return "there is no Chromium: install it, on Debian with `apt-get install chromium`"
    return ""


def newest(folder: Path, names: tuple[str, ...]) -> float:
    """When the last of these files, or of the files in these folders, was changed."""
    found = [folder / name for name in names]
    found += [path for start in found if start.is_dir() for path in start.rglob("*")]
    files = (path for path in found if path.suffix in READ and path.is_file())
    return max((path.stat().st_mtime for path in files), default=0.0)


def pages() -> list[str]:
    """The addresses of all pages within the site; none where it cannot be tested.

    The page at the root is not among them: it leads to the first page of the book at once.
    """
    if why_not():
        return []
    found = (path.relative_to(site()) for path in site().rglob("*.html"))
    names = (path.as_posix() for path in found if path.parts[0] != "_static")
    return sorted(name for name in names if name != "index.html")


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server on this machine that gives out a folder."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # else a connection for each file

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def listened(page, said: list[str], asked: list[str]) -> None:
    """Keep what the page's console says of errors and warnings, and every address that it asks for."""
    page.on("console", lambda line: said.append(f"{line.type}: {line.text}")
            if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("request", lambda request: asked.append(request.url))
