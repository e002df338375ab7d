"""The network after training: statistics of the whole training split, and logits with them."""

import pytest
import torch

from handgrad.data import names
from handgrad.models import mlp
from handgrad.models.mlp import inference
from handgrad.models.mlp.inference import Statistics
from handgrad.models.mlp.model import init


@pytest.fixture
def data():
    """Names few enough to be looked at whole, with windows enough to need several pieces."""
    return names.load()


@pytest.fixture
def params():
    return init(torch.Generator().manual_seed(4), sizes=(27, 3, 10, 6), dtype=torch.float64)


def test_the_statistics_are_mean_and_bessels_variance_of_all_rows(data, params):
    context = data.dev.context
    assert len(context) > 2 * inference.ROWS, "the sum over pieces must be put to the test"
    x = params.table[context].flatten(1) @ params.W1 + params.b1
    mean, var = mlp.calibrate(params, context)
    torch.testing.assert_close(mean, x.mean(0, keepdim=True))
    torch.testing.assert_close(var, x.var(0, correction=1, keepdim=True))


def test_the_correction_shows_on_few_rows(params):
    context = torch.tensor([[1, 2, 3], [4, 5, 6]])
    x = params.table[context].flatten(1) @ params.W1 + params.b1
    _, var = mlp.calibrate(params, context)
    torch.testing.assert_close(var[0], (x[0] - x[1]) ** 2 / 2)


def test_in_float32_the_statistics_of_all_windows_keep_their_digits(data, params):
    # Far from zero, where the mean of the squares less the square of the mean would leave two digits.
    params = params._replace(b1=params.b1 + 100)
    single = type(params)(*(p.float() for p in params))
    exact = mlp.calibrate(params, data.train.context)
    got = mlp.calibrate(single, data.train.context)
    for ours, value in zip(got, exact, strict=True):
        assert ours.dtype == torch.float32
        torch.testing.assert_close(ours.double(), value, rtol=1e-5, atol=0)


def test_one_row_has_no_variance(params):
    with pytest.raises(ValueError, match="at least 2 rows of context, not 1"):
        mlp.calibrate(params, torch.zeros(1, 3, dtype=torch.int64))


def test_statistics_of_another_network_are_refused(params):
    with pytest.raises(ValueError, match=r"mean has shape \(1, 5\), expected \(1, 6\)"):
        mlp.logits(params, Statistics(torch.zeros(1, 5), torch.ones(1, 5)), torch.zeros(1, 3, dtype=torch.int64))
