"""`{where} STEM`: the strip *where we are*, the network with one operation lit.

The strip is drawn from the layers in the network's `values.py`, the one place where the order of the operations is
written, and from the catalogue of operations, which knows the chapters that derive each.
It is an ordered list: readable without a stylesheet, usable by keyboard, no script. An operation is a link
once the book has its chapter.

    ```{where} batchnorm
    ```

Without a stem nothing is lit; with the option `:all:` everything is. `:network:` names another network than that of
Part I, a folder of `handgrad.models`. With `:coloured:` what is lit has the colour
of its operation, which the page then uses for the lines of the operation too.
"""

import posixpath
from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from handgrad.models.network import Network, described
from handgrad.ops import catalogue


class where(nodes.General, nodes.Element):
    """The strip; attributes: first, the value that goes in; layers, each (stem, title, output); lit, a list of stems;
    all and coloured."""


class Where(SphinxDirective):
    """The directive; see the module."""

    optional_arguments = 1
    option_spec = {"all": directives.flag, "coloured": directives.flag, "network": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        network = described(self.options.get("network", "mlp"))
        lit = sorted(stems(network)) if "all" in self.options else []
        for chapter in self.arguments:
            lit = [catalogue.treated_in(chapter, stems(network))]
            if not lit[0]:
                known = ", ".join(sorted(catalogue.chapters(stems(network))))
                raise self.error(f"the network has no operation {chapter!r}; there are {known}")
        flags = {name: name in self.options for name in ("all", "coloured")}
        layers = [(layer.stem, layer.title, layer.output) for layer in network.layers]
        return [where("", first=network.values[0].name, layers=layers, lit=lit, **flags)]


def stems(network: Network) -> set[str]:
    """The operations of a network."""
    return {layer.stem for layer in network.layers}


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
    items = [f"<li>{value(node['first'])}</li>"]
    items += [item(builder, node, stem, title, output) for stem, title, output in node["layers"]]
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
