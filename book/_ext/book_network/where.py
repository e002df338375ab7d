"""`{where} STEM`: the strip *where we are*, the network with one operation lit.

The strip is drawn from `handgrad.models.network.NETWORK`, the one place where the order of the operations is written.
It is an ordered list: readable without a stylesheet, usable by keyboard, no script. An operation is a link
once the book has its chapter.

    ```{where} batchnorm
    ```

Without a stem nothing is lit; with the option `:all:` everything is. With `:coloured:` what is lit has the colour
of its operation, which the page then uses for the lines of the operation too.
"""

import posixpath
from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from handgrad.models.network import NETWORK

# Chapters that treat an operation of the network under another name.
TREATS = {"softmax": "cross_entropy", "batchnorm_fused": "batchnorm"}


class where(nodes.General, nodes.Element):
    """The strip; attributes: layers, each (stem, title, input, output), lit, a list of stems, all and coloured."""


class Where(SphinxDirective):
    """The directive; see the module."""

    optional_arguments = 1
    option_spec = {"all": directives.flag, "coloured": directives.flag}

    def run(self) -> list[nodes.Node]:
        stems = sorted({layer.stem for layer in NETWORK})
        lit = stems if "all" in self.options else []
        for stem in self.arguments:
            if TREATS.get(stem, stem) not in stems:
                known = ", ".join(sorted([*stems, *TREATS]))
                raise self.error(f"the network has no operation {stem!r}; there are {known}")
            lit = [TREATS.get(stem, stem)]
        flags = {name: name in self.options for name in self.option_spec}
        return [where("", layers=[tuple(layer) for layer in NETWORK], lit=lit, **flags)]


def chapter_of(builder, stem: str) -> str | None:
    """The page that treats an operation, beside the current page, or None if the book has none."""
    page = posixpath.join(posixpath.dirname(builder.current_docname), stem)
    return page if page in builder.env.found_docs else None


def item(builder, node: where, stem: str, title: str, output: str) -> str:
    """One operation: a link or a name, and the value that comes out of it."""
    lit = stem in node["lit"]
    attributes = f' class="lit of-{stem.replace("_", "-")}"' if lit else ""
    attributes += ' aria-current="step"' if lit and not node["all"] else ""
    page = chapter_of(builder, stem)
    name = f'<span class="operation">{escape(title)}</span>'
    if page and page != builder.current_docname:
        address = builder.get_relative_uri(builder.current_docname, page)
        name = f'<a class="operation" href="{address}">{escape(title)}</a>'
    return f"<li{attributes}>{name} {value(output)}</li>"


def value(name: str) -> str:
    """A value that passes from one operation to the next."""
    return f'<code class="value">{escape(name)}</code>'


def visit_html(translator, node: where) -> None:
    builder = translator.builder
    items = [f"<li>{value(node['layers'][0][2])}</li>"]
    items += [item(builder, node, stem, title, output) for stem, title, _, output in node["layers"]]
    kind = "where coloured" if node["coloured"] else "where"
    nav = f'<nav class="{kind}" aria-label="Where we are in the network">'
    translator.body.append(f"{nav}<ol>{''.join(items)}</ol></nav>\n")
    raise nodes.SkipNode


def visit_latex(translator, node: where) -> None:
    names = [rf"\textbf{{{title}}}" if stem in node["lit"] else title for stem, title, *_ in node["layers"]]
    translator.body.append("\n\\par\\noindent " + r" $\rightarrow$ ".join(names) + "\\par\n")
    raise nodes.SkipNode


def setup(app) -> dict:
    app.add_node(where, html=(visit_html, None), latex=(visit_latex, None))
    app.add_directive("where", Where)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
