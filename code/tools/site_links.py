"""What the pages of a built site load when they open, and where their links lead."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from site_page import Reader, styled


def html_pages(site: Path) -> list[Path]:
    """Every page of the site."""
    return sorted(path for path in site.rglob("*.html") if path.relative_to(site).parts[0] != "_static")


def loaded(site: Path, reader: Reader) -> list[tuple[Path, str]]:
    """What the site's pages and stylesheets load: the file that asks, and the address."""
    asked = [(page, address) for page in html_pages(site) for address in reader.page(page).loaded]
    for sheet in sorted(site.rglob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf8"), flags=re.DOTALL)
        asked += [(sheet, address) for address in styled(text)]
    return asked


def other_hosts(site: Path, reader: Reader | None = None) -> list[str]:
    """Addresses on another host that a page would ask when it opens."""
    asked = {(path.relative_to(site).as_posix(), address) for path, address in loaded(site, reader or Reader())}
    return [f"{path} loads {address}" for path, address in sorted(asked) if urlsplit(address).netloc]


def broken_links(site: Path, reader: Reader | None = None) -> list[str]:
    """Addresses within the site that lead nowhere: no such file, or no such place in it."""
    reader = reader or Reader()
    places = {page.resolve(): frozenset(reader.page(page).ids) for page in html_pages(site)}
    links = [(page, address) for page in html_pages(site) for address in reader.page(page).links]
    found = set()
    for page, address in {*links, *loaded(site, reader)}:
        where = urlsplit(address)
        if where.scheme or where.netloc or address.startswith("#") and len(address) < 2:
            continue
        target = (page.parent / unquote(where.path) if where.path else page).resolve()
        if not target.is_file():
            found.add(f"{page.relative_to(site)} points to {address}, which is not there")
        elif where.fragment and where.fragment not in places.get(target, {where.fragment}):
            found.add(f"{page.relative_to(site)} points to {address}: the page has no such place")
    return sorted(found)
