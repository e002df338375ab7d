"""Evaluation: losses of whole splits, in which no batch has a say."""

import pytest
import torch

from handgrad.data import names
from handgrad.models import mlp
from handgrad.models.mlp.inference import Statistics
from handgrad.models.mlp.model import init
from handgrad.ops import batchnorm, cross_entropy, linear
from handgrad.training import evaluation
from handgrad.training.evaluation import Trained


@pytest.fixture
def data():
    """Names few enough to be looked at whole, with windows enough to need several pieces."""
    return names.load()


@pytest.fixture
def params():
    return init(torch.Generator().manual_seed(4), sizes=(27, 3, 10, 6), dtype=torch.float64)


def test_with_the_statistics_of_a_batch_the_loss_is_that_batchs(data, params):
    batch = names.Split(data.dev.context[:50], data.dev.targets[:50])
    model = Trained(params, mlp.calibrate(params, batch.context), data.vocabulary)
    x = params.table[batch.context].flatten(1) @ params.W1 + params.b1
    h = batchnorm.forward(x, params.gamma, params.beta)[0].tanh()
    expected, _ = cross_entropy.forward(linear.forward(h, params.W2, params.b2)[0], batch.targets)
    assert evaluation.loss(model, batch) == pytest.approx(expected.item(), rel=1e-12)


def test_a_rows_logits_do_not_depend_on_the_others(data, params):
    model = Trained(params, mlp.calibrate(params, data.dev.context), data.vocabulary)
    together = evaluation.logits(model, data.dev.context[:20])
    alone = torch.cat([evaluation.logits(model, row[None]) for row in data.dev.context[:20]])
    torch.testing.assert_close(together, alone)


def test_the_loss_of_a_split_weighs_every_window_alike(data, params, monkeypatch):
    model = Trained(params, mlp.calibrate(params, data.dev.context), data.vocabulary)
    split = names.Split(data.dev.context[:101], data.dev.targets[:101])
    whole = evaluation.loss(model, split)
    # Pieces of 50, 50 and 1: the mean of their means would be another number.
    monkeypatch.setattr(evaluation, "ROWS", 50)
    assert evaluation.loss(model, split) == pytest.approx(whole, rel=1e-12)


def test_losses_are_those_of_the_three_splits(data, params):
    model = Trained(params, mlp.calibrate(params, data.train.context), data.vocabulary)
    found = evaluation.losses(model, data)
    assert list(found) == ["train", "dev", "test"]
    assert found["test"] == evaluation.loss(model, data.test) and len(set(found.values())) == 3


def test_nothing_is_recorded_even_for_parameters_that_want_it(data, params):
    wanting = type(params)(*(p.requires_grad_() for p in params))
    statistics = mlp.calibrate(wanting, data.dev.context[:10])
    model = Trained(wanting, statistics, data.vocabulary)
    assert not statistics.mean.requires_grad
    assert not evaluation.logits(model, data.dev.context[:2]).requires_grad


def test_a_split_without_windows_has_no_loss(params):
    model = Trained(params, Statistics(torch.zeros(1, 6), torch.ones(1, 6)), "")
    empty = names.Split(torch.zeros(0, 3, dtype=torch.int64), torch.zeros(0, dtype=torch.int64))
    with pytest.raises(ValueError, match="no rows"):
        evaluation.loss(model, empty)
