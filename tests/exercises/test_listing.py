"""The list of exercises: read without torch, in the order of the book, and searched for what a reader means."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from handgrad.exercises import chapter_texts, hints, listing, registry, sources

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = listing.entries()
every = pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])


def test_the_texts_are_those_of_the_exercises_and_each_has_its_functions():
    assert [entry.name for entry in ENTRIES] == [exercise.name for exercise in registry.ALL]
    assert [entry.number for entry in ENTRIES] == list(range(1, len(ENTRIES) + 1))
    for entry, exercise in zip(ENTRIES, registry.ALL, strict=True):
        assert vars(entry).items() <= vars(exercise).items()


def test_every_chapter_with_exercises_is_in_the_order_of_the_book():
    """The order is written once; a file that it leaves out would be read by nobody."""
    for pattern in ("*.toml", "[!_]*.py"):
        assert {path.stem for path in chapter_texts.FOLDER.glob(pattern)} == set(listing.CHAPTERS)
    toc = (ROOT / "_toc.yml").read_text(encoding="utf8")
    places = [toc.index(f"book/{entry.chapter}\n") for entry in ENTRIES]
    assert places == sorted(places)


def test_the_list_needs_no_torch():
    program = "import sys; from handgrad.exercises import hints, listing, sources; listing.entries();" \
              "print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"


def test_an_exercise_is_found_by_name_number_and_file():
    third = ENTRIES[2]
    assert listing.find(third.name) is listing.find("3") is third
    of_file = listing.find_all(f"some/folder/{third.stem}.py")
    assert of_file == tuple(entry for entry in ENTRIES if entry.stem == third.stem)
    assert listing.find_all("3") == (third,)


@pytest.mark.parametrize("word, says", [
    ("linear_dv", "did you mean linear_d"), ("tied", "did you mean tied_table?"), ("zzz", "`handgrad list` shows"),
    ("0", f"numbered from 1 to {len(ENTRIES)}"), ("1000", "numbered from 1"), ("²", "no exercise '²'"),
    ("linaer.py", "no file of exercises linaer.py; there are "), ("", "no exercise ''"),
])
def test_an_unknown_one_is_answered_with_the_nearest(word, says):
    with pytest.raises(listing.UnknownExercise, match=re.escape(says)):
        listing.find_all(word)


@every
def test_the_hints_can_be_read_on_a_terminal(entry):
    shown = [hints.plain(text) for hint in entry.hints for text in hint]
    assert not [text for text in shown if "  " in text or text != text.strip()]
    assert not [text for text in shown if re.search(r"[$\\{}]", re.sub(r"`[^`]*`", "", text))]


@every
def test_the_solution_and_the_stub_are_found_as_text(entry):
    assert sources.solution(entry).startswith(f"def {entry.name}(")
    stub = sources.stub(entry)
    assert stub != sources.solution(entry)
    assert stub.endswith("    raise NotImplementedError\n") != (entry.kind == "bug")
