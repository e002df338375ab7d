"""Mathematics rendered while the book is built: KaTeX's HTML and MathML, and no script for the reader.

A page with four hundred formulas is complete when it arrives: no second pass that makes the text jump,
equation numbers and references as text, and the same page without JavaScript. A formula that KaTeX cannot
set is a warning with its file and line, so that a build with warnings as errors stops.

Configuration: `katex_macros`, a mapping from a command to what it stands for, as in KaTeX.
The script, the stylesheet and the fonts are put here by code/tools/vendor_katex.py.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from book_site.kept import kept

from .engine import VERSION, TexError, render

logger = logging.getLogger(__name__)

# The narrowest page has room for this many letters; a longer formula may have to scroll in its box,
# and a box that scrolls must be within reach of the keyboard.
NARROW = 20


def rendered(translator, node: nodes.Element, display: bool) -> str:
    """The formula as HTML, or its source after a warning."""
    tex = node.astext().strip()
    macros = tuple(sorted(translator.config.katex_macros.items()))
    # From the build before, if it is there: a small edit need not wait for the engine to start.
    ingredients = repr((VERSION, tex, display, macros)).encode()
    try:
        site = Path(translator.builder.outdir)
        return kept(site, ingredients, lambda: render(tex, display, macros).encode()).decode()
    except TexError as error:
        logger.warning("this formula cannot be set: %s", error, location=placed(node), type="katex")
        return f'<code class="tex-error">{escape(tex)}</code>'


def placed(node: nodes.Node) -> nodes.Node:
    """The node itself or its nearest ancestor that knows its line."""
    while node.parent is not None and not getattr(node, "line", None):
        node = node.parent
    return node


def letters(html: str) -> int:
    """How many characters KaTeX's visible half of the formula shows."""
    visible = html.rpartition('class="katex-html"')[2]
    return len(re.sub(r"<[^>]*>|\s|\u200b", "", "<" + visible))


def visit_inline(translator, node: nodes.math) -> None:
    """A formula in a sentence."""
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    translator.body.append(rendered(translator, node, display=False) + "</span>")
    raise nodes.SkipNode


def visit_display(translator, node: nodes.math_block) -> None:
    """A displayed formula in a box of its own, with its number beside the box."""
    html = rendered(translator, node, display=True)
    reachable = ' tabindex="0"' if letters(html) > NARROW else ""
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    translator.body.append(f'<div class="math-scroll"{reachable}>{html}</div>')
    if node.get("number"):
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app) -> dict:
    app.add_config_value("katex_macros", {}, "html", dict)
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.add_css_file("katex/katex.min.css", priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
