"""Every stub fails, every solution passes, and every wrong answer is rejected and told what it is."""

import ast
import inspect

import pytest
import torch

from handgrad import exercises
from handgrad.exercises import files, runner

every = pytest.mark.parametrize("exercise", exercises.ALL, ids=lambda exercise: exercise.name)
MUTANTS = [(exercise, mutant) for exercise in exercises.ALL for mutant in exercise.mutants]


def functions(path):
    """Name, arguments and docstring of the functions of a file, in order."""
    tree = ast.parse(path.read_text())
    nodes = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return [(node.name, ast.unparse(node.args), ast.get_docstring(node)) for node in nodes]


def mutated(exercise, mutant):
    """The solution with one piece of its text replaced."""
    solution = runner.solution_of(exercise)
    source = inspect.getsource(solution)
    assert source.count(mutant.old) == 1, f"{mutant.old!r} stands {source.count(mutant.old)} times"
    names = dict(solution.__globals__)
    exec(source.replace(mutant.old, mutant.new), names)
    return names[exercise.name]


@every
def test_the_solution_passes(exercise):
    assert runner.judge(exercise, runner.solution_of(exercise))[1] == "It agrees."


@every
def test_the_stub_fails_and_says_where_it_is(exercise, capsys, monkeypatch):
    monkeypatch.delenv("HANDGRAD_WORK", raising=False)
    assert exercises.check(exercise.name) is False
    assert f"still to be written, in exercises/{exercise.stem}.py" in capsys.readouterr().out


@pytest.mark.parametrize("exercise, mutant", MUTANTS, ids=[f"{e.name}-{m.new[:40]}" for e, m in MUTANTS])
def test_a_wrong_answer_is_rejected_and_named(exercise, mutant):
    _, sentence = runner.judge(exercise, mutated(exercise, mutant))
    assert sentence != "It agrees."
    assert mutant.says in sentence


@every
def test_the_exercise_is_complete(exercise):
    assert 1 <= exercise.difficulty <= 5 and 1 <= exercise.importance <= 5 and exercise.minutes > 0
    assert len(exercise.mutants) >= 3 and exercise.hints
    assert "Shapes:" in exercises.statement_of(exercise)
    produced = runner.as_tuple(runner.solution_of(exercise)(*exercise.worked()))
    assert len(produced) == len(exercise.gives)


@every
def test_draws_have_different_shapes(exercise):
    shapes = {
        tuple(v.shape for v in exercise.draw(torch.Generator().manual_seed(seed)) if isinstance(v, torch.Tensor))
        for seed in range(runner.ROUNDS)
    }
    assert len(shapes) == runner.ROUNDS


@pytest.mark.parametrize("stem", sorted({exercise.stem for exercise in exercises.ALL}))
def test_stub_and_solution_have_the_same_functions(stem):
    stub = functions(files.folder("exercises") / f"{stem}.py")
    assert stub == functions(files.folder("solutions") / f"{stem}.py")
    assert [name for name, _, _ in stub] == [e.name for e in exercises.ALL if e.stem == stem]


def test_no_file_without_exercises():
    stems = {exercise.stem for exercise in exercises.ALL}
    for kind in ("exercises", "solutions"):
        assert {path.stem for path in files.folder(kind).glob("*.py")} == stems


def test_an_answer_that_changes_its_input_is_refused():
    exercise = exercises.find("dlogprobs_of_loss")

    def greedy(logprobs, targets):
        result = runner.solution_of(exercise)(logprobs, targets)
        logprobs.zero_()
        return result

    assert "changed one of its inputs" in runner.judge(exercise, greedy)[1]


@pytest.mark.parametrize("answer, says", [
    (lambda *inputs: None, "is NoneType, not a tensor"),
    (lambda *inputs: (1, 2), "returned 2 values"),
    (lambda logprobs, targets: logprobs.float(), "has dtype torch.float32"),
    (lambda logprobs, targets: logprobs * float("nan"), "nan or infinite"),
])
def test_an_answer_of_the_wrong_kind_gets_a_sentence(answer, says):
    assert says in runner.judge(exercises.find("dlogprobs_of_loss"), answer)[1]


def test_an_unknown_exercise_names_the_known_ones():
    with pytest.raises(KeyError, match="dlogprobs_of_loss"):
        exercises.find("no_such_exercise")
