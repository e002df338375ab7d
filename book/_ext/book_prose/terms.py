"""A word in bold that the glossary explains becomes a link to its entry.

A chapter prints a term in bold where it defines it, and need not say where the glossary stands: when all
pages have been read, the words in bold that are an entry get their link. Without a glossary there is none.
"""

from docutils import nodes


def entry(words: str, terms: list[str]) -> str | None:
    """The entry for words in bold: the same, in the singular, or one that begins with them."""
    words = " ".join(words.lower().split())
    for same in (str.__eq__, lambda term, found: f"{term}s" == found,
                 lambda term, found: term.startswith(f"{found} ")):
        for term in terms:
            if same(term.lower(), words):
                return term
    return None


def entries_of(env) -> dict[str, tuple[str, str]]:
    """The entries of the glossary, with the page and the anchor of each."""
    found = env.get_domain("std").objects.items()
    return {name: place for (kind, name), place in found if kind == "term"}


def resolve(app, doctree: nodes.document, page: str) -> None:
    """Put in the links of a page."""
    entries = entries_of(app.env)
    if app.builder.format != "html" or not entries:
        return
    for bold in list(doctree.findall(nodes.strong)):
        term = entry(bold.astext(), list(entries))
        if term is None or entries[term][0] == page or isinstance(bold.parent, nodes.reference):
            continue
        target, anchor = entries[term]
        uri = f"{app.builder.get_relative_uri(page, target)}#{anchor}"
        link = nodes.reference("", "", *bold.children, internal=True, refuri=uri, classes=["term"])
        link["reftitle"] = "In the glossary"
        bold.children = []
        bold += link


def setup(app) -> dict:
    app.connect("doctree-resolved", resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
