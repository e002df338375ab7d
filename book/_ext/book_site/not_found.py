"""404.html, for an address that leads nowhere, and sitemap.xml, where the site's own address is known.

A server shows 404.html under whatever address was asked, so its links cannot be relative to that address:
they are relative to a base, the path of `html_baseurl`, or `/` where none is configured. A page of the theme
would not do, since a base also moves its links within the page; this one needs no other file.

The address is `html_baseurl` in _config.yml or, so that a copy of the book can be published unchanged, the
environment variable SITE_ADDRESS: SITE_ADDRESS=https://someone.example/book/ make site
"""

import os
from html import escape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="script-src 'self'; style-src 'self' 'unsafe-inline'">
<meta name="robots" content="noindex">
<base href="{base}">
<title>Not found: {title}</title>
{icon}<style>
:root {{ color-scheme: light dark; color: CanvasText; background: Canvas; }}
body {{ max-width: 34rem; margin: 12vh auto; padding: 0 1rem; font: 1.1rem/1.6 system-ui, sans-serif; }}
input, button {{ font: inherit; max-width: 100%; }}
</style>
</head>
<body>
<main>
<h1>This page is not here</h1>
<p>The address leads to no page of <em>{title}</em>: the page has another name now, or the address has a slip in it.</p>
<p>The <a href="{target}">first page</a> has the table of contents, with a line on each chapter.</p>
<form action="search.html" role="search">
<p><label for="q">Or search the book:</label> <input type="search" name="q" id="q"> <button>Search</button></p>
</form>
</main>
</body>
</html>
"""
ICON = '<link rel="icon" href="{address}">\n'


def take_address(app, config) -> None:
    """Take the site's address from the environment where the settings have none."""
    config.html_baseurl = config.html_baseurl or os.environ.get("SITE_ADDRESS", "")


def icon(config) -> str:
    """The link to the favicon, as it is written at the site's root; nothing if the book has none."""
    name = Path(config.html_favicon or "").name
    return ICON.format(address=escape(f"_static/{name}")) if name else ""


def base(config) -> str:
    """The path under which the site lies on its host."""
    return f"{urlsplit(config.html_baseurl or '').path.rstrip('/')}/"


def not_found(app) -> str:
    """The page."""
    config = app.config
    return PAGE.format(language=config.language or "en", title=escape(config.html_title), icon=icon(config),
                       base=escape(base(config)), target=app.builder.get_target_uri(config.root_doc))


def sitemap(app) -> str:
    """The addresses of all pages."""
    root = f"{app.config.html_baseurl.rstrip('/')}/"
    pages = [urljoin(root, app.builder.get_target_uri(page)) for page in sorted(app.env.found_docs)]
    lines = [f"<url><loc>{escape(address)}</loc></url>" for address in pages]
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>',
                      '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', *lines, "</urlset>", ""])


def write(app, exception) -> None:
    """Write both, or leave out the sitemap, whose addresses must be whole ones."""
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    (site / "404.html").write_text(not_found(app), encoding="utf8")
    (site / "sitemap.xml").unlink(missing_ok=True)
    if app.config.html_baseurl:
        (site / "sitemap.xml").write_text(sitemap(app), encoding="utf8")


def setup(app) -> dict:
    app.connect("config-inited", take_address)
    app.connect("build-finished", write, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
