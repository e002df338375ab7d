"""What stands at the head of a page: how long it takes to read, and where a mistake can be reported.

The time is that of the prose, folded text included, and of the displayed equations; code, what it printed and
tables are looked at, not read. The address for reports is made from `repository: url:` in _config.yml; without
one there is no such link. The template is book/_templates/page-links.html.
"""

import re
from pathlib import Path
from urllib.parse import quote

import yaml
from docutils import nodes

WORDS_A_MINUTE = 200
SECONDS_AN_EQUATION = 20
WORD = re.compile(r"\w[\w'’.-]*")
NOT_READ = (nodes.literal_block, nodes.math, nodes.math_block, nodes.table, nodes.raw, nodes.comment, nodes.title)


def is_read(text: nodes.Text) -> bool:
    """Whether a piece of text is prose."""
    node = text.parent
    while node is not None:
        if isinstance(node, NOT_READ):
            return False
        node = node.parent
    return True


def seconds(doctree: nodes.document) -> float:
    """How long a page takes to read."""
    # Side by side as one text: a formula or a name of code within a sentence must not join its neighbours.
    words = WORD.findall(" ".join(text for text in doctree.findall(nodes.Text) if is_read(text)))
    equations = sum(1 for _ in doctree.findall(nodes.math_block))
    return 60 * len(words) / WORDS_A_MINUTE + SECONDS_AN_EQUATION * equations


def in_words(time: float) -> str:
    """A time in minutes, at least one."""
    minutes = max(1, round(time / 60))
    return f"about {minutes} minute{'s' if minutes > 1 else ''}"


def report_address(repository: str, page: str) -> str:
    """Where a mistake on a page can be reported; nothing if there is no repository."""
    root = repository.rstrip("/")
    return f"{root}/issues/new?title={quote(f'Mistake in {page}')}" if root else ""


def read_settings(app, config) -> None:
    """Take the repository from Jupyter Book's file; what it makes of it, our theme options replace."""
    file = Path(app.confdir or app.srcdir) / "_config.yml"
    settings = yaml.safe_load(file.read_text(encoding="utf8")) if file.is_file() else {}
    config.report_repository = (settings.get("repository") or {}).get("url") or ""


def fill(app, page: str, template: str, context: dict, doctree) -> None:
    """What the template asks for, on the pages of the book."""
    if doctree is not None:
        context["reading_time"] = in_words(seconds(doctree))
        context["report_address"] = report_address(app.config.report_repository, page)


def setup(app) -> dict:
    app.add_config_value("report_repository", "", "html", str)
    app.connect("config-inited", read_settings)
    app.connect("html-page-context", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
