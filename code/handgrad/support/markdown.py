"""Tables and code as Markdown, which a page shows."""

from collections.abc import Iterable

from tabulate import tabulate


class Markdown(str):
    """Text that a page shows as Markdown."""

    def _repr_markdown_(self) -> str:
        return str(self)


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Markdown:
    """A table, every cell of it Markdown."""
    return Markdown(tabulate(rows, head, tablefmt="pipe", disable_numparse=True))


def code(text: str) -> str:
    """The text as code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def size(shape: Iterable[object]) -> str:
    """A shape as Python writes it, but with letters too, and not to be broken: (B, T, D), (H,), ()."""
    parts = [str(part) for part in shape]
    inside = ",\N{NO-BREAK SPACE}".join(parts)
    return f"({inside},)" if len(parts) == 1 else f"({inside})"
