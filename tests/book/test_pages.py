"""What the directives, the mathematics and the figures of the sample book look like to a browser."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from bs4 import BeautifulSoup

from book_exercises import directive as exercise_directive
from book_exercises import examples as exercise_examples
from handgrad.exercises.entry import KINDS
from handgrad.exercises.registry import find
from handgrad.models.mlp.values import NETWORK


@pytest.fixture(scope="module")
def page(built):
    """A parsed page of the sample by name."""
    return lambda name: BeautifulSoup(built.page(name), "html.parser")


def test_formulas_are_html_and_mathml_and_the_stylesheet_is_of_the_same_version(page, built):
    chapter = page("cross_entropy")
    formulas = chapter.select(".bd-article .math")
    assert len(formulas) >= 6
    assert all(formula.select(".katex-html") and formula.select("math") for formula in formulas)
    assert chapter.select('link[href^="../_static/site.css"]')
    assert "font-family:KaTeX_Math;" in (built.site / "_static/site.css").read_text(encoding="utf8")


def test_equations_carry_their_numbers_as_text_and_references_lead_to_them(page):
    chapter = page("cross_entropy")
    numbers = [number.get_text() for number in chapter.select("div.math .eqno")]
    assert [number.rstrip("#¶") for number in numbers] == ["(1)", "(2)"]
    references = [link["href"] for link in chapter.select(".bd-article p > a.reference")]
    targets = [address for address in references if "equation" in address]
    assert targets == ["#equation-grad-cross-entropy-dlogits", "#equation-grad-cross-entropy-dlogprobs"]
    assert all(chapter.find(id=target[1:]) for target in targets)


def test_only_a_formula_that_may_be_too_wide_is_a_stop_for_the_keyboard(page):
    boxes = page("cross_entropy").select("div.math-scroll")
    assert ["tabindex" in box.attrs for box in boxes] == [False, False, True]


def test_the_strip_lights_what_the_chapter_treats(page):
    strip = page("cross_entropy").select_one("nav.where")
    assert [item.select_one(".operation").get_text() for item in strip.select("li.lit")] == ["cross-entropy"]
    assert [item["aria-current"] for item in strip.select("li[aria-current]")] == ["step"]
    assert len(strip.select("li .operation")) == len(NETWORK.layers) and strip["aria-label"]
    assert len(page("figures").select("nav.where li.lit")) == 2, "the network has two linear layers"


def test_the_strip_links_to_the_chapters_that_the_book_has(page):
    assert not page("cross_entropy").select("nav.where a"), "the only chapter of an operation is this page"
    links = page("index").select("nav.where a")
    assert [link["href"] for link in links] == ["cross_entropy.html"]


def test_with_all_everything_is_lit_and_nothing_is_current(page):
    strip = page("index").select_one("nav.where")
    assert len(strip.select("li.lit")) == len(NETWORK.layers) and not strip.select("[aria-current]")


def test_the_strip_names_the_operations_by_classes_and_is_coloured_where_the_page_asks(page):
    strip = page("index").select_one("nav.where")
    classes = [next(name for name in item["class"] if name.startswith("of-")) for item in strip.select("li.lit")]
    assert classes == [f"of-{layer.stem.replace('_', '-')}" for layer in NETWORK.layers]
    assert "coloured" in strip["class"] and "coloured" not in page("cross_entropy").select_one("nav.where")["class"]


def test_each_gradient_links_to_its_row_and_each_row_to_its_equation(page):
    links = [link["href"] for link in page("cross_entropy").select("p.checked a")]
    labels = ["grad-cross-entropy-dlogprobs", "grad-cross-entropy-dlogits"]
    assert links == [f"index.html#ledger-{label}" for label in labels]
    rows = page("index").select("table.ledger tbody tr")
    assert [row["id"] for row in rows] == [f"ledger-{label}" for label in labels]
    assert [row.a["href"] for row in rows] == [f"cross_entropy.html#equation-{label}" for label in labels]
    cells = [[cell.get_text(strip=True) for cell in row.select("td")] for row in rows]
    title = "From the loss to the logits"
    assert cells[0] == ["dlogprobs", title, "cross_entropy.backward_steps", "any V", "1.2\u00a0u", "0\u00a0u"]
    assert cells[1][3:] == ["no", "no", "1.5\u00a0u"]


def test_predict_shows_the_question_and_folds_the_answer(page):
    box = page("cross_entropy").select_one("div.predict")
    assert box.p.get_text().startswith("Predict. What does a row of dlogits sum to, for")
    assert box.p.select(".katex") and box.p.code.get_text() == "dlogits"
    assert box.details.summary.get_text() == "Show the answer" and not box.details.has_attr("open")
    assert "To zero" in box.details.p.get_text()


def test_fold_has_its_own_summary(page):
    folds = page("cross_entropy").select("details.fold > summary")
    assert "Why?" in [summary.get_text() for summary in folds]


def test_the_exercise_box_holds_everything(page):
    exercise, box = find("dlogprobs_of_loss"), page("cross_entropy").select_one("div.exercise")
    assert box["data-exercise"] == exercise.name
    assert exercise.title in box.select_one("p.exercise-title").get_text()
    assert f"Difficulty {exercise.difficulty} of 5" in box.select_one("p.exercise-effort").get_text()
    summaries = [summary.get_text() for summary in box.select("details.hint > summary")]
    assert summaries == [hint.when for hint in exercise.hints]
    assert box.select_one("details.hint").find_previous_sibling("p")["class"] == ["exercise-hints"]
    assert f"def {exercise.name}(" in box.select_one("details.solution pre").get_text()
    code = "\n".join(block.get_text() for block in box.select("div.highlight pre"))
    assert f"handgrad check {exercise.name}" in code and "tensor(" in code
    assert page("cross_entropy").find("a", href=f"#{box['id']}")


def test_a_line_to_mend_is_shown_as_it_stands_and_its_solution_is_folded(page):
    box = page("cross_entropy").select("div.exercise")[1]
    exercise = find(box["data-exercise"])
    assert exercise.kind == "bug" and box.select_one("p.exercise-title").get_text().startswith("Find the bug. ")
    shown = [block.get_text() for block in box.select("div.highlight pre") if not block.find_parent("details")]
    wrong, right = exercise.mutants[0].new, exercise.mutants[0].old
    assert wrong in shown[0] and right not in shown[0]
    assert right in box.select_one("details.solution pre").get_text()
    text = box.get_text()
    assert 0 < text.index("one line is wrong") < text.index(f"def {exercise.name}(")


def test_no_code_in_a_box_repeats_the_statement(page):
    for box in page("cross_entropy").select("div.exercise"):
        exercise = find(box["data-exercise"])
        assert "Shapes:" in box.get_text() and "Shapes:" not in "".join(pre.get_text() for pre in box.select("pre"))
        lines = box.select_one("details.solution pre").get_text().splitlines()
        assert lines[0].startswith(f"def {exercise.name}(") and lines[1].startswith("    ") and '"""' not in lines[1]


def test_of_several_values_each_is_shown_by_its_name():
    assert exercise_examples.worked(find("copied_values")).splitlines()[-4:] == [
        "dm, ds = copied_values(dy, x, m, s)", "# dm = tensor([[-21.],", "#              [ -2.]])",
        "# ds = tensor([ 1., 23.])",
    ]


def test_every_kind_of_exercise_has_its_words():
    assert tuple(exercise_directive.KINDS) == KINDS


def test_figures_are_inline_named_numbered_and_captioned(page):
    figures = page("figures").select(".bd-article figure")
    drawings = [figure.select_one(".inline-figure svg") for figure in figures]
    assert [svg["role"] for svg in drawings] == ["img", "img"]
    assert drawings[0]["aria-label"] == "A heat map of three rows and four columns."
    numbers = [figure.select_one(".caption-number").get_text(strip=True) for figure in figures]
    assert numbers == ["Figure 1", "Figure 2"]
    assert figures[0].select("figcaption .katex") and figures[0].select("figcaption code")
    references = [link.get_text() for link in page("figures").select(".bd-article p > a.reference")]
    assert references == ["Figure 1", "Figure 2"]


def test_figures_share_no_id_and_are_well_formed(page, built):
    drawings = re.findall(r"<svg.*?</svg>", built.page("figures"), re.DOTALL)
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in drawings[:2]]
    assert ids[0] and ids[1] and not ids[0] & ids[1]
    for svg in drawings[:2]:
        ElementTree.fromstring(svg)


def test_a_hidden_cell_and_a_glued_value(page):
    text = page("cross_entropy").select_one(".bd-article").get_text()
    assert "A third is 0.333." in text and "glue(" not in text
