"""What a page with exercises holds for its editors, and what a reader without a script sees."""

import ast

import pytest
from bs4 import BeautifulSoup

from book_site.lean import used
from handgrad.exercises import listing, sources
from handgrad.exercises.registry import ALL, find


@pytest.fixture(scope="module")
def chapter(built):
    return BeautifulSoup(built.page("cross_entropy"), "html.parser")


def test_the_box_holds_the_stub_which_nobody_sees_and_the_imports(chapter):
    for box in chapter.select("div.exercise"):
        entry = next(each for each in listing.entries() if each.name == box["data-exercise"])
        assert box.select_one("template.exercise-start").get_text() == sources.stub(entry)
        assert box["data-stem"] == entry.stem and "import torch" in box["data-imports"]
        assert entry.name in box.select_one(".exercise-stub").get_text()


def test_every_exercise_has_a_stub_that_python_reads_and_its_imports_run():
    for entry in listing.entries():
        assert ast.parse(sources.stub(entry)).body[0].name == entry.name
        exec("\n".join(sources.imports(entry.stem)), {})


def test_the_script_stands_on_pages_with_exercises_and_on_no_others(chapter, built):
    (script,) = chapter.select('script[src*="page/boxes.js"]')
    assert script["data-chapter"] == "cross_entropy" and script.has_attr("defer")
    assert "page/boxes.js" not in built.page("index")


def test_the_files_of_stubs_lie_beside_the_site(built):
    folder = built.site / "_static" / "page" / "files"
    assert {file.stem for file in folder.iterdir()} == {exercise.stem for exercise in ALL}
    stem = find("dlogprobs_of_loss").stem
    assert (folder / f"{stem}.py").read_text(encoding="utf8") == sources.stubs(stem)


def test_the_stylesheet_keeps_what_scripts_and_the_editor_wear(built):
    sheet = (built.site / "_static" / "site.css").read_text(encoding="utf8")
    for piece in (".desk-editor", ".cm-gutters", ".wrong-line", "table.desk-table", ".progress-mark", ".scratch"):
        assert piece in sheet
    assert not (built.site / "_static" / "page" / "boxes.css").exists()


def test_a_runtime_that_draws_nothing_keeps_no_rule(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "editor.mjs").write_text('mark("wrong-line")')
    (tmp_path / "_static" / "micropython.mjs").write_text('"carousel"')
    assert "wrong-line" in used.used(tmp_path).names and "carousel" not in used.used(tmp_path).names


def test_in_a_bundle_every_word_counts(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "editor.mjs").write_text("var a=/'/,b=f(\"x\"),c=g('wrong-line')")
    assert "wrong-line" in used.used(tmp_path).names
