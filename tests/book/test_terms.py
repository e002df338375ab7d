"""Words in bold and the glossary: what becomes a link, and what stays as it is."""

from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document

from book_prose import terms

TERMS = ["target", "test split", "strides", "Jacobian", "upstream gradient", "size of the terms"]
WORDS = {
    "target": "target", "targets": "target", "Targets": "target", "test": "test split", "strides": "strides",
    "Jacobian": "Jacobian", "upstream": "upstream gradient", "size of\nthe terms": "size of the terms",
    "added": None, "tests": None, "stride": None, "up": None, "the gradient": None,
}


@pytest.mark.parametrize("words", WORDS)
def test_which_entry_belongs_to_words_in_bold(words):
    assert terms.entry(words, TERMS) == WORDS[words]


def resolved(*words, page="book/vjp", objects=None, kind="html"):
    """The words, each in bold, on a page of a book whose glossary has an entry `target`."""
    entries = {("term", "target"): ("book/glossary", "term-target"), ("doc", "added"): ("book/x", "")}
    env = SimpleNamespace(get_domain=lambda name: SimpleNamespace(
        objects=entries if objects is None else objects))
    builder = SimpleNamespace(format=kind, get_relative_uri=lambda page, target: "glossary.html")
    document = new_document("page")
    document += nodes.paragraph("", "", *(nodes.strong(word, word) for word in words))
    terms.resolve(SimpleNamespace(env=env, builder=builder), document, page)
    return [(link["refuri"], link.astext()) for link in document.findall(nodes.reference)]


def test_a_term_becomes_a_link_and_other_words_do_not():
    assert resolved("targets", "added") == [("glossary.html#term-target", "targets")]


def test_no_link_on_the_glossary_itself_without_a_glossary_or_on_paper():
    assert resolved("target", page="book/glossary") == []
    assert resolved("target", objects={}) == []
    assert resolved("target", kind="latex") == []
