"""What a notebook's text asks of the book: numbers, titles, values of cells, and the project's files."""

import ast
import posixpath
from pathlib import Path

from docutils import nodes

from book_exercises.examples import example


class Answers:
    """The book as one of its pages sees it, after all pages have been read."""

    def __init__(self, app, page: str, values: dict[str, str]) -> None:
        self.app, self.env, self.page, self.values = app, app.env, page, values
        self.standard = app.env.get_domain("std")

    @property
    def macros(self) -> dict[str, str]:
        return dict(self.app.config.katex_macros)

    def value(self, name: str) -> str:
        """The value that a cell gave to a sentence, as the page shows it."""
        shown = self.values.get(name, name)
        return str(ast.literal_eval(shown)) if shown[:1] in ("'", '"') else shown

    def example(self, name: str) -> str:
        """The worked value of an exercise."""
        return example(self.app, name)

    def equation(self, label: str) -> str:
        """The number of an equation, without parentheses; nothing if it has none."""
        page, _ = self.env.get_domain("math").equations.get(label, ("", 0))
        numbers = self.env.toc_fignumbers.get(page, {}).get("displaymath", {})
        return ".".join(map(str, numbers.get(nodes.make_id(f"equation-{label}"), ())))

    def figure(self, label: str) -> str:
        """`Figure 3`."""
        page, place, _ = self.standard.labels.get(label, ("", "", ""))
        node = self.env.get_doctree(page).ids.get(place) if page else None
        number = self.standard.get_fignumber(self.env, self.app.builder, "figure", page, node) if node else None
        return self.app.config.numfig_format["figure"] % ".".join(map(str, number)) if number else "the figure"

    def title(self, label: str) -> str:
        """The title of what a reference leads to."""
        return self.standard.labels.get(label, ("", "", label))[2]

    def address(self, target: str) -> str:
        """A link's address where it holds outside the book as well, else nothing."""
        if "://" in target or target.startswith("mailto:"):
            return target
        root, (path, _, fragment) = self.app.config.html_baseurl, target.partition("#")
        if not root or not path:
            return ""
        page = posixpath.join(posixpath.dirname(self.page), path.removesuffix(".md"))
        anchor = f"#{fragment}" if fragment else ""
        return f"{root.rstrip('/')}/{self.app.builder.get_target_uri(page)}{anchor}"

    def code(self, path: str, name: str | None) -> str:
        """A file of the project, or one function or class of it."""
        root = Path(self.app.srcdir)
        file = root / path.lstrip("/") if path.startswith("/") else root / Path(self.page).parent / path
        text = file.read_text(encoding="utf8")
        if not name:
            return text.rstrip()
        found = next(n for n in ast.walk(ast.parse(text)) if getattr(n, "name", None) == name)
        first = min([found.lineno, *(each.lineno for each in getattr(found, "decorator_list", []))])
        return "\n".join(text.splitlines()[first - 1:found.end_lineno])
