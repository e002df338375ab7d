"""The map as SVG, its controls, and the table that says the same: HTML that is whole without a script.

Each node is a link to its row of the table; the script makes it a button. A row holds what the script shows
of a value, so that nothing is said twice.
"""

from collections.abc import Callable
from html import escape

from handgrad.models import graph, tables
from handgrad.models.layout import HEIGHT, WIDTH, Map, Node, border
from handgrad.models.network import Network, Value
from handgrad.support.markdown import size

HEAD_LENGTH, HEAD_WIDTH = 8, 3.5
PANEL = """
<noscript><p>Without JavaScript each box leads to its row of the table below the map.</p></noscript>
<p class="map-empty" hidden>Nothing is selected yet. Select a value, or press Next.</p>
<div class="map-panel" hidden>
<p class="map-title"><code data-slot="title"></code> <span data-slot="place"></span></p>
<p data-slot="meaning"></p>
<dl>
<div><dt>Shape</dt><dd data-slot="shape"></dd></div>
<div class="map-forward"><dt>Forward</dt><dd data-slot="line"></dd></div>
<div class="map-backward"><dt>Backward</dt><dd data-slot="back"></dd></div>
<div><dt>As its chapter writes it</dt><dd data-slot="equation"></dd></div>
<div><dt>Derived in</dt><dd data-slot="chapter"></dd></div>
</dl>
<div class="map-heats">
<figure><figcaption data-slot="value-caption"></figcaption><canvas data-heat="value"></canvas></figure>
<figure><figcaption data-slot="gradient-caption"></figcaption><canvas data-heat="gradient"></canvas></figure>
</div>
<p class="map-cell" data-slot="cell"></p>
<div class="map-flow">
<div><p data-slot="inputs-caption"></p><div data-slot="inputs"></div></div>
<div><p data-slot="users-caption"></p><div data-slot="users"></div></div>
</div>
</div>
"""
BAR = """
<div class="map-bar" role="group" aria-label="Step through the network" hidden>
<button type="button" data-step="-1">\N{LEFTWARDS ARROW} Previous</button>
<button type="button" data-step="1">Next \N{RIGHTWARDS ARROW}</button>
<span class="map-ways"><button type="button" data-way="forward" aria-pressed="true">Forward</button>
<button type="button" data-way="backward" aria-pressed="false">Backward</button></span>
</div>
"""
HEADINGS = ("value", "shape", "what it is", "forward", "backward", "gradient derived in")


def page(map_: Map, link: Callable[[Value], str | None], script: str, data: str) -> str:
    """The whole element. `link` gives the address of a gradient's derivation; where the script and the numbers lie."""
    files = f'data-late="{escape(script)}" data-numbers="{escape(data)}"'
    return (
        f'<div class="network-map" data-way="forward" {files}>{BAR}'
        f'<div class="map-body"><div class="map-graph">{svg(map_)}</div>{PANEL}</div>'
        f'<p class="map-said" role="status"></p>{table(map_.network, link)}</div>\n'
    )


def svg(map_: Map) -> str:
    """Bands, edges, nodes."""
    nodes, network = map_.nodes, map_.network
    first, last = network.values[0].name, network.values[-1].name
    parts = [
        f'<g class="map-band {colour("of", band.stem)}"><rect x="1" y="{band.top:g}" width="{map_.width - 2:g}" '
        f'height="{band.bottom - band.top:g}" rx="5"/><text x="8" y="{band.top + 16:g}">{escape(band.title)}</text></g>'
        for band in map_.bands
    ]
    parts += [edge(nodes[start], nodes[end]) for start, end in graph.edges(network)]
    parts += [box(network, node) for node in nodes.values()]
    return (
        f'<svg viewBox="0 0 {map_.width:g} {map_.height:g}" role="group" aria-label="{network.title}: its values '
        f'from {first}, at the top, to {last}, at the bottom">{"".join(parts)}</svg>'
    )


def edge(start: Node, end: Node) -> str:
    """A line with a head at either end, of which the stylesheet shows that of the chosen way."""
    (x1, y1), (x2, y2) = border(start, end), border(end, start)
    # A gradient comes back along an edge whose lower value has one, to an upper value that has one.
    back = " both" if start.value.back and end.value.back else ""
    return (
        f'<g class="map-edge{back}" data-start="{start.value.name}" data-end="{end.value.name}" aria-hidden="true">'
        f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'
        f'{arrow_head("forward", x1, y1, x2, y2)}{arrow_head("backward", x2, y2, x1, y1)}</g>'
    )


def arrow_head(way: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """The triangle at the second point."""
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    along, across = (x2 - x1) / length, (y2 - y1) / length
    x, y = x2 - along * HEAD_LENGTH, y2 - across * HEAD_LENGTH
    dx, dy = -across * HEAD_WIDTH, along * HEAD_WIDTH
    points = f"M{x2:.1f} {y2:.1f}L{x + dx:.1f} {y + dy:.1f}L{x - dx:.1f} {y - dy:.1f}z"
    return f'<path class="{way}" d="{points}"/>'


def box(network: Network, node: Node) -> str:
    """A node: name and shape of the value in the colour of what makes it; going backward, of its gradient likewise."""
    value, shape = node.value, size(node.value.shape)
    kind = ("" if value.line else " given") + ("" if value.back else " index")
    colours = f"{colour('of', graph.maker(network, value).stem)} {colour('back', graph.taker(network, value).stem)}"
    gradient = f'<text class="backward" x="{node.x:g}" y="{node.y - 2:g}">d{value.name}</text>' if value.back else ""
    return (
        f'<a class="map-node {colours}{kind}" '
        f'href="#map-{value.name}" data-name="{value.name}" aria-label="{value.name}, shape {shape}">'
        f'<rect x="{node.x - WIDTH / 2:g}" y="{node.y - HEIGHT / 2:g}" width="{WIDTH}" height="{HEIGHT}" rx="5"/>'
        f'<text class="forward" x="{node.x:g}" y="{node.y - 2:g}">{value.name}</text>{gradient}'
        f'<text class="shape" x="{node.x:g}" y="{node.y + 11:g}">{shape}</text></a>'
    )


def colour(way: str, stem: str) -> str:
    """The class that gives a node the colour of an operation; `back`, the colour that it has going backward."""
    return f"{way}-{stem.replace('_', '-')}"


def table(network: Network, link: Callable[[Value], str | None]) -> str:
    """A row for each value, in the order of the forward pass."""
    head = "".join(f'<th scope="col">{text}</th>' for text in HEADINGS)
    body = "".join(row(value, link(value)) for value in network.values)
    return (
        '<details class="fold map-table"><summary>The same as a table</summary>'
        '<div class="map-rows" tabindex="0" role="region" aria-label="The values of the network">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def row(value: Value, address: str | None) -> str:
    """One value: name, shape, meaning, both lines, and where its gradient is derived."""
    title = tables.title(value.chapter)
    chapter = f'<a class="reference internal" href="{escape(address)}">{title}</a>' if address else title
    cells = {
        "shape": size(value.shape), "meaning": escape(value.meaning),
        "line": lines(value.line) or "given", "back": lines(value.back) or "none: it is an index",
        "chapter": chapter or "nothing to derive",
    }
    inside = "".join(f'<td data-part="{part}">{text}</td>' for part, text in cells.items())
    return f'<tr id="map-{value.name}"><th scope="row"><code>{value.name}</code></th>{inside}</tr>'


def lines(code: str) -> str:
    """Each line of code in an element of its own."""
    return "".join(f"<code>{escape(line)}</code>" for line in code.split("\n") if line)
