"""A file of texts that is not as it must be is named, with the exercise and the fault."""

import re
import shutil

import pytest
from command import sentence

from handgrad.exercises import chapter_texts, listing, registry

WHOLE = """\
# A comment.
[first]
section = "a"
title = "A"
difficulty = 1
importance = 2
minutes = 3
gives = ["x"]
mutants = [["old", "new", "says"]]

[[first.hints]]
when = "A"
text = """ + '''"""
One line.
Another."""
'''
SECOND = WHOLE.replace("first", "second").replace("# A comment.\n", "")
FAULTS = {
    'minutes = 3\n': ('', "in second: minutes is missing"),
    'title = "A"': ('titel = "A"', "in second: titel is not known here"),
    'minutes = 3': ('minutes = "3"', "in second: minutes must be a whole number from 1 to 1000"),
    'difficulty = 1': ('difficulty = 6', "in second: difficulty must be a whole number from 1 to 5"),
    'importance = 2': ('importance = true', "in second: importance must be a whole number"),
    'title = "A"\n': ('title = 3\n', "in second: title must be a text"),
    'section = "a"': ('section = "a"\nkind = "bugs"', "in second: kind must be one of code, bug, further"),
    'gives = ["x"]': ('gives = "x"', "in second: gives must list the names"),
    '"old", "new", "says"': ('"old", "new"', "in second: each of its mutants must be three texts"),
    '[["old", "new", "says"]]': ('[]\nkind = "bug"', "in second: a bug needs a mutant"),
    'when = "A"\n': ('', "in second: each of its hints must have `when` and `text`"),
    'when = "A"': ('when = 3', "in second: `when` and `text` of a hint must be texts"),
    'minutes = 3 ': ('minutes =', ", in second: Invalid value (at line"),
    'gives = ["x"] ': ('gives = ["x"', ", in second: Unclosed array (at line"),
    '[second]': ('[first]', ", in first: Cannot declare ('first',) twice (at line"),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of texts in which `tanh.toml` can be broken."""
    copy = tmp_path / "chapters"
    shutil.copytree(chapter_texts.FOLDER, copy)
    monkeypatch.setattr(chapter_texts, "FOLDER", copy)
    # Not what was read before, nor to be kept.
    monkeypatch.setattr(listing, "entries", listing.entries.__wrapped__)
    return copy


def test_what_may_be_left_out_is_added_and_a_line_break_is_a_space(folder):
    (folder / "tanh.toml").write_text(WHOLE)
    (found,) = chapter_texts.read("tanh")
    assert (found["stem"], found["chapter"], found["kind"], found["source"]) == ("tanh", "tanh", "code", "tanh")
    assert found["hints"] == (("A", "One line. Another."),)


@pytest.mark.parametrize("old", FAULTS)
def test_a_half_edited_file_is_named_with_the_exercise_and_the_fault(folder, old):
    new, says = FAULTS[old]
    broken = SECOND.replace(old.rstrip(" "), new)
    assert broken != SECOND
    (folder / "tanh.toml").write_text(f"{WHOLE}\n{broken}")
    with pytest.raises(chapter_texts.ChapterError, match="^tanh.toml") as raised:
        chapter_texts.read("tanh")
    assert says in str(raised.value) and "\n" not in str(raised.value)
    assert f"Error: {raised.value}\n" == sentence("list") == sentence("hint", "tanh_backward")


@pytest.mark.parametrize("held, says", [
    (None, "tanh.toml cannot be read: No such file or directory"), (b"\xe9", "tanh.toml is not written in UTF-8"),
    (b"tanh_backward = 3", "tanh.toml, in tanh_backward: it is no table"), (b"x", "tanh.toml: Expected '='"),
])
def test_a_file_that_is_gone_or_no_toml(folder, held, says):
    (folder / "tanh.toml").unlink() if held is None else (folder / "tanh.toml").write_bytes(held)
    with pytest.raises(chapter_texts.ChapterError, match=re.escape(says)):
        listing.entries()


def test_texts_without_functions_are_named(folder):
    (folder / "tanh.toml").write_text((folder / "tanh.toml").read_text() + WHOLE)
    with pytest.raises(chapter_texts.ChapterError, match="^tanh.py defines no first, and tanh.toml does$"):
        registry.all_of(("tanh",))
