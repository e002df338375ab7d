"""The site's own index.html: a page that leads to the book's root page.

The root page is book/index, and what the table-of-contents extension leaves in its place has no language,
no title and nothing to follow for a reader whose browser does not refresh.
"""

from html import escape
from pathlib import Path

from book_site.not_found import icon

PAGE = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={target}">
<title>{title}</title>
{icon}</head>
<body>
<p><a href="{target}">{title}</a></p>
</body>
</html>
"""


def write(app, exception) -> None:
    """Write index.html, unless a page of the book has that name."""
    root = app.config.root_doc
    if exception or app.builder.name != "html" or root == "index":
        return
    target, title = app.builder.get_target_uri(root), escape(app.config.html_title)
    page = PAGE.format(language=app.config.language or "en", target=target, title=title,
                       icon=icon(app.config))
    (Path(app.outdir) / "index.html").write_text(page, encoding="utf8")


def setup(app) -> dict:
    # Jupyter Book sets this value also when the extension that reads it is not loaded, and Sphinx warns.
    app.add_config_value("comments_config", {}, "")
    app.connect("build-finished", write, priority=900)  # after the extension whose page is replaced
    return {"parallel_read_safe": True, "parallel_write_safe": True}
