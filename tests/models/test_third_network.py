"""A network that the package has never seen goes through all of it: the contract of `handgrad.models` is enough."""

import re

import pytest
import third_network
import torch
from bs4 import BeautifulSoup
from third_network import NETWORK, Steps

from book_network import drawing, numbers
from handgrad.check import lines
from handgrad.check.comparison import autograd, compare
from handgrad.data.names import Data, Split
from handgrad.figures import forward as figures
from handgrad.models import graph, layout, tables
from handgrad.models.consistency import check_network
from handgrad.optim import schedules
from handgrad.support import markdown
from handgrad.training import checkpoint, evaluation, generate, loop, runs
from handgrad.training.checkpoint import CheckpointError
from handgrad.training.step import plain

WORDS = ("emma", "ava", "mia", "amelia", "olivia", "sophia", "isabella", "charlotte", "noah", "liam", "oliver", "anna")
LETTERS = "." + "".join(sorted(set("".join(WORDS))))
T = 6
BY_NAME = graph.by_name(NETWORK)
GIVEN = [value.name for value in NETWORK.values if not value.line]
SETTINGS = third_network.Settings()


def rows(words):
    """A row for each name: its first characters after the dot, and what comes next; what is beyond its end is -1."""
    codes = [[0, *(LETTERS.index(letter) for letter in word[:T]), 0] for word in words]
    context = torch.tensor([(row + [0] * T)[:T] for row in codes])
    targets = torch.tensor([(row[1:] + [-1] * T)[:T] for row in codes])
    return Split(context, targets)


@pytest.fixture(scope="module")
def data():
    return Data(WORDS, LETTERS, rows(WORDS), rows(WORDS[:3]), rows(WORDS[3:6]))


@pytest.fixture(scope="module")
def inputs(data):
    """Parameters in float64 and a minibatch, in which some targets do not count."""
    state = runs.begin(data, SETTINGS, third_network)
    assert (data.train.targets == -1).any()
    return state.params, *data.train


@pytest.fixture(scope="module")
def steps(inputs):
    return third_network.forward_steps(*inputs)


@pytest.fixture(scope="module")
def gradients(steps):
    return third_network.backward_steps(torch.ones_like(steps.loss), steps)


# The description and the trace

def test_the_description_holds_together_and_names_what_the_trace_names():
    check_network(NETWORK)
    assert tuple(BY_NAME) == Steps._fields
    assert {"table", "context", "targets", "W_0", "W_1"} == set(GIVEN)


def test_it_has_what_a_transformer_has():
    assert graph.users(NETWORK, "emb") == ("past_0", "out_0") and graph.users(NETWORK, "out_0") == ("past_1", "out_1")
    assert graph.users(NETWORK, "table") == ("emb", "scores")
    assert BY_NAME["mix_0"].shape == BY_NAME["mix_1"].shape == ("B", "T", "D")


def test_every_gradient_is_autograds_in_float64(inputs, gradients, capsys):
    expected = autograd(third_network.forward_steps, *inputs)
    compare(gradients, expected)
    assert [name for name, value in expected._asdict().items() if value is None] == [
        value.name for value in NETWORK.values if not value.back
    ]


def test_the_backward_to_run_gives_the_gradients_of_the_trace(inputs, steps, gradients, capsys):
    loss, saved = third_network.forward(*inputs)
    torch.testing.assert_close(loss, steps.loss)
    found = third_network.backward(torch.ones_like(loss), saved)
    compare(found, {name: getattr(gradients, name) for name in found._fields})


def test_the_lines_give_every_value_and_every_gradient(steps, gradients, capsys):
    made = lines.values(NETWORK, {name: getattr(steps, name) for name in GIVEN})
    for name, value in made.items():
        torch.testing.assert_close(value, getattr(steps, name), rtol=1e-14, atol=1e-15)
    compare(lines.gradients(NETWORK, made), {n: g for n, g in gradients._asdict().items() if g is not None})


# What a page shows

def test_the_map_has_every_value_and_every_edge_and_no_two_boxes_touch():
    drawn = layout.layout(NETWORK)
    page = BeautifulSoup(drawing.page(drawn, lambda value: None, "map.js", "numbers.js"), "html.parser")
    assert [node["data-name"] for node in page.select(".map-node")] == list(Steps._fields)
    edges = {(edge["data-start"], edge["data-end"]) for edge in page.select(".map-edge")}
    assert edges == set(graph.edges(NETWORK)) >= {("table", "scores"), ("emb", "out_0"), ("out_0", "past_1")}
    assert [band.get_text() for band in page.select(".map-band")] == [
        "embedding", "mix", "tanh", "residual", "mix", "tanh", "residual", "tied", "counted",
    ]
    nodes = list(drawn.nodes.values())
    for one in nodes:
        for other in nodes:
            far = abs(one.x - other.x) >= layout.WIDTH or abs(one.y - other.y) >= layout.HEIGHT
            assert one is other or far, (one.value.name, other.value.name)


def test_the_numbers_of_the_map_are_those_of_its_minibatch(steps, gradients):
    scene = numbers.Scene(NETWORK, steps, gradients, gradients, LETTERS)
    found = numbers.numbers(lambda value: "", scene)
    assert found["sizes"] == {"B": len(WORDS), "T": T, "V": len(LETTERS), "D": SETTINGS.D}
    assert found["lookups"] == [["table", "emb", "V", "context"], ["logprobs", "chosen", "V", "known"]]
    assert all(found["values"][name]["shape"] == list(getattr(steps, name).shape) for name in Steps._fields)


def test_the_facing_lines_have_every_line_of_both_passes():
    page = tables.facing(NETWORK)
    for number, value in enumerate(graph.back(NETWORK)):
        entry = page.split(f"* - **{number}**\n  - ")[1].split("\n* - ")[0].split("\n```")[0]
        forward, backward = (re.findall("`([^`]+)`", cell) for cell in entry.split("\n  - "))
        assert forward == [value.line or value.name] and backward == value.back.split("\n")


def test_the_tables_and_the_figure_have_every_value(steps):
    for text in (tables.meanings(NETWORK, steps), tables.lines(NETWORK, steps), tables.other_names(NETWORK)):
        assert [line.split("|")[1].strip() for line in text.splitlines()[2:]] == [markdown.code(n) for n in BY_NAME]
    alt = figures.network(figures.computed(NETWORK)).alt
    assert "in nine parts" in alt and "table to scores" in alt


def test_an_operation_of_the_book_brings_its_chapters_names():
    assert graph.local_names(NETWORK, BY_NAME["mix_1"]) == {"x": "mix_1", "y": "gate_1"}
    assert graph.label(NETWORK, BY_NAME["mix_1"]) == "grad-tanh-dx"


# Training

def by_autograd(params, batch, rate):
    """One step of torch's own descent."""
    leaves = [p.clone().requires_grad_() for p in params]
    third_network.forward(third_network.Parameters(*leaves), *batch)[0].backward()
    torch.optim.SGD(leaves, rate).step()
    return third_network.Parameters(*(leaf.detach() for leaf in leaves))


def test_fifty_steps_go_the_way_of_autograd_and_the_loss_falls(data):
    start = runs.begin(data, SETTINGS, third_network)
    batches, step = [], plain(third_network).step

    def noted(params, context, targets, rate):
        batches.append((context, targets))
        return step(params, context, targets, rate)

    state = loop.train(data, SETTINGS, model=third_network, method=plain(third_network)._replace(step=noted))
    params = start.params
    for number, batch in enumerate(batches):
        batch = [part.clone() for part in batch]  # autograd takes no tensor of inference mode
        rate = schedules.two_rates(number, SETTINGS.steps, SETTINGS.rate, SETTINGS.late_rate)
        params = by_autograd(params, batch, rate)
    assert len(batches) == state.step == 50
    for ours, theirs in zip(state.params, params, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
    before = evaluation.Trained(start.params, (), LETTERS, third_network)
    assert evaluation.loss(runs.trained(state), data.train) < evaluation.loss(before, data.train) - 0.3


def test_a_run_is_saved_and_read_back_and_goes_on(data, tmp_path):
    whole = loop.train(data, SETTINGS, model=third_network)
    checkpoint.save(tmp_path / "begun", runs.begin(data, SETTINGS, third_network))
    begun = checkpoint.load(tmp_path / "begun", third_network)
    resumed = loop.train(data, state=begun)
    checkpoint.save(tmp_path / "done", resumed)
    again = checkpoint.load(tmp_path / "done", third_network)
    for state in (resumed, again):
        assert type(state.params) is third_network.Parameters and state.settings == SETTINGS
        assert all(torch.equal(p, q) for p, q in zip(state.params, whole.params, strict=True))
    assert again.model is third_network and again.statistics == ()


def test_the_file_of_one_network_is_not_that_of_another(data, tmp_path):
    checkpoint.save(tmp_path / "run", runs.begin(data, SETTINGS, third_network))
    with pytest.raises(CheckpointError, match="not a training run"):
        checkpoint.load(tmp_path / "run")


def test_targets_that_do_not_count_weigh_nothing_in_the_loss_of_a_split(data, inputs, monkeypatch):
    trained = evaluation.Trained(inputs[0], (), LETTERS, third_network)
    whole = evaluation.loss(trained, data.train)
    # Pieces in which different numbers of targets count: the mean of their means would be another number.
    monkeypatch.setattr(evaluation, "ROWS", 5)
    assert evaluation.loss(trained, data.train) == pytest.approx(whole, rel=1e-12)


def test_it_makes_up_names(inputs):
    trained = evaluation.Trained(inputs[0], (), LETTERS, third_network)
    drawn = generate.names(trained, 5, torch.Generator().manual_seed(1))
    assert len(drawn) == 5 and set("".join(drawn)) <= set(LETTERS[1:])
