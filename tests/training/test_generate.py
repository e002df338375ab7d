"""Sampling: names drawn by the model's own probabilities, again and again the same."""

import pytest
import torch

from handgrad.models.mlp.inference import Statistics, calibrate
from handgrad.models.mlp.model import init
from handgrad.training import generate
from handgrad.training.evaluation import Trained, logits

VOCABULARY = ".abc"
DRAWS = 4000


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def model():
    """A network that was never trained, with four characters and statistics of its own."""
    params = init(seeded(5), sizes=(4, 3, 2, 6), dtype=torch.float64)
    context = torch.cartesian_prod(*[torch.arange(4)] * 3)
    return Trained(params, calibrate(params, context), VOCABULARY)


def certain(model, code):
    """The model, so sure of one character that no other is drawn."""
    b2 = torch.full((4,), -1e4, dtype=torch.float64)
    b2[code] = 1e4
    return model._replace(params=model.params._replace(b2=b2))


def surprise(model, drawn):
    """How much the first letters differ from the model's probabilities: chi-square, 3 degrees of freedom."""
    probs = generate.probabilities(model, torch.zeros(1, 3, dtype=torch.int64))[0]
    counts = torch.tensor([sum(name[:1] == letter for name in drawn) for letter in ["", *VOCABULARY[1:]]])
    expected = probs * len(drawn)
    return ((counts - expected) ** 2 / expected).sum().item()


def test_the_same_seed_gives_the_same_names(model):
    one, again, other = (generate.names(model, 20, seeded(s)) for s in (1, 1, 2))
    assert one == again != other
    assert len(one) == 20 and set("".join(one)) <= set(VOCABULARY[1:])


def test_more_names_begin_with_the_same_names(model):
    assert generate.names(model, 7, seeded(1))[:3] == generate.names(model, 3, seeded(1))


def test_first_letters_come_as_often_as_the_model_says(model):
    # A fair sampler exceeds 16.3 once in a thousand times; the seed makes this draw the same every time.
    assert surprise(model, generate.names(model, DRAWS, seeded(1), longest=1)) < 16.3


@pytest.mark.parametrize("wrong", [
    lambda probs, count, generator: probs.argmax(keepdim=True),
    lambda probs, count, generator: torch.randint(0, len(probs), (1,), generator=generator),
    lambda probs, count, generator: multinomial(probs**1.3, count, generator=generator),
], ids=["always the likeliest", "all alike", "too sure of itself"])
def test_a_sampler_that_favours_letters_is_noticed(model, wrong, monkeypatch):
    monkeypatch.setattr(torch, "multinomial", wrong)
    assert surprise(model, generate.names(model, DRAWS, seeded(1), longest=1)) > 16.3


multinomial = torch.multinomial


def test_each_letter_is_drawn_after_the_last_three(model, monkeypatch):
    seen = []
    right = generate.probabilities

    def watched(model, context):
        seen.append(context[0].tolist())
        return right(model, context)

    monkeypatch.setattr(generate, "probabilities", watched)
    name = next(n for n in (generate.name(model, seeded(s)) for s in range(50)) if len(n) > 4)
    codes = [0, 0, 0, *(VOCABULARY.index(letter) for letter in name)]
    expected = [codes[i:i + 3] for i in range(len(name) + 1)]
    assert seen[-len(expected):] == expected


def test_probabilities_are_the_softmax_of_the_calibrated_logits(model):
    context = torch.tensor([[0, 0, 1], [1, 2, 3]])
    got = generate.probabilities(model, context)
    torch.testing.assert_close(got, torch.softmax(logits(model, context), 1))
    other = model._replace(statistics=Statistics(*(2 * s for s in model.statistics)))
    assert not torch.allclose(got, generate.probabilities(other, context))


def test_a_name_that_does_not_end_is_cut(model):
    assert generate.name(certain(model, 2), seeded(1)) == "b" * generate.LONGEST
    assert generate.name(certain(model, 2), seeded(1), longest=5) == "bbbbb"


def test_a_name_whose_end_comes_first_is_empty(model):
    assert generate.name(certain(model, 0), seeded(1)) == ""


def test_global_random_state_stays_as_it_is(model):
    state = torch.get_rng_state()
    generate.names(model, 3, seeded(1))
    assert torch.equal(torch.get_rng_state(), state)


def test_what_cannot_be_drawn_is_said(model):
    with pytest.raises(ValueError, match="at least 1 character, so longest cannot be 0"):
        generate.name(model, seeded(1), longest=0)
    with pytest.raises(ValueError, match="count must be 0 or more, not -1"):
        generate.names(model, -1, seeded(1))
    broken = model._replace(params=model.params._replace(b2=torch.full((4,), torch.nan, dtype=torch.float64)))
    with pytest.raises(ValueError, match="not finite"):
        generate.name(broken, seeded(1))
    assert generate.names(model, 0, seeded(1)) == []
