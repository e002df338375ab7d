"""Every written page of a site, changed where it is to be changed."""

from collections.abc import Callable
from pathlib import Path


def rewrite(site: Path, changed: Callable[[Path, str], str]) -> None:
    """Write the pages that `changed` gives back otherwise; it is told where the page lies and what it holds."""
    for path in site.rglob("*.html"):
        before = path.read_text(encoding="utf8")
        after = changed(path, before)
        if after != before:
            path.write_text(after, encoding="utf8")
