"""What `handgrad.models` asks of a model, asked of every model that there is."""

from pathlib import Path

import pytest
import third_network

import handgrad.models
from handgrad.models import mlp
from handgrad.models.network import described
from handgrad.training.step import plain

MODELS = (mlp, third_network)
FOLDERS = [path.parent.name for path in Path(handgrad.models.__file__).parent.glob("*/values.py")]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.NETWORK.name)
TRACE = ("Parameters", "forward", "backward", "Steps", "forward_steps", "backward_steps")


def test_every_model_of_the_package_is_among_these():
    assert FOLDERS and {*FOLDERS, "third_network"} == {model.NETWORK.name for model in MODELS}
    for name in FOLDERS:
        assert described(name).name == name


@every_model
def test_a_model_has_what_it_must_have(model):
    assert [name for name in (*TRACE, "Settings", "begin") if not hasattr(model, name)] == []
    common = {"steps", "batch", "rate", "late_rate", "seed", "dtype"}
    assert common <= set(model.Settings._fields) == set(model.Settings._field_defaults)


@every_model
def test_the_fields_are_the_values_of_the_description(model):
    given = [value.name for value in model.NETWORK.values if not value.line]
    assert model.Steps._fields == tuple(value.name for value in model.NETWORK.values)
    with_gradient = [value.name for value in model.NETWORK.values if value.name in given and value.back]
    assert sorted(model.Parameters._fields) == sorted(with_gradient)


def test_a_name_that_a_model_has_not_is_said_as_of_any_module():
    with pytest.raises(AttributeError, match=r"module 'handgrad.models.mlp' has no attribute 'blocks'"):
        mlp.blocks  # noqa: B018


def test_the_plain_way_of_a_model_is_one_way():
    assert plain(third_network) is plain(third_network) is not plain(mlp)
