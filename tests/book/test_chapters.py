"""Prose and package agree: the lines that a chapter derives are the lines that the package runs."""

import ast
import importlib
import re

import chapters
import pytest

from handgrad.ops.catalogue import OPERATIONS

# Who derives which function; a function that no chapter shows would be a formula taken on trust.
WHERE = {
    f"{operation.stem}.{function}": chapter
    for operation in OPERATIONS
    for function, chapter in (("forward_steps", operation.chapters[0]), ("backward_steps", operation.chapters[0]),
                              ("backward", operation.chapters[-1]))
    if hasattr(importlib.import_module(f"handgrad.ops.{operation.stem}"), function)
}
every_chapter = pytest.mark.parametrize("stem", chapters.stems())


@pytest.mark.parametrize("name", WHERE)
def test_step_cells_are_the_statements_of_the_function(name):
    shown = chapters.step_statements(WHERE[name]).get(name, [])
    assert chapters.dump(shown) == chapters.dump(chapters.function_statements(name))


@every_chapter
def test_every_step_tag_names_a_function_that_is_compared(stem):
    for name in chapters.step_statements(stem):
        assert WHERE.get(name) == stem, f"{stem} has step cells for {name}, which no test compares with it"


def test_a_flipped_sign_in_a_chapter_would_show():
    name = "cross_entropy.backward_steps"
    shown = chapters.dump(chapters.step_statements("cross_entropy")[name])
    flipped = [line.replace("drow_max = -", "drow_max = ") for line in shown]
    assert flipped != shown
    assert flipped != chapters.dump(chapters.function_statements(name))


@every_chapter
def test_chapters_define_no_function_and_keep_cells_short(stem):
    for text, _ in chapters.cells(stem):
        nodes = list(ast.walk(ast.parse(text)))
        assert not [n for n in nodes if isinstance(n, ast.FunctionDef | ast.Lambda | ast.ClassDef)], text
        assert len([line for line in text.splitlines() if line.strip()]) <= 12, text


@every_chapter
def test_operation_chapters_have_their_sections_in_order(stem):
    if stem not in set(WHERE.values()):
        return
    order = ["What we are given", "The forward pass", "Predict", "Backward, step by step", "All at once",
             "Does it agree?", "What it means", "Break it", "Exercises", "Summary"]
    found = re.findall(r"^## (.+)$", chapters.source(stem), re.MULTILINE)
    assert [title for title in found if title in order] == [title for title in order if title in found]
    required = {"What we are given", "Backward, step by step", "Does it agree?", "Exercises", "Summary"}
    assert required <= set(found)
    assert "### Sources" in chapters.source(stem)


@every_chapter
def test_operation_chapters_end_their_derivation_in_compare(stem):
    if stem in set(WHERE.values()):
        assert any("compare(" in text and "sys" not in text for text, _ in chapters.cells(stem))
