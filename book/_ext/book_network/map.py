"""`{map}`: every value of the network as a node, with its lines, its equation, its numbers and their gradient.

    ```{map}
    ```

Nodes, edges and places are computed from the package's own lines (`handgrad.models.graph`), the numbers from the book's
minibatch, and the equations are those of the chapters. Without the script map.js the drawing links to the rows of
a table. The numbers stand in a file of their own, which the script loads when the map is first used.
"""

import posixpath
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from book_equations.engine import TexError, render
from book_site.kept import kept
from handgrad.models import graph
from handgrad.support import digest

from . import drawing, layout

# The first is asked for when the page has been drawn (book/_static/first.js), and by it the second when it is used.
SCRIPT, NUMBERS = "_static/map.js", "_static/map-numbers.js"


class network_map(nodes.General, nodes.Element):
    """Where the map stands."""


class NetworkMap(SphinxDirective):
    """The directive; see the module."""

    def run(self) -> list[nodes.Node]:
        pages_of(self.env).add(self.env.docname)
        return [network_map()]


def pages_of(env) -> set[str]:
    """The pages that hold the directive."""
    if not hasattr(env, "map_pages"):
        env.map_pages = set()
    return env.map_pages


def note_equations(app, tree) -> None:
    """Remember the source of each labelled gradient of a page, so that the map need not read all pages again."""
    blocks = (node for node in tree.findall(nodes.math_block) if (node.get("label") or "").startswith("grad-"))
    sources_of(app.env)[app.env.docname] = {node["label"]: node.astext() for node in blocks}


def sources_of(env) -> dict[str, dict[str, str]]:
    """By page, the sources of its labelled gradients."""
    if not hasattr(env, "map_equations"):
        env.map_equations = {}
    return env.map_equations


def equations_of(env) -> dict[str, str]:
    """The source of each labelled gradient of the book."""
    return {label: tex for page in sorted(sources_of(env)) for label, tex in sources_of(env)[page].items()}


def script_of(app) -> str:
    """The file of numbers, made when it is first asked for in a build, and kept for the next."""
    if not hasattr(app, "map_script"):
        config, sources = app.config, equations_of(app.env)
        macros = tuple(sorted(config.katex_macros.items()))
        ingredients = repr((config.execution_key, config.freshness_key, macros, sorted(sources.items())))
        made = kept(Path(app.outdir), ingredients.encode(), lambda: made_script(sources, macros).encode())
        app.map_script = made.decode()
    return app.map_script


def made_script(sources: dict[str, str], macros: tuple) -> str:
    """The file of numbers."""
    # Here and not at the top: it imports torch, and a build that finds the file must not wait for it.
    from . import numbers

    def equation(value) -> str:
        tex = sources.get(graph.label(value), "")
        try:
            return render(tex.strip(), True, macros) if tex else ""
        except TexError:
            return ""  # the chapter itself warns

    return numbers.script(equation)


def prepare(app, env) -> None:
    """Make the numbers anew whenever a page was read: any of them may hold an equation that the map shows."""
    if pages_of(env) and app.builder.format == "html":
        script_of(app)


def visit_html(translator, node: network_map) -> None:
    builder = translator.builder
    current, equations = builder.current_docname, builder.env.get_domain("math").equations

    def link(value) -> str | None:
        """The equation of the gradient, or else the chapter; nothing if the book has neither."""
        chapter = posixpath.join(posixpath.dirname(current), value.chapter)
        if not value.chapter or chapter not in builder.env.found_docs:
            return None
        label = graph.label(value)
        fragment = f"#{nodes.make_id(f'equation-{label}')}" if label in equations else ""
        return builder.get_relative_uri(current, chapter) + fragment

    version = digest.of_bytes(script_of(builder.app).encode())[:8]
    root = posixpath.relpath(".", posixpath.dirname(current) or ".")
    translator.body.append(drawing.page(layout.layout(), link, f"{root}/{SCRIPT}", f"{root}/{NUMBERS}?v={version}"))
    raise nodes.SkipNode


def skip(translator, node: network_map) -> None:
    """In print the figure of the forward pass shows the same network."""
    raise nodes.SkipNode


def write(app, exception) -> None:
    """Write the numbers beside the other files of the site."""
    if exception is None and hasattr(app, "map_script"):
        (Path(app.outdir) / NUMBERS).write_text(app.map_script, encoding="utf8")


def purge(app, env, page: str) -> None:
    pages_of(env).discard(page)
    sources_of(env).pop(page, None)


def merge(app, env, pages: list[str], other) -> None:
    pages_of(env).update(pages_of(other) & set(pages))
    sources_of(env).update({page: sources_of(other).get(page, {}) for page in pages})


def setup(app) -> dict:
    app.add_node(network_map, html=(visit_html, None), latex=(skip, None), text=(skip, None))
    app.add_directive("map", NetworkMap)
    app.connect("doctree-read", note_equations)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("env-check-consistency", prepare)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
