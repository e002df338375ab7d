"""Every stub fails, every solution passes, and every wrong answer is rejected and told what it is."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from answering import mutated, text_of
from mdit_py_plugins.anchors.index import slugify
from stubs import stubs  # noqa: F401

from handgrad.exercises import answer_checks, judge, listing, registry, sources
from handgrad.exercises.entry import KINDS
from handgrad.exercises.sandbox import files, process
from handgrad.exercises.verdict import RIGHT, UNWRITTEN, WRONG

# `stubs` is a fixture that is imported, and named as an argument.
# ruff: noqa: F811
BOOK = Path(__file__).resolve().parents[2] / "book"
every = pytest.mark.parametrize("exercise", registry.ALL, ids=lambda exercise: exercise.name)
MUTANTS = [(exercise, mutant) for exercise in registry.ALL for mutant in exercise.mutants]


def functions(path):
    """Name, arguments and docstring of the functions of a file, in order."""
    tree = ast.parse(path.read_text())
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [(node.name, ast.unparse(node.args), ast.get_docstring(node)) for node in nodes]


def anchors(path):
    """The anchors of the headings of a page, as the site makes them."""
    fenced = re.sub(r"^(`{3,}).*?^\1", "", path.read_text(encoding="utf8"), flags=re.DOTALL | re.MULTILINE)
    return {slugify(title) for title in re.findall(r"^#{1,3} (.+)$", fenced, re.MULTILINE)}


@every
def test_the_solution_passes(exercise, tally):
    tally("exercise", exercise.page.partition("#")[0], exercise.kind)
    verdict = judge.judge(exercise, judge.solution_of(exercise))
    assert (verdict.status, verdict.sentence) == (RIGHT, "It agrees.")
    assert [row.name for row in verdict.rows] == list(exercise.gives) and all(row.agrees for row in verdict.rows)


@every
def test_the_stub_fails_and_says_why(exercise, stubs):
    """What is to be written says where; what is to be mended runs, and is told what is wrong with it."""
    verdict = process.check(exercise, stubs / f"{exercise.stem}.py")
    if exercise.kind == "bug":
        assert verdict.status == WRONG and exercise.mutants[0].says in verdict.sentence
    else:
        assert verdict.status == UNWRITTEN
        assert f"still to be written, in exercises/{exercise.stem}.py" in verdict.sentence


@pytest.mark.parametrize("exercise, mutant", MUTANTS, ids=[f"{e.name}-{m.new[:40]}" for e, m in MUTANTS])
def test_a_wrong_answer_is_rejected_and_named(exercise, mutant, tally):
    verdict = judge.judge(exercise, mutated(exercise, mutant))
    tally("wrong", "No known mistake matches" not in verdict.sentence)
    assert verdict.status == WRONG
    assert mutant.says in verdict.sentence


@every
def test_the_exercise_is_complete(exercise):
    assert 1 <= exercise.difficulty <= 5 and 1 <= exercise.importance <= 5 and exercise.minutes > 0
    assert len(exercise.mutants) >= 3 and exercise.hints
    assert "Shapes:" in judge.statement_of(exercise)
    assert exercise.kind in KINDS
    worked = exercise.worked()
    # Where the inputs would fill a page, the worked value is a text.
    if not isinstance(worked, str):
        produced = judge.solution_of(exercise)(*worked)
        assert len(answer_checks.as_tuple(exercise, produced)) == len(exercise.gives)


@every
def test_the_section_to_read_is_a_heading_of_the_chapter(exercise):
    chapter, _, anchor = exercise.page.partition("#")
    assert anchor in anchors(BOOK / f"{chapter}.md")


def test_a_wrong_answer_is_sent_to_its_section():
    exercise = registry.find("batchnorm_fused")
    assert judge.judge(exercise, lambda *inputs: None).section == exercise.page
    assert exercise.page == "batchnorm_fused#the-lines-put-into-one-another"


@every
def test_a_line_to_mend_differs_from_the_solution_as_its_first_mutant_does(exercise, stubs):
    """The reader of a bug finds a function that runs; what it is told is tested as for any wrong answer."""
    stub = inspect.getsource(vars(files.load(stubs / f"{exercise.stem}.py"))[exercise.name])
    mends = ast.unparse(ast.parse(stub)) == ast.unparse(ast.parse(text_of(exercise, exercise.mutants[0])))
    assert mends == (exercise.kind == "bug")


@every
def test_draws_have_different_shapes(exercise):
    rounds = judge.rounds(exercise)
    shapes = {tuple(tensor.shape for tensor in answer_checks.tensors((each.inputs, each.expected))) for each in rounds}
    assert len(shapes) == len(rounds) == judge.ROUNDS + len(exercise.dtypes) - 1 + bool(exercise.narrow)


@pytest.mark.parametrize("stem", sorted({exercise.stem for exercise in registry.ALL}))
def test_stub_and_solution_have_the_same_functions(stem, stubs):
    stub = functions(stubs / f"{stem}.py")
    assert stub == functions(sources.solution_file(stem))
    assert [name for name, _, _ in stub] == [e.name for e in registry.ALL if e.stem == stem]


def test_no_file_without_exercises():
    stems = {exercise.stem for exercise in registry.ALL}
    assert {path.stem for path in files.solutions().glob("*.py")} == stems


def test_an_answer_that_changes_its_input_is_refused():
    exercise = registry.find("dlogprobs_of_loss")

    def greedy(logprobs, targets):
        result = judge.solution_of(exercise)(logprobs, targets)
        logprobs.zero_()
        return result

    assert "changed its input logprobs" in judge.judge(exercise, greedy).sentence


@pytest.mark.parametrize("answer, says", [
    (lambda *inputs: None, "returned None"),
    (lambda *inputs: (1, 2), "returned 2 values"),
    (lambda logprobs, targets: logprobs.float(), "has dtype torch.float32"),
    (lambda logprobs, targets: logprobs * float("nan"), "nan or infinite"),
])
def test_an_answer_of_the_wrong_kind_gets_a_sentence(answer, says):
    assert says in judge.judge(registry.find("dlogprobs_of_loss"), answer).sentence


def test_an_unknown_exercise_names_the_known_ones():
    with pytest.raises(KeyError, match="dlogprobs_of_loss"):
        registry.find("no_such_exercise")


def test_a_signature_is_shown_as_the_reader_finds_it(stubs):
    assert sources.signature(listing.find("linear_dx")) == "def linear_dx(dy: Tensor, W: Tensor) -> Tensor:"
    for exercise in registry.ALL:
        stub = (stubs / f"{exercise.stem}.py").read_text()
        assert sources.signature(listing.find(exercise.name)) + '\n    """' in stub
