"""Pages that a validator has nothing to say against.

What Sphinx, the theme and myst-nb write, and what HTML asks for instead, is mended in the written pages: each
function of MENDS takes a page and gives it back. code/tools/check_html.py runs the validator.
"""

import re
from pathlib import Path

from book_site.each_page import rewrite

VOID = re.compile(
    r"(<(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b(?:[^<>\"]|\"[^\"]*\")*?)\s*/>"
)
PROMPT = re.compile(r"<p (class=\"(?:collapsed|expanded) admonition-title\")>(.*?)</p>")
SUMMARY = re.compile(r"<summary aria-label=\"Toggle hidden content\">")
CORNER = re.compile(r"<th( class=\"[^\"]*\")?>\s*(?:<p>\s*</p>)?\s*</th>")
VIEWPORT = re.compile(r"<meta name=\"viewport\"[^>]*>")


def no_slashes(page: str) -> str:
    """An element that has no end needs no slash."""
    return VOID.sub(r"\1>", page)


def prompts_in_line(page: str) -> str:
    """A summary holds no paragraphs, and its words are its name."""
    return SUMMARY.sub("<summary>", PROMPT.sub(r"<span \1>\2</span>", page))


def no_article(page: str) -> str:
    """The heading of the page is no heading within an article: the page is all there is."""
    before, opening, after = page.partition('<article class="bd-article">')
    inside, closing, rest = after.partition("</article>")
    return f'{before}<div class="bd-article">{inside}</div>{rest}' if opening and closing else page


def corners(page: str) -> str:
    """A cell of the head that says nothing is the head of nothing."""
    return CORNER.sub(r"<td\1></td>", page)


def once(page: str) -> str:
    """What was said before is not said again."""
    first, *rest = VIEWPORT.split(page)
    return first + VIEWPORT.search(page)[0] + "".join(rest) if rest else page


MENDS = (no_slashes, prompts_in_line, no_article, corners, once)


def mended(page: str) -> str:
    """The page after all of them."""
    for mend in MENDS:
        page = mend(page)
    return page


def finish(app, exception) -> None:
    """Mend every page that was written."""
    if exception or app.builder.name != "html":
        return
    rewrite(Path(app.outdir), lambda path, page: mended(page))


def setup(app) -> dict:
    app.connect("build-finished", finish, priority=940)  # before lean, which reads the pages
    return {"parallel_read_safe": True, "parallel_write_safe": True}
