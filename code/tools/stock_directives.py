"""Stand-ins, in the stock build, for the two pieces of markup whose extensions make files of the site.

`{map}` shows nothing, which makes the stock page lighter than it would be, and `{offline}` shows its words.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole


class NoMap(SphinxDirective):
    """The directive without its drawing."""

    def run(self) -> list[nodes.Node]:
        return []


class Words(SphinxRole):
    """The role without its link."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [nodes.Text(self.text)], []


def setup(app) -> dict:
    app.add_directive("map", NoMap)
    app.add_role("offline", Words())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
