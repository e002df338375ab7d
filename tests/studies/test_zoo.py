"""The bugs of the zoo: one piece of one line each, every one of them wrong, and what the checks say of them."""

import importlib
from functools import partial
from pathlib import Path

import pytest
import torch

from handgrad.check import comparison
from handgrad.check.comparison import judge_one
from handgrad.check.diagnosis import explain
from handgrad.data import example, names
from handgrad.data.batches import minibatch
from handgrad.models import mlp
from handgrad.models.mlp.model import Parameters
from handgrad.ops import batchnorm, cross_entropy, embedding, linear
from handgrad.ops.catalogue import TITLES
from handgrad.studies import zoo
from handgrad.studies.zoo import checks, riddles, step, tables, walk
from handgrad.studies.zoo.bugs import BUGS, Bug
from handgrad.training.runs import Settings, begin
from handgrad.training.step import PLAIN

BY_NAME = {bug.name: bug for bug in BUGS}
every_bug = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)


# The right backward pass

@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_unbroken_it_is_the_backward_pass_of_the_book(dtype):
    params, context, targets = example.load(dtype)
    loss, values = step.forward(params, context, targets)
    plain, saved = mlp.forward(params, context, targets)
    torch.testing.assert_close(loss, plain)
    got = step.broken()(params, values)
    comparison.compare(got, mlp.backward(torch.ones_like(plain), saved), walk.sizes(dtype))


def test_unbroken_it_agrees_with_autograd():
    seen = walk.scene()
    comparison.compare(step.gradients(seen.params, seen.values), seen.right, walk.sizes())


def test_on_another_network_too():
    generator = torch.Generator().manual_seed(3)
    params = mlp.init(generator, None, (11, 4, 3, 7), torch.float64)
    context = torch.randint(0, 11, (9, 4), generator=generator)
    targets = torch.randint(0, 11, (9,), generator=generator)
    leaves = Parameters(*(p.clone().requires_grad_() for p in params))
    right = Parameters(*torch.autograd.grad(step.forward(leaves, context, targets)[0], leaves))
    got = step.gradients(params, step.forward(params, context, targets)[1])
    comparison.compare(got, right, {"b1": torch.tensor(1.0)})


def test_the_gradients_on_the_way_are_those_of_the_chapters():
    chapters = example.gradients(torch.float64)
    wanted = {name: getattr(chapters, name) for name in walk.Walk._fields}
    comparison.compare(walk.walk()._asdict(), wanted, walk.sizes())


# The bugs

def test_there_are_enough_and_each_has_a_name_and_a_chapter():
    assert len(BUGS) >= 15 and len(BY_NAME) == len(BUGS)
    assert {bug.stem for bug in BUGS} <= set(TITLES) | {"softmax"}


@every_bug
def test_a_bug_is_one_piece_and_its_gradients_are_wrong(bug):
    right, wrong = step.source(), step.source(bug)
    assert right.count(bug.right) == 1 and wrong == right.replace(bug.right, bug.wrong) != right
    assert len(right.splitlines()) == len(wrong.splitlines())
    off = walk.off(walk.walk(bug))
    assert off and max(off.values()) > 1e-3
    assert walk.error(bug)[0] > 1e-3


@every_bug
def test_a_bug_keeps_shapes_and_is_finite(bug):
    seen = walk.scene()
    for p, dp in zip(seen.params, step.broken(bug)(seen.params, seen.values), strict=True):
        assert dp.shape == p.shape and dp.isfinite().all()


@every_bug
def test_what_rescales_is_the_right_gradient_times_its_number(bug):
    right, wrong = walk.walk(), walk.walk(bug)
    number = {"B": 32.0, "1/B": 1 / 32, "B/V": 32 / 27, "": None}[bug.rescales]
    parts = wrong.W1 / right.W1, wrong.table[0] / right.table[0], wrong.b2 / right.b2, wrong.gamma / right.gamma
    ratios = torch.cat([part.flatten() for part in parts])
    assert bool((ratios - ratios[0]).abs().max() < 1e-9) == bool(number)
    assert not number or abs(ratios[0].item() - number) < 1e-9


@pytest.mark.parametrize("right, count", [("nowhere", 0), ("probs", 2)])
def test_a_piece_that_does_not_stand_there_once_is_refused(right, count):
    bug = Bug("typed wrong", "tanh", right, "0", "a slip")
    for use in (step.source, step.broken, step.method, walk.walk):
        with pytest.raises(ValueError, match=f"typed wrong: '{right}' stands {count} times in gradients, not once"):
            use(bug)


KNOWN = {
    "cross_entropy": ("logits", lambda right, seen: (torch.ones_like(seen.loss), cross_entropy.Saved(
        seen.values.probs, seen.targets))),
    "tanh": ("preact", lambda right, seen: (right.h, seen.values.preact)),
    "batchnorm": ("pre_bn", lambda right, seen: (right.preact, batchnorm.Saved(
        seen.values.xhat, seen.values.rstd, seen.params.gamma, 1))),
    "linear": ("W1", lambda right, seen: (right.pre_bn, linear.Saved(seen.values.flat, seen.params.W1))),
    "embedding": ("table", lambda right, seen: (right.flat.view(*seen.context.shape, -1), embedding.Saved(
        seen.context, *seen.params.table.shape))),
}


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.known], ids=lambda bug: bug.name)
def test_a_bug_that_is_a_known_mistake_gives_what_that_one_gives(bug):
    name, given = KNOWN[bug.stem]
    mistakes = importlib.import_module(f"handgrad.check.mistakes.{bug.stem}")
    known = mistakes.of_backward(*given(walk.walk(), walk.scene()))[bug.known]
    assert judge_one(name, getattr(walk.walk(bug), name), known, None).agrees


def test_a_bug_does_not_leak_into_the_right_pass():
    seen = walk.scene()
    before = step.gradients(seen.params, seen.values)
    step.broken(BY_NAME["no mean"])(seen.params, seen.values)
    after = step.gradients(seen.params, seen.values)
    assert all(torch.equal(p, q) for p, q in zip(before, after, strict=True))


# Where a gradient is off

def test_off_names_nothing_of_the_right_pass_and_only_what_is_wrong_of_others():
    assert walk.off(walk.walk()) == {}
    assert list(walk.off(walk.walk(BY_NAME["gain as shift"]))) == ["gamma"]
    assert list(walk.off(walk.walk(BY_NAME["no Bessel"]))) == ["pre_bn", "flat", "W1", "table"]
    off = walk.off(walk.walk(BY_NAME["frozen table"]))
    assert off == {"table": 1.0}
    # The rounding of b1, whose true gradient is zero, grows with the factor and is no error.
    assert "b1" not in walk.off(walk.walk(BY_NAME["no mean"]))
    assert "b1" in walk.off(walk.walk(BY_NAME["constant mean"]))


def test_the_size_of_an_error_is_that_of_the_difference():
    relative, cosine = walk.error(BY_NAME["no mean"])
    assert relative == pytest.approx(31) and cosine == pytest.approx(1)
    relative, cosine = walk.error(BY_NAME["neighbour's target"])
    assert relative > 1 and cosine < 0


def test_an_unknown_bug_is_refused_with_the_names_that_exist():
    with pytest.raises(ValueError, match="there is no bug called 'moth'; choose one of: no mean, mean over V, "):
        walk.by_name("moth")


# The checks

def test_every_check_that_is_no_lottery_accepts_the_right_gradient():
    said = dict(checks.answers()["right"])
    assert 0 < said.pop("float32") < 0.1
    assert set(said.values()) == {0.0}


@every_bug
def test_the_checks_that_tell_catch_every_bug(bug):
    said = checks.answers()[bug.name]
    assert said["compare"] == 1 and said["float64"] > 0.98


@pytest.mark.parametrize("name, caught, missed", [
    ("falls", {"neighbour's target"}, set(BY_NAME) - {"neighbour's target"}),
    ("shapes", set(), set(BY_NAME)),
    ("0.02", {"no mean", "gain as shift"}, {"tanh twice", "no Bessel", "constant variance", "no gain"}),
    ("cosine", {"no slope"}, {"no mean", "mean twice", "mean over V", "frozen table"}),
])
def test_what_the_others_catch_and_miss(name, caught, missed):
    said = {bug: found[name] for bug, found in checks.answers().items()}
    assert all(said[bug] == 1 for bug in caught) and all(said[bug] == 0 for bug in missed)


def test_each_check_objects_to_something_made_for_it():
    def changed(change):
        return lambda params, values: change(step.gradients(params, values))

    asked = {check.name: check.objects for check in checks.CHECKS}
    flat = changed(lambda found: found._replace(b2=found.b2[None]))
    uphill = changed(lambda found: Parameters(*(-dp for dp in found)))
    one = changed(lambda found: found._replace(b2=found.b2 + torch.eye(27)[0].to(found.b2) * 0.03))
    assert asked["shapes"](flat) == asked["falls"](uphill) == asked["cosine"](uphill) == asked["0.02"](one) == 1
    assert asked["shapes"](uphill) == asked["falls"](one) == 0
    assert asked["compare"](one) == 1 and asked["float64"](uphill) == asked["float32"](uphill) == 1


def test_the_slopes_are_those_of_autograd():
    seen = walk.scene()
    slopes = checks.directions(torch.float64) @ walk.whole(seen.right)
    torch.testing.assert_close(checks.slopes(torch.float64, 1e-4), slopes, rtol=1e-6, atol=1e-9)
    assert checks.directions(torch.float64).norm(dim=1).sub(1).abs().max() < 1e-12


# The riddles

def test_six_letters_stand_for_six_bugs_that_exist():
    bugs = {riddles.behind(letter) for letter in riddles.ANSWERS}
    assert list(riddles.ANSWERS) == list("ABCDEF") and len(bugs) == 6 and bugs <= set(BUGS)


def test_the_gradients_of_a_letter_are_those_of_its_bug():
    for letter in riddles.ANSWERS:
        assert walk.off(zoo.anonymous(letter)) == walk.off(walk.walk(riddles.behind(letter.lower())))


def test_a_guess_is_answered_and_nothing_given_away(capsys):
    answer = riddles.behind("A").name
    zoo.guess("a", answer)
    assert capsys.readouterr().out == f"A is '{answer}': right.\n"
    wrong = next(bug.name for bug in BUGS if bug.name != answer)
    zoo.guess("A", wrong)
    said = capsys.readouterr().out
    assert said == f"A is not '{wrong}'.\n" and answer not in said


@pytest.mark.parametrize("letter", ["G", "", "AB", None, 3, []])
def test_a_letter_that_is_none_is_refused(letter):
    for ask in (zoo.anonymous, partial(zoo.guess, name="no gain")):
        with pytest.raises(ValueError, match="there is no backward pass .*; the letters are A, B, C, D, E, F"):
            ask(letter)


def test_a_guess_that_names_no_bug_is_refused():
    with pytest.raises(ValueError, match="there is no bug called 'gain'; choose one of"):
        zoo.guess("A", "gain")


def test_the_file_does_not_say_the_answers():
    text = Path(riddles.__file__).read_text()
    assert not [bug.name for bug in BUGS if bug.name in text]


# The shapes

def test_a_shape_has_the_sentence_of_the_diagnosis():
    right, size = walk.walk(), {"B": 32}
    found = {name: explain("pre_bn", walk.walk(BY_NAME[name]).pre_bn, right.pre_bn, size)
             for name in ("constant mean", "no mean", "no gain")}
    assert found["constant mean"].startswith("In each column every row is off by the same amount")
    assert found["no mean"] == "Every entry is B times too large: the division by B is missing."
    assert found["no gain"].startswith("No known mistake matches")


# Tables

def test_the_table_of_bugs_has_every_bug_under_its_chapter():
    text = tables.bugs()
    for bug in BUGS:
        assert f"  - {bug.says}\\\n    `{bug.right}`\\\n    `{bug.wrong}`\n" in text
        assert f"](./{bug.stem}.md)" in text


def rows(text):
    """The cells of a table's rows, without its head."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def test_the_table_of_sizes_holds_what_was_measured():
    assert rows(tables.sizes(["no mean", "gain as shift"])) == [
        ["no mean", "31", "1.0000", "`dlogits`"], ["gain as shift", "0.15", "0.9886", "`dgamma`"]]


def test_the_table_of_riddles_has_a_row_for_each_letter_and_no_name():
    text = tables.riddles()
    assert [row[0] for row in rows(text)] == [f"**{letter}**" for letter in "ABCDEF"]
    assert rows(text)[1][1] == "`dtable` 1.3" and not [bug.name for bug in BUGS if bug.name in text]


def test_what_a_check_says_in_a_cell():
    assert [tables.said(share) for share in (0.0, 1.0, 0.184)] == ["–", "**caught**", "18 %"]


# Training

@pytest.mark.parametrize("name", [None, "no slope"])
def test_a_step_moves_against_the_gradients_of_its_bug(name):
    bug = BY_NAME.get(name)
    data = names.load()
    state = begin(data, Settings(H=16, D=4, dtype="float64"))
    params, generator = step.copied(state.params), torch.Generator().manual_seed(0)
    batch = minibatch(data.train, 8, generator)
    _, values = step.forward(params, *batch)
    wanted = Parameters(*(p - 0.05 * dp for p, dp in zip(params, step.broken(bug)(params, values), strict=True)))
    method = step.method(bug, 0.5, compiled=False)
    moved, loss = method.step(method.start(params, 8), *batch, 0.1)
    torch.testing.assert_close(moved, wanted)
    if bug is None:
        plain, again = PLAIN.step(params, *batch, 0.05)
        torch.testing.assert_close((loss, *moved), (again, *plain))
    assert torch.equal(params.W1, state.params.W1), "the parameters that were given stay as they are"
    assert method.finish(moved).W1.data_ptr() != moved.W1.data_ptr()


@pytest.mark.slow
@pytest.mark.parametrize("name", [None, "no mean", "last position", "last write wins", "frozen table"])
def test_compiled_and_not_compiled_are_equal_up_to_rounding(name):
    data = names.load()
    state = begin(data, Settings(H=32, dtype="float64"))
    ends = []
    for compiled in (True, False):
        method = step.method(BY_NAME.get(name), 1.0, compiled)
        params, generator = method.start(state.params, 32), torch.Generator().manual_seed(0)
        for number in range(20):
            params, _ = method.step(params, *minibatch(data.train, 32, generator), 0.1 if number < 10 else 0.01)
        ends.append(method.finish(params))
    torch.testing.assert_close(*ends)
