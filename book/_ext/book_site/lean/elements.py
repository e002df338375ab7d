"""Pages without elements that show nothing: each is styled and laid out as if it did.

Pygments puts every name and every bracket into an element, to give it the colour that the text around it has
anyway: a sixth of a chapter's elements. Docutils puts what stands in a cell of a table into a paragraph.
"""

from docutils import nodes
from pygments.formatters import HtmlFormatter
from pygments.styles import get_style_by_name
from pygments.token import Text
from sphinx.highlighting import PygmentsBridge

# The theme's two; a test looks whether the site has their colours.
STYLES = ("a11y-high-contrast-light", "a11y-high-contrast-dark")
LOOKS = tuple(dict(get_style_by_name(name)) for name in STYLES)


def looks_like_text(kind) -> bool:
    """Whether a kind of token looks like plain text, in light and in dark; one that a style does not know does not."""
    return all(kind in looks and looks[kind] == looks[Text] for looks in LOOKS)


class Formatter(HtmlFormatter):
    """Pygments' own, to which what looks like plain text is plain text."""

    def format(self, tokensource, outfile) -> None:
        super().format(((Text if looks_like_text(kind) else kind, value) for kind, value in tokensource), outfile)


def is_a_cell(node: nodes.paragraph) -> bool:
    """Whether a paragraph is all that a cell of a table holds, and has no mark of its own."""
    return isinstance(node.parent, nodes.entry) and len(node.parent) == 1 and not (node["ids"] or node["classes"])


def visit(translator, node: nodes.paragraph) -> None:
    """Begin a paragraph that is more than a cell."""
    if not is_a_cell(node):
        type(translator).visit_paragraph(translator, node)


def depart(translator, node: nodes.paragraph) -> None:
    """End it."""
    if not is_a_cell(node):
        type(translator).depart_paragraph(translator, node)


def leave_out(app) -> None:
    """Have pages written so."""
    PygmentsBridge.html_formatter = Formatter
    app.add_node(nodes.paragraph, override=True, html=(visit, depart))
