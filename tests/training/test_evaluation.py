"""Evaluation: statistics of the whole training split, and losses that no batch has a say in."""

import pytest
import torch

from handgrad.data import names
from handgrad.models.mlp.model import init
from handgrad.ops import batchnorm, cross_entropy, linear
from handgrad.training import evaluation
from handgrad.training.evaluation import Model, Statistics


@pytest.fixture
def data():
    """Names few enough to be looked at whole, with windows enough to need several pieces."""
    return names.load()


@pytest.fixture
def params():
    return init(torch.Generator().manual_seed(4), sizes=(27, 3, 10, 6), dtype=torch.float64)


def test_the_statistics_are_mean_and_bessels_variance_of_all_rows(data, params):
    context = data.dev.context
    assert len(context) > 2 * evaluation.ROWS, "the sum over pieces must be put to the test"
    x = params.table[context].flatten(1) @ params.W1 + params.b1
    mean, var = evaluation.calibrate(params, context)
    torch.testing.assert_close(mean, x.mean(0, keepdim=True))
    torch.testing.assert_close(var, x.var(0, correction=1, keepdim=True))


def test_the_correction_shows_on_few_rows(params):
    context = torch.tensor([[1, 2, 3], [4, 5, 6]])
    x = params.table[context].flatten(1) @ params.W1 + params.b1
    _, var = evaluation.calibrate(params, context)
    torch.testing.assert_close(var[0], (x[0] - x[1]) ** 2 / 2)


def test_in_float32_the_statistics_of_all_windows_keep_their_digits(data, params):
    # Far from zero, where the mean of the squares less the square of the mean would leave two digits.
    params = params._replace(b1=params.b1 + 100)
    single = type(params)(*(p.float() for p in params))
    exact = evaluation.calibrate(params, data.train.context)
    got = evaluation.calibrate(single, data.train.context)
    for ours, value in zip(got, exact, strict=True):
        assert ours.dtype == torch.float32
        torch.testing.assert_close(ours.double(), value, rtol=1e-5, atol=0)


def test_with_the_statistics_of_a_batch_the_loss_is_that_batchs(data, params):
    batch = names.Split(data.dev.context[:50], data.dev.targets[:50])
    model = Model(params, evaluation.calibrate(params, batch.context), data.vocabulary)
    x = params.table[batch.context].flatten(1) @ params.W1 + params.b1
    h = batchnorm.forward(x, params.gamma, params.beta)[0].tanh()
    expected, _ = cross_entropy.forward(linear.forward(h, params.W2, params.b2)[0], batch.targets)
    assert evaluation.loss(model, batch) == pytest.approx(expected.item(), rel=1e-12)


def test_a_rows_logits_do_not_depend_on_the_others(data, params):
    model = Model(params, evaluation.calibrate(params, data.dev.context), data.vocabulary)
    together = evaluation.logits(model, data.dev.context[:20])
    alone = torch.cat([evaluation.logits(model, row[None]) for row in data.dev.context[:20]])
    torch.testing.assert_close(together, alone)


def test_the_loss_of_a_split_weighs_every_window_alike(data, params, monkeypatch):
    model = Model(params, evaluation.calibrate(params, data.dev.context), data.vocabulary)
    split = names.Split(data.dev.context[:101], data.dev.targets[:101])
    whole = evaluation.loss(model, split)
    # Pieces of 50, 50 and 1: the mean of their means would be another number.
    monkeypatch.setattr(evaluation, "ROWS", 50)
    assert evaluation.loss(model, split) == pytest.approx(whole, rel=1e-12)


def test_losses_are_those_of_the_three_splits(data, params):
    model = Model(params, evaluation.calibrate(params, data.train.context), data.vocabulary)
    found = evaluation.losses(model, data)
    assert list(found) == ["train", "dev", "test"]
    assert found["test"] == evaluation.loss(model, data.test) and len(set(found.values())) == 3


def test_nothing_is_recorded_even_for_parameters_that_want_it(data, params):
    wanting = type(params)(*(p.requires_grad_() for p in params))
    statistics = evaluation.calibrate(wanting, data.dev.context[:10])
    model = Model(wanting, statistics, data.vocabulary)
    assert not statistics.mean.requires_grad
    assert not evaluation.logits(model, data.dev.context[:2]).requires_grad


def test_one_row_has_no_variance(params):
    with pytest.raises(ValueError, match="at least 2 rows of context, not 1"):
        evaluation.calibrate(params, torch.zeros(1, 3, dtype=torch.int64))


def test_statistics_of_another_network_are_refused(params):
    model = Model(params, Statistics(torch.zeros(1, 5), torch.ones(1, 5)), "")
    with pytest.raises(ValueError, match=r"mean has shape \(1, 5\), expected \(1, 6\)"):
        evaluation.logits(model, torch.zeros(1, 3, dtype=torch.int64))


def test_a_split_without_windows_has_no_loss(params):
    model = Model(params, Statistics(torch.zeros(1, 6), torch.ones(1, 6)), "")
    empty = names.Split(torch.zeros(0, 3, dtype=torch.int64), torch.zeros(0, dtype=torch.int64))
    with pytest.raises(ValueError, match="no rows"):
        evaluation.loss(model, empty)
