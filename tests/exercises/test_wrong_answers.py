"""What a plausible mistake gives is wrong, and the diagnosis calls it by its name and by no other."""

import itertools

import pytest
import torch
from judged import row

from handgrad.check.diagnosis import explain
from handgrad.exercises import answer_checks, judge, registry, value_checks

STEMS = ("vjp", "checking", "cross_entropy", "softmax", "linear", "tanh", "speed")
NAMED = [exercise for exercise in registry.ALL if exercise.mistakes and exercise.stem in STEMS]
every = pytest.mark.parametrize("exercise", NAMED, ids=lambda exercise: exercise.name)


@every
def test_each_mistake_is_named_where_it_fits_a_result(exercise):
    met = set()
    for each in (each for each in judge.rounds(exercise) if not each.narrow):
        known = exercise.mistakes(*answer_checks.copied(each.inputs))
        for sentence, wrong in known.items():
            expected = [value_checks.floating(right, each.dtype) for right in each.expected]
            fits = [right for right in expected if right.shape == wrong.shape and wrong.isfinite().all()]
            said = {explain("x", wrong, right, judge.axes(exercise, each.inputs), known) for right in fits}
            assert not fits or sentence in said, (sentence, said)
            met |= {sentence} if fits else set()
    assert met


@every
def test_no_two_mistakes_are_the_same(exercise):
    for each in (each for each in judge.rounds(exercise) if not each.narrow):
        known = exercise.mistakes(*answer_checks.copied(each.inputs))
        for (one, first), (other, second) in itertools.combinations(known.items(), 2):
            assert first.shape != second.shape or not row(first, second).agrees, (one, other)


def test_values_in_the_order_of_their_names_are_no_exchange():
    """They come here when a size that the exercise hands in is stricter than the default."""
    left, right = torch.ones(2), torch.zeros(2)
    assert value_checks.swapped(("dx", "dy"), (left, right), (left, right)) == ""
    assert value_checks.swapped(("dx", "dy"), (right, left), (left, right)).endswith("return dx, dy.")
