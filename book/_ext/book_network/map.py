"""`{map}`: every value of the network as a node, with its lines, its equation, its numbers and their gradient.

    ```{map}
    ```

An argument names another network than that of Part I, a folder of `handgrad.models`. Nodes, edges and places are
computed from the package's own lines (`handgrad.models.graph`), the numbers from the book's minibatch
(`numbers.SCENES`), and the equations are those of the chapters. Without the script map.js the drawing links to the
rows of a table. The numbers stand in a file of their own, which the script loads when the map is first used.
"""

import posixpath
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from book_equations.engine import TexError, render
from book_site.kept import kept
from handgrad.models import graph, layout
from handgrad.models.network import described
from handgrad.support import digest

from . import drawing

# The first is asked for when the page has been drawn (book/_static/first.js), and by it the second when it is used.
SCRIPT, NUMBERS = "_static/map.js", "_static/map-numbers{}.js"
FIRST = "mlp"


class network_map(nodes.General, nodes.Element):
    """Where the map stands; attribute: network, the name of what it shows."""


class NetworkMap(SphinxDirective):
    """The directive; see the module."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = (self.arguments or [FIRST])[0]
        pages_of(self.env).setdefault(self.env.docname, set()).add(name)
        return [network_map("", network=name)]


def pages_of(env) -> dict[str, set[str]]:
    """By page that holds the directive, the networks of its maps."""
    if not hasattr(env, "maps_by_page"):
        env.maps_by_page = {}
    return env.maps_by_page


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


def scripts_of(app) -> dict[str, str]:
    """The files of numbers that were made in this build, by network."""
    if not hasattr(app, "map_scripts"):
        app.map_scripts = {}
    return app.map_scripts


def script_of(app, name: str = FIRST) -> str:
    """The file of numbers of a network, made when it is first asked for in a build, and kept for the next."""
    scripts = scripts_of(app)
    if name not in scripts:
        config, sources = app.config, equations_of(app.env)
        macros = tuple(sorted(config.katex_macros.items()))
        ingredients = repr((name, config.execution_key, config.freshness_key, macros, sorted(sources.items())))
        made = kept(Path(app.outdir), ingredients.encode(), lambda: made_script(sources, macros, name).encode())
        scripts[name] = made.decode()
    return scripts[name]


def file_of(name: str) -> str:
    """Where the numbers of a network lie in the site."""
    return NUMBERS.format("" if name == FIRST else f"-{name}")


def made_script(sources: dict[str, str], macros: tuple, name: str = FIRST) -> str:
    """The file of numbers of a network."""
    # Here and not at the top: it imports torch, and a build that finds the file must not wait for it.
    from . import numbers

    scene = numbers.SCENES[name]()

    def equation(value) -> str:
        tex = sources.get(graph.label(scene.network, value), "")
        try:
            return render(tex.strip(), True, macros) if tex else ""
        except TexError:
            return ""  # the chapter itself warns

    return numbers.script(equation, scene)


def prepare(app, env) -> None:
    """Make the numbers anew whenever a page was read: any of them may hold an equation that the map shows."""
    if app.builder.format == "html":
        for name in set().union(*pages_of(env).values()):
            script_of(app, name)


def visit_html(translator, node: network_map) -> None:
    builder = translator.builder
    current, equations = builder.current_docname, builder.env.get_domain("math").equations
    name = node["network"]
    network = described(name)

    def link(value) -> str | None:
        """The equation of the gradient, or else the chapter; nothing if the book has neither."""
        chapter = posixpath.join(posixpath.dirname(current), value.chapter)
        if not value.chapter or chapter not in builder.env.found_docs:
            return None
        label = graph.label(network, value)
        fragment = f"#{nodes.make_id(f'equation-{label}')}" if label in equations else ""
        return builder.get_relative_uri(current, chapter) + fragment

    version = digest.of_bytes(script_of(builder.app, name).encode())[:8]
    root = posixpath.relpath(".", posixpath.dirname(current) or ".")
    files = f"{root}/{SCRIPT}", f"{root}/{file_of(name)}?v={version}"
    translator.body.append(drawing.page(layout.layout(network), link, *files))
    raise nodes.SkipNode


def skip(translator, node: network_map) -> None:
    """In print the figure of the forward pass shows the same network."""
    raise nodes.SkipNode


def write(app, exception) -> None:
    """Write the numbers beside the other files of the site."""
    if exception is None:
        for name, text in scripts_of(app).items():
            (Path(app.outdir) / file_of(name)).write_text(text, encoding="utf8")


def purge(app, env, page: str) -> None:
    pages_of(env).pop(page, None)
    sources_of(env).pop(page, None)


def merge(app, env, pages: list[str], other) -> None:
    pages_of(env).update({page: names for page, names in pages_of(other).items() if page in pages})
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
