"""What the pages of a built site load when they open, and where their links lead."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

LOADING = {  # elements that fetch something when the page opens, and the attributes that say what
    "script": ("src",), "img": ("src", "srcset"), "source": ("src", "srcset"), "iframe": ("src",),
    "video": ("src", "poster"), "audio": ("src",), "embed": ("src",), "object": ("data",),
    "image": ("href", "xlink:href"),
}
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "modulepreload", "preconnect", "dns-prefetch",
                 "manifest", "apple-touch-icon"}
CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")


def soup(page: Path) -> BeautifulSoup:
    """The parsed page; parsed again if the file has changed."""
    return parsed(page, page.stat().st_mtime_ns)


@cache
def parsed(page: Path, changed: int) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf8"), "html.parser")


def html_pages(site: Path) -> list[Path]:
    """Every page of the site."""
    return sorted(path for path in site.rglob("*.html") if path.relative_to(site).parts[0] != "_static")


def ids(page: Path) -> list[str]:
    """The ids of a page's elements, in order."""
    return [element["id"] for element in soup(page).select("[id]")]


def loaded(site: Path) -> list[tuple[Path, str]]:
    """What the site's pages and stylesheets load: the file that asks, and the address."""
    asked = []
    for page in html_pages(site):
        for element in soup(page).find_all(True):
            asked += [(page, address) for address in addresses(element)]
    for sheet in sorted(site.rglob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf8"), flags=re.DOTALL)
        asked += [(sheet, first or second) for first, second in CSS_ADDRESS.findall(text)]
    return asked


def addresses(element) -> list[str]:
    """What one element loads."""
    found = [element[name] for name in LOADING.get(element.name, ()) if element.get(name)]
    if element.name == "link" and LOADING_LINKS & {rel.lower() for rel in element.get("rel", ())}:
        found.append(element["href"])
    style = element.get("style", "") + (element.get_text() if element.name == "style" else "")
    found += [first or second for first, second in CSS_ADDRESS.findall(style)]
    return [part.split()[0] for address in found for part in parts(element, address)]


def parts(element, address: str) -> list[str]:
    """The candidates of a srcset, or the one address."""
    is_set = address == element.get("srcset")
    return [part for part in address.split(",") if part.strip()] if is_set else [address.strip()]


def other_hosts(site: Path) -> list[str]:
    """Addresses on another host that a page would ask when it opens."""
    asked = {(path.relative_to(site).as_posix(), address) for path, address in loaded(site)}
    return [f"{path} loads {address}" for path, address in sorted(asked) if urlsplit(address).netloc]


def broken_links(site: Path) -> list[str]:
    """Addresses within the site that lead nowhere: no such file, or no such place in it."""
    links = [(page, link["href"]) for page in html_pages(site) for link in soup(page).select("a[href]")]
    found = set()
    for page, address in [*links, *loaded(site)]:
        where = urlsplit(address)
        if where.scheme or where.netloc or address.startswith("#") and len(address) < 2:
            continue
        target = (page.parent / unquote(where.path)).resolve() if where.path else page
        if not target.is_file():
            found.add(f"{page.relative_to(site)} points to {address}, which is not there")
        elif where.fragment and target.suffix == ".html" and where.fragment not in ids(target):
            found.add(f"{page.relative_to(site)} points to {address}: the page has no such place")
    return sorted(found)
