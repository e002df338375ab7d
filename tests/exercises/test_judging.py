"""What is said of values that are no gradients, of several values, and of float32; and which hint comes first."""

import dataclasses

import pytest
import torch

from handgrad.check import comparison
from handgrad.exercises import answer_checks, draws, judge, value_checks
from handgrad.exercises.definition import Exercise
from handgrad.exercises.entry import Hint
from handgrad.exercises.hints import hints_for
from handgrad.exercises.registry import ALL, find
from handgrad.exercises.verdict import RIGHT, WRONG, Verdict

X = torch.arange(1.0, 7.0, dtype=torch.float64).view(2, 3)
DOUBLE = torch.float64
VALUES = {
    "right": (X.clone(), X, ""),
    "integers": (torch.tensor([1, 2]), torch.tensor([1, 2]), ""),
    "wrong integers": (torch.tensor([5, 2]), torch.tensor([1, 2]),
                       "No known mistake matches: 1 of 2 entries are wrong. The worst is v[0]: got 5, expected 1."),
    "integers, shifted": (torch.tensor([2, 3, 1]), torch.tensor([1, 2, 3]),
                          "Every entry is one place off along axis 0."),
    "integers, known": (torch.tensor([7, 7]), torch.tensor([1, 2]), "These are sevens."),
    "integers of another width": (torch.tensor([1, 2]).int(), torch.tensor([1, 2]),
                                  "v has dtype torch.int32, expected …"),
    "floats for integers": (torch.tensor([1.0, 2.0]), torch.tensor([1, 2]), "v has dtype torch.float32, expected …"),
    "truth": (torch.tensor([True, False]), torch.tensor([True, True]), "No known mistake …"),
    "shape of integers": (torch.tensor([[1, 2]]), torch.tensor([1, 2]),
                          "The shape is (1, 2), expected (2,): the numbers agree, an axis was kept or lost."),
    "number": (2.0, 2.0, ""),
    "number within rounding": (2.0 + 4e-16, 2.0, ""),
    "wrong number": (6.0, 2.0, "Every entry is 3 times the right one."),
    "tensor for number": (torch.tensor(2.0), 2.0, "v is Tensor, expected float."),
    "integer for number": (2, 2.0, "v is int, expected float."),
    "true for one": (True, 1, "v is bool, expected int."),
    "text": ("emma", "emma", ""),
    "wrong text": ("emm", "emma", "v is 'emm', expected 'emma'."),
    "long text": (["emma"] * 30, ["ava"] * 30, "v is ['emma', …"),
    "tensors in a list": ([X.clone()], [X], ""),
    "wrong tensors in a list": ([X + 1], [X], "v is [tensor([[2., 3., 4.],…"),
    "kind of text": (("emma",), ["emma"], "v is tuple, expected list."),
    "text for tensor": ("x", X, "v is str, not a tensor."),
    "sparse": (X.to_sparse(), X, "v cannot be judged: only dense tensors that hold numbers are compared."),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_of_any_kind_is_judged(name):
    got, expected, says = VALUES[name]
    row = value_checks.row("v", got, expected, None, DOUBLE)
    assert row.agrees == (not says) and row.name == "v" and row.prefix == "" and bool(row.problem) == bool(says)
    if says:
        known = {"These are sevens.": torch.tensor([7, 7])}
        sentence, _ = value_checks.explained("v", got, expected, {}, known, None, DOUBLE)
        assert sentence == says or "…" in says and sentence.startswith(says.rstrip("…"))
        assert len(sentence) < 200


def exercise(**changes):
    """The exercise of the weights, otherwise drawn or given otherwise."""
    return dataclasses.replace(find("linear_dW"), **changes)


def test_which_of_several_values_is_wrong_is_said():
    verdict = judge.judge(exercise(), lambda dy, x: (x.T @ dy, -dy.sum(0)))
    assert verdict.sentence == "db: The sign is wrong."
    assert [(row.name, row.agrees) for row in verdict.rows] == [("dW", True), ("db", False)]
    assert verdict.picture == ""
    off = torch.zeros(10, dtype=torch.float64).index_fill(0, torch.tensor(3), 1.0)
    some = judge.judge(exercise(), lambda dy, x: (x.T @ dy, dy.sum(0) + off[: dy.shape[1]]))
    assert some.picture.startswith("1 of 10 entries are wrong: at place 3.")


def test_a_function_that_is_right_in_float64_alone_is_found_out():
    def half(dy, x):
        assert dy.dtype == torch.float64, "in float32"
        return x.T @ dy, dy.sum(0)

    verdict = judge.judge(exercise(), half)
    assert verdict.sentence.endswith("AssertionError: in float32 (line " + verdict.sentence.rsplit("(line ")[1])
    assert judge.judge(exercise(dtypes=(torch.float64,)), half).status == RIGHT


def test_a_remembered_answer_and_a_constant_fail():
    first = judge.rounds(exercise())[0]
    assert judge.judge(exercise(), lambda dy, x: first.expected).status == WRONG


def test_every_draw_counts():
    """An answer that is wrong in one draw alone is wrong."""
    for last in range(len(judge.rounds(exercise()))):
        calls = []

        def once(dy, x, calls=calls, last=last):
            calls.append(1)
            return x.T @ dy * (2 if len(calls) == last + 1 else 1), dy.sum(0)

        assert judge.judge(exercise(), once).status == WRONG and len(calls) == last + 1


# Their values have no axis of a length that the inputs decide, or one that is no size of theirs.
NO_AXIS = {"central_slope", "in_roundoffs", "strict_verdicts", "second_rounding"}
# In their values an axis has the length 1 at every size.
ALWAYS = {"copied_values", "mend_sharpened", "batchnorm_dvar", "mlp_backward", "running_statistics"}


@pytest.mark.parametrize("exercise", [e for e in ALL if e.name not in NO_AXIS], ids=lambda e: e.name)
def test_an_answer_that_squeezes_every_axis_is_found_out(exercise):
    solution = judge.solution_of(exercise)
    verdict = judge.judge(exercise, lambda *inputs: comparison.tree(solution(*inputs), torch.squeeze))
    assert verdict.status == WRONG and "the numbers agree, an axis was kept or lost." in verdict.sentence
    assert verdict.sentence.endswith(" is 1; at other sizes it agrees.") == (exercise.name not in ALWAYS)


def test_the_size_that_is_1_is_called_as_the_statement_calls_it():
    called = {name: judge.ones(find(name), judge.rounds(find(name))[-1].inputs)
              for name in ("copied_values", "softmax_backward", "tied_table", "mlp_backward")}
    assert called == {"copied_values": "H", "softmax_backward": "B", "tied_table": "D", "mlp_backward": "a size"}


def test_no_draw_outside_is_narrow():
    assert not draws.ONES and all(1 not in draws.lengths(torch.Generator(), 4) for _ in range(9))


def test_the_size_of_the_terms_is_heeded():
    near = lambda dy, x: (x.T @ dy, dy.sum(0) + 1e-12)  # noqa: E731
    only = {"dtypes": (torch.float64,)}
    assert judge.judge(exercise(**only), near).status == WRONG
    assert judge.judge(exercise(sizes=lambda dy, x: {"db": 1e4}, **only), near).status == RIGHT


@pytest.mark.parametrize("value, says", [
    ((X,), "returned 1 values in a tuple, expected one value: is there a comma behind the `return`?"),
    ((X, X), "returned 2 values in a tuple, expected one value: return dx."),
    ([X], "dx is list, not a tensor."),
])
def test_a_tuple_for_one_value_is_refused(value, says):
    assert says in judge.judge(find("linear_dx"), lambda dy, W: value).sentence


def test_an_input_of_any_kind_that_is_changed_is_seen():
    inputs = ([1, 2], {"a": X}, (X, "text"), torch.Generator(), 3)
    assert answer_checks.same(answer_checks.copied(inputs), inputs)
    for place, change in ((0, lambda v: v.append(3)), (1, lambda v: v["a"].zero_()), (2, lambda v: v[0].add_(1))):
        mine = answer_checks.copied(inputs)
        change(mine[place])
        assert not answer_checks.same(mine, inputs)
    assert answer_checks.same(X, X.clone()) and not answer_checks.same(X, X.float()) and not answer_checks.same(X, 1)


def test_a_generator_may_be_used_and_stands_where_it_stood():
    generator = torch.Generator().manual_seed(1)
    mine = answer_checks.copied((generator,))
    assert torch.equal(torch.rand(3, generator=mine[0]), torch.rand(3, generator=generator))
    assert answer_checks.same(mine, (generator,))


def hinted(*heads) -> Exercise:
    return exercise(hints=tuple(Hint(head, "text") for head in heads))


@pytest.mark.parametrize("head, sentence", [
    ("The sign is wrong", "db: The sign is wrong."),
    ("A division by B too many", "Every entry is B times too small: a division by B too many."),
    ("The shape is (B,), expected (B, V)", "The shape is (7,), expected (7, 10)."),
    ("RuntimeError: The size of tensor a must match",
     "linear_dW stopped with RuntimeError: The size of tensor a (3) must match the size of tensor b (7)."),
])
def test_the_hint_that_is_named_after_the_sentence_comes_first(head, sentence):
    verdict = Verdict("linear_dW", WRONG, sentence=sentence)
    order = [hint.when for hint in hints_for(hinted("first", "second", head, "last"), verdict)]
    assert order == [head, "first", "second", "last"]


def test_without_a_verdict_the_gentle_hint_comes_first():
    heads = ["one", "two (B, V", "three"]
    for verdict in (None, Verdict("linear_dW", RIGHT, sentence="It agrees.")):
        assert [hint.when for hint in hints_for(hinted(*heads), verdict)] == heads


@pytest.mark.parametrize("name, sizes", [
    ("linear_dx", {"B": 7}), ("outer_backward", {"M": 7}), ("context_windows", {"n": 7}), ("mend_steps", {"M": 3}),
    ("running_statistics", {"B": 7}), ("mlp_backward", {"B": 18}), ("second_rounding", {}),
])
def test_a_size_is_called_as_the_statement_calls_it(name, sizes):
    exercise = find(name)
    assert judge.axes(exercise, judge.rounds(exercise)[0].inputs) == sizes


def test_two_numbers_that_differ_are_shown_with_the_digits_that_differ():
    off = comparison.judge_one("x", X + 1e-12, X, None).problem
    got, expected = off.partition("; ")[0].removeprefix("dx").partition("got ")[2].split(", expected ")
    assert got != expected and float(got) - float(expected) == pytest.approx(1e-12, rel=1e-3)
