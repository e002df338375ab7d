"""Glossary, references and the page on the notebook hold what the chapters and the package hold."""

import re
import sys

import chapters
import pytest

from handgrad.studies.original_notebook import outputs

sys.path.append(str(chapters.BOOK / "_ext"))
from book_prose import terms  # noqa: E402

BACK = ("rules", "notebook", "glossary", "references", "tested")
STEMS = [stem for stem in chapters.stems() if stem not in BACK]
every_chapter = pytest.mark.parametrize("stem", STEMS)
# Words in bold that define nothing: an emphasis, and the name of a box.
NO_TERMS = {"added", "Predict"}


def without_code(page):
    """The prose of a page: no cells, no other fences of three backticks, no code between single ones.

    In code two stars are a power.
    """
    prose = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]+`", "``", prose)


def defined(page):
    """The terms that a page defines: the words in bold, but no line's beginning and no whole sentence."""
    text = without_code(f"\n{page}")
    found = [bold[1] for bold in re.finditer(r"\*\*([^*\n]+)\*\*", text) if text[bold.start() - 1] != "\n"]
    return [words for words in found if words not in NO_TERMS and len(words.split()) <= 4]


def glossary():
    """The entries of the glossary and what stands below each."""
    body = chapters.source("glossary").partition("```{glossary}")[2].partition("\n```")[0]
    found, names = {}, []
    for line in body.splitlines()[2:]:
        if line.startswith("  "):
            found.update({name: f"{found.get(name, '')}{line.strip()}\n" for name in names})
        elif line:
            names = [*names, line] if names and names[-1] not in found else [line]
    return found


ENTRIES = glossary()


def linked(entry):
    """The chapters that an entry leads to."""
    return set(re.findall(r"\]\((\w+)\.md#[\w-]+\)", ENTRIES[entry]))


def test_what_counts_as_a_definition():
    page = "**Heading.** A **logit** is.\n\n```{code-cell}\nx = 2.0**-5, 3**2\n```\n\nPaths are **added**; the " \
           "**size of the terms**.\n**A line's beginning** is none, **and a whole sentence is no term**."
    assert defined(page) == ["logit", "size of the terms"]


@every_chapter
def test_every_term_of_a_chapter_is_in_the_glossary_and_leads_back(stem):
    for words in defined(chapters.source(stem)):
        entry = terms.entry(words, list(ENTRIES))
        assert entry, f"{stem} defines {words!r}, which is not in book/glossary.md"
        assert stem in linked(entry), f"the entry {entry!r} does not lead to {stem}, which defines it"


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_is_defined_in_the_chapters_it_leads_to(entry):
    assert linked(entry)
    for stem in linked(entry):
        found = [terms.entry(words, list(ENTRIES)) for words in defined(chapters.source(stem))]
        assert entry in found, f"{stem} does not define {entry!r}"


def test_entries_are_short_and_in_order():
    for entry, text in ENTRIES.items():
        assert text.splitlines()[0].count(". ") <= 1, entry
    assert len(ENTRIES) > 25 and list(ENTRIES) == sorted(ENTRIES, key=str.lower)


REFERENCES = chapters.source("references")
ORDINARY = set(re.findall(r"\b[^\W\d_A-Z]\w+", " ".join(without_code(chapters.source(stem)) for stem in STEMS)))


def sources(stem):
    """The Sources section of a chapter, or nothing."""
    return chapters.source(stem).partition("### Sources")[2]


def missing(text, references=REFERENCES):
    """Titles, addresses and names in a Sources section that the list of references does not hold.

    A name is a word with a capital that no chapter writes without.
    """
    titles = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", text)
    addresses = re.findall(r"\]\((https?://[^)]+)\)", text)
    plain = re.sub(r"`[^`]*`|\]\([^)]*\)|\*[^*]+\*", " ", text)
    words = re.findall(r"\b[^\W\d_a-z][\w-]+", plain)
    names = [word for word in words if word.lower() not in ORDINARY]
    return [what for what in [*titles, *addresses, *names]
            if not re.search(rf"(?<!\w){re.escape(what)}(?!\w)", references)]


@every_chapter
def test_every_source_of_a_chapter_is_in_the_references(stem):
    assert missing(sources(stem)) == []


def test_an_unlisted_source_would_be_missed():
    text = "That Ada Quixling, *On Nothing* (2001), [says](https://x.invalid/1); the chapter of Higham too."
    assert missing(text) == ["On Nothing", "https://x.invalid/1", "Ada", "Quixling"]
    assert "Squire" in missing(sources("checking"), REFERENCES.replace("Squire", "Someone"))


def references():
    """The entries: what is referred to, and what it is used for."""
    return re.findall(r"^([^:\n].+)\n: (.+)$", REFERENCES, re.MULTILINE)


@pytest.mark.parametrize(("what", "use"), references(), ids=lambda text: text[:20])
def test_every_reference_says_what_for_and_its_chapters_name_it(what, use):
    stems = re.findall(r"\]\((\w+)\)", use)
    assert stems and "Used in [" in use
    first = re.match(r"[\w ]+", what)[0].strip()
    marks = [first, *re.findall(r"pytorch/pytorch#\d+", what)]
    if first == "Karpathy":
        marks += ["makemore", "original lecture", "lecture's repository"]
    for stem in stems:
        assert any(mark in sources(stem) for mark in marks), f"{stem} does not name {first}"


@every_chapter
def test_the_references_lead_to_every_chapter_with_sources(stem):
    assert not sources(stem) or f"]({stem})" in REFERENCES


def test_references_are_in_order():
    first = [what.partition(":")[0] for what, _ in references()]
    assert len(first) == REFERENCES.count("\n: ") > 12
    assert first == sorted(first, key=str.lower)


def test_the_page_on_the_notebook_shows_every_printed_thing():
    cells = "\n".join(text for text, _ in chapters.cells("notebook"))
    shown = [what for what in outputs.PRINTED if f'"{what}"' in cells]
    assert shown == list(outputs.PRINTED)
    assert "tables.other_names(mlp.NETWORK)" in cells


def test_the_page_on_the_notebook_needs_no_file():
    cells = "\n".join(text for text, _ in chapters.cells("notebook"))
    assert "outputs.report()" in cells and "notebook_lines.windows()" in cells
    assert outputs.report(seeds=2).file is None
