"""The equation ledger: `{ledger}`, its table, and the small link *checked* below each displayed gradient.

Every equation whose label begins with `grad-` must have a row in book/ledger.json, which the tests write,
and every row its equation: each one that has not is a warning, so that a build with warnings as errors stops.
The table stands on the page that holds the directive; the links lead to its rows, which have the
anchors `ledger-<label>`.

    ```{ledger}
    ```
"""

import json
import posixpath
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

FILE = "book/ledger.json"
PREFIX = "grad-"
HEAD = ("gradient", "chapter", "code", "proven", "displayed", "cross-checked")
WIDTHS = (2, 3, 4, 5, 2, 2)


class ledger_table(nodes.General, nodes.Element):
    """Where the table goes; it is made when all equations are known."""


class Ledger(SphinxDirective):
    """The directive; see the module."""

    def run(self) -> list[nodes.Node]:
        pages_of(self.env).add(self.env.docname)
        return [ledger_table()]


def pages_of(env) -> set[str]:
    """The pages that hold the directive."""
    if not hasattr(env, "ledger_pages"):
        env.ledger_pages = set()
    return env.ledger_pages


def rows_of(app) -> dict[str, dict]:
    """The ledger; without the file, no rows."""
    path = Path(app.srcdir) / FILE
    return json.loads(path.read_text(encoding="utf8")) if path.is_file() else {}


def equations_of(env) -> dict[str, str]:
    """The labelled gradients of the book and the pages they stand on."""
    labelled = env.get_domain("math").equations.items()
    return {label: page for label, (page, _) in labelled if label.startswith(PREFIX)}


def check(app, env) -> None:
    """Warn of an equation without a row, a row without an equation, and a ledger that is nowhere shown."""
    rows, equations = rows_of(app), equations_of(env)
    for label in sorted(equations.keys() - rows.keys()):
        place = equation_in(env.get_doctree(equations[label]), label)
        logger.warning("%s has no row in %s: run the tests that write it", label, FILE, location=place)
    for label in sorted(rows.keys() - equations.keys()):
        logger.warning("%s has a row for %s, but no page has that equation", FILE, label)
    if equations and not pages_of(env):
        page = min(equations.values())
        logger.warning("no page holds the directive {ledger}, so no gradient can link to it", location=page)


def equation_in(doctree: nodes.document, label: str) -> nodes.Node:
    """The equation with this label."""
    return next(node for node in doctree.findall(nodes.math_block) if node.get("label") == label)


def resolve(app, doctree: nodes.document, page: str) -> None:
    """Put in the links and the tables, now that every page has been read."""
    rows = rows_of(app)
    if app.builder.format == "html" and pages_of(app.env):
        # The page is called `tested` once it exists; until then it is the first that has a table.
        target = min(pages_of(app.env), key=lambda name: (posixpath.basename(name) != "tested", name))
        for equation in list(doctree.findall(nodes.math_block)):
            if equation.get("label") in rows and equation["label"].startswith(PREFIX):
                add_link(app.builder, page, target, equation)
    for place in list(doctree.findall(ledger_table)):
        place.replace_self(table(app, page, rows))


def add_link(builder, page: str, target: str, equation: nodes.math_block) -> None:
    """The word *checked*, below the equation, leading to the row."""
    uri = f"{builder.get_relative_uri(page, target)}#{anchor(equation['label'])}"
    link = nodes.reference("", "checked", internal=True, refuri=uri)
    link["reftitle"] = "How this gradient was checked"
    index = equation.parent.index(equation)
    equation.parent.insert(index + 1, nodes.paragraph("", "", link, classes=["checked"]))


def anchor(label: str) -> str:
    """The anchor of a row."""
    return f"ledger-{label}"


def table(app, page: str, rows: dict[str, dict]) -> nodes.table:
    """The table, a row for each gradient, in the order of the file."""
    group = nodes.tgroup("", cols=len(HEAD))
    group.extend(nodes.colspec(colwidth=width) for width in WIDTHS)
    head = [nodes.paragraph("", text) for text in HEAD]
    group += nodes.thead("", line(head))
    body = nodes.tbody()
    for label, row in rows.items():
        body += line(cells(app, page, label, row), ids=[anchor(label)])
    group += body
    return nodes.table("", group, classes=["ledger"])


def line(paragraphs: list[nodes.Node], **attributes) -> nodes.row:
    """One row of the table."""
    return nodes.row("", *(nodes.entry("", paragraph) for paragraph in paragraphs), **attributes)


def cells(app, page: str, label: str, row: dict) -> list[nodes.paragraph]:
    """What the row says, a paragraph for each column."""
    found = equations_of(app.env).get(label)
    chapter = posixpath.join(posixpath.dirname(page), row["chapter"])
    title = app.env.titles.get(chapter)
    fragment = f"#{nodes.make_id(f'equation-{label}')}"
    name = nodes.inline("", title.astext() if title else row["chapter"])
    return [
        linked(app, page, found, fragment, nodes.literal("", row["gradient"])),
        linked(app, page, chapter if title else None, "", name),
        nodes.paragraph("", "", code(row["code"])),
        nodes.paragraph("", row["proven"] or "no"),
        nodes.paragraph("", measured(row["displayed_error_u"])),
        nodes.paragraph("", measured(row["float64_error_u"])),
    ]


def measured(error: float | None) -> str:
    """An error in unit roundoffs, or that there is none."""
    return "no" if error is None else f"{error:.2g}\u00a0u"


def code(name: str) -> nodes.literal:
    """`module.function`, which may be broken after the full stop."""
    module, _, function = name.rpartition(".")
    opportunity = nodes.raw("", "<wbr>", format="html")
    return nodes.literal("", "", nodes.Text(f"{module}."), opportunity, nodes.Text(function))


def linked(app, page: str, target: str | None, fragment: str, content: nodes.Node) -> nodes.paragraph:
    """The content, as a link if its page exists and the format has links between pages."""
    if target is None or app.builder.format != "html":
        return nodes.paragraph("", "", content)
    uri = app.builder.get_relative_uri(page, target) + fragment
    return nodes.paragraph("", "", nodes.reference("", "", content, internal=True, refuri=uri))


def purge(app, env, page: str) -> None:
    pages_of(env).discard(page)


def merge(app, env, pages: list[str], other) -> None:
    pages_of(env).update(pages_of(other) & set(pages))


def setup(app) -> dict:
    app.add_node(ledger_table)
    app.add_directive("ledger", Ledger)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-check-consistency", check)
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
