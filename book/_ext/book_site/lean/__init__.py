"""A site without ballast: one stylesheet, small fonts, no icons as a program, no inline scripts.

The theme brings 1.5 MB of scripts for fourteen icons, and rules for components that no page has. Pages are
written without the `elements` that show nothing. When they are written, `stylesheet` joins all style sheets and
keeps the rules that a page can meet, `fonts` keeps the characters that a page shows, `early` has them ready when a
page is drawn, `late` joins the scripts that wait for the reader, `parts` a script that is written in parts,
`versions` numbers what changes, and `leftovers` removes what nothing asks for any more. What else the pages load is
decided before, in `page` and in book/_templates/layout.html.
"""

from pathlib import Path

from book_site.lean import early, elements, late, parts, versions
from book_site.lean.fonts import shrink
from book_site.lean.leftovers import remove
from book_site.lean.stylesheet import join

# What the theme puts on every page and no page of this book needs: tabs, and code inside the page.
UNUSED = ("design-tabs.js",)
# A style sheet that Sphinx puts into every site, and that is removed from it here.
COPIED = "basic.css"


def page(app, pagename, templatename, context, doctree) -> None:
    """Leave out inline scripts, unused ones and those of `late`; let the others wait until the page has been read."""
    kept = []
    for script in context.get("script_files", []):
        name = getattr(script, "filename", None) or ""
        # Without a file name it is inline, which the page's policy forbids.
        if name and not late.waits(name) and not any(name.endswith(unused) for unused in UNUSED):
            script.attributes.setdefault("defer", "defer")
            kept.append(script)
    context["script_files"] = kept


def finish(app, exception) -> None:
    """Make the files of the site smaller, now that all pages are there."""
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    # Where no page is out of date Sphinx writes no page and copies no theme, and all but leftovers is as this left it.
    if (site / "_static" / COPIED).is_file():
        early.forget(site)
        late.publish(site)
        parts.publish(site)
        join(site)
        shrink(site)
        early.publish(site)
        versions.publish(site)
    remove(site)


def setup(app) -> dict:
    elements.leave_out(app)
    app.connect("html-page-context", page, priority=990)  # after all that add scripts
    app.connect("build-finished", finish, priority=950)   # after the last page is written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
