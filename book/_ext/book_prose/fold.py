"""Folded text that needs no script: `{fold}` and `{predict}`, both as the browser's own <details>.

    ```{predict} What does a row of `dlogits` sum to?
    To zero.
    ```

`{predict}` shows a question and folds the answer away; `{fold} Summary` folds anything.
In print and in LaTeX everything is open.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class fold(nodes.General, nodes.Element):
    """A summary and what it hides."""


class summary(nodes.General, nodes.TextElement):
    """The line that is always seen."""


def folded(title: list[nodes.Node], content: list[nodes.Node], kind: str = "") -> fold:
    """A fold with these nodes as its summary and its content."""
    box = fold("", classes=[kind] if kind else [])
    box += summary("", "", *title)
    box.extend(content)
    return box


class Parsing(SphinxDirective):
    """A directive that turns its argument and its body into nodes, by the rules of the page it is on."""

    def inline(self, text: str) -> list[nodes.Node]:
        """Text with code, mathematics and references in it, but no paragraphs."""
        found, messages = self.state.inline_text(text, self.lineno)
        return [*found, *messages]

    def blocks(self, text: str | None = None) -> list[nodes.Node]:
        """Paragraphs, code blocks and so on: of the body, or of the text given."""
        box = nodes.Element()
        lines = self.content if text is None else text.splitlines()
        self.state.nested_parse(lines, self.content_offset, box)
        return box.children


class Fold(Parsing):
    """`{fold} Summary`: a summary and a folded body."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        return [folded(self.inline(self.arguments[0]), self.blocks())]


class Predict(Parsing):
    """`{predict} Question`: a question that is seen, and a folded answer."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        self.assert_has_content()
        box = nodes.container(classes=["predict"])
        label = nodes.strong("", "Predict.")
        box += nodes.paragraph("", "", label, nodes.Text(" "), *self.inline(self.arguments[0]))
        box += folded([nodes.Text("Show the answer")], self.blocks())
        return [box]


def open_fold(translator, node: fold) -> None:
    translator.body.append(translator.starttag(node, "details", CLASS="fold"))


def close_fold(translator, node: fold) -> None:
    translator.body.append("</details>\n")


def open_summary(translator, node: summary) -> None:
    translator.body.append("<summary>")


def close_summary(translator, node: summary) -> None:
    translator.body.append("</summary>\n")


def nothing(translator, node: nodes.Node) -> None:
    """In LaTeX a fold is its content."""


def bold(translator, node: summary) -> None:
    translator.body.append("\n\\par\\noindent\\textbf{")


def end_bold(translator, node: summary) -> None:
    translator.body.append("}\\par\n")


def setup(app) -> dict:
    app.add_node(fold, html=(open_fold, close_fold), latex=(nothing, nothing))
    app.add_node(summary, html=(open_summary, close_summary), latex=(bold, end_bold))
    app.add_directive("fold", Fold)
    app.add_directive("predict", Predict)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
