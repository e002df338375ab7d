"""A description with a line that is missing or that does not fit is refused with the name of its value."""

import pytest
import third_network
import torch

from handgrad.check import lines
from handgrad.models import mlp
from handgrad.models.consistency import DescriptionError, check_network

NETWORKS = (mlp.NETWORK, third_network.NETWORK)
BOTH = [(network, value) for network in NETWORKS for value in network.values]
each = pytest.mark.parametrize(("network", "value"), BOTH, ids=lambda part: part.name)


def changed(network, which, **fields):
    """The network with another description of one value."""
    return network._replace(values=tuple(
        value._replace(**fields) if value.name == which else value for value in network.values
    ))


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_the_networks_hold_together(network):
    check_network(network)


@each
def test_a_missing_forward_line_is_named(network, value):
    if value.line:
        with pytest.raises(DescriptionError, match=f"^{value.name}: no line makes it"):
            check_network(changed(network, value.name, line=""))


@each
def test_missing_backward_lines_are_named(network, value):
    if value.back:
        with pytest.raises(DescriptionError, match=f"^{value.name}: has a chapter or backward lines, but not both"):
            check_network(changed(network, value.name, back=""))


@each
def test_lines_that_make_another_name_are_named(network, value):
    if value.line:
        with pytest.raises(DescriptionError, match=f"^{value.name}: the line .* does not make it"):
            check_network(changed(network, value.name, line=f"other = {value.line.partition(' = ')[2]}"))
    if value.back:
        with pytest.raises(DescriptionError, match=f"^{value.name}: its backward lines do not make d{value.name}"):
            check_network(changed(network, value.name, back="other = 0"))


@pytest.mark.parametrize(("name", "fields", "sentence"), [
    ("h", {"line": "h = preactt.tanh()"}, "its line reads preactt, which nothing above makes"),
    ("mean", {"line": "mean = centered.sum(0)"}, "its line reads centered, which nothing above makes"),
    ("h", {"back": "dh = dlogit @ W2.T"}, "its backward lines read none and not dlogits"),
    ("centered", {"back": "dcentered = dxhat * rstd"}, "its backward lines read dxhat and not dsquared, dxhat"),
    ("h", {"back": "dh = dlogits @ W3.T"}, "its backward lines read W3, which nothing makes"),
    ("h", {"line": "h = preact.tanh("}, "is no Python"),
    ("h", {"name": "xhat"}, ""),
])
def test_a_name_that_does_not_match_is_named(name, fields, sentence):
    with pytest.raises(DescriptionError, match=f"^{fields.get('name', name)}: .*{sentence}"):
        check_network(changed(mlp.NETWORK, name, **fields))


def test_a_line_that_fails_when_it_runs_is_named():
    given = {"context": torch.zeros(2, 3, dtype=torch.int64), "table": torch.ones(4, 2)}
    with pytest.raises(DescriptionError, match="^flat: .* fails with IndexError"):
        lines.values(changed(mlp.NETWORK, "flat", line="flat = emb.flatten(7)"), given)
