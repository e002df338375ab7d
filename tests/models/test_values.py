"""The list of values is the network: its lines run, its shapes fit, and the chapters show the same."""

import ast
import re

import chapters
import pytest
import torch

from handgrad.data import example
from handgrad.figures import forward as figures
from handgrad.figures import mlp as figures_back
from handgrad.models import graph, tables
from handgrad.models.mlp import trace, values
from handgrad.models.mlp.values import NETWORK

BY_NAME = graph.by_name(NETWORK)
# The names that an operation's chapter uses for a value of the network.
LOCAL = {"flat": "x", "h": "x", "pre_bn": "x", "preact": "x", "W1": "W", "W2": "W", "b1": "b", "b2": "b"}
# What the lecture compares with autograd, in its order.
LECTURE = (
    "logprobs probs counts_sum_inv counts_sum counts norm_logits logit_maxes logits h W2 b2 hpreact "
    "bngain bnbias bnraw bnvar_inv bnvar bndiff2 bndiff bnmeani hprebn embcat W1 b1 emb C"
)
# The gradient of the loss is 1, and that of emb is that of flat in another shape.
UNLABELLED = ("loss", "emb")
derived = pytest.mark.parametrize(
    "value", [v for v in values.VALUES if v.chapter and v.name not in UNLABELLED], ids=lambda v: v.name
)


def rows(text):
    """The cells of a Markdown table, without its head and its rule."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def test_the_names_are_those_of_the_trace_in_its_order():
    assert tuple(BY_NAME) == trace.Steps._fields


def test_the_lines_give_every_value_of_the_trace():
    params, context, targets = example.load()
    steps = trace.forward_steps(params, context, targets)
    names = params._asdict() | {"context": context, "targets": targets, "B": len(targets),
                                "eps": trace.EPS, "correction": trace.CORRECTION}
    for line in dict.fromkeys(value.line for value in values.VALUES if value.line):
        exec(line, names)
    for name in BY_NAME:
        torch.testing.assert_close(names[name], getattr(steps, name), rtol=0, atol=0)


def test_what_no_line_makes_is_given():
    given = {value.name for value in values.VALUES if not value.line}
    assert given == {"context", "targets", *example.load().params._fields}


def run_back(dtype, changed=None):
    """The gradients that the backward lines give, run in their order; `changed` replaces lines by name."""
    params, context, targets = example.load(dtype)
    steps = trace.forward_steps(params, context, targets)
    (B, T, D), (H, V) = steps.emb.shape, steps.W2.shape
    names = steps._asdict() | {"torch": torch, "B": B, "T": T, "D": D, "H": H, "V": V,
                               "eps": trace.EPS, "correction": trace.CORRECTION}
    for value in graph.back(NETWORK):
        exec((changed or {}).get(value.name, value.back), names)
    return {value.name: names[f"d{value.name}"] for value in graph.back(NETWORK)}


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_the_backward_lines_give_every_gradient_bit_for_bit(dtype):
    expected = {name: dvalue for name, dvalue in example.gradients(dtype)._asdict().items() if dvalue is not None}
    found = run_back(dtype)
    assert found.keys() == expected.keys() and len(found) == 27
    wrong = [name for name in expected if not torch.equal(found[name], expected[name])]
    assert wrong == []


@pytest.mark.parametrize("value", graph.back(NETWORK), ids=lambda v: v.name)
def test_a_flipped_sign_in_a_backward_line_would_show(value):
    *first, last = value.back.split("\n")
    target, _, right = last.partition(" = ")
    flipped = "\n".join([*first, f"{target} = -({right})"])
    expected = getattr(example.gradients(torch.float64), value.name)
    found = run_back(torch.float64, {value.name: flipped})
    assert not torch.equal(found[value.name], expected)


def test_what_has_a_gradient_has_backward_lines():
    assert [v.name for v in values.VALUES if v.back] == [v.name for v in values.VALUES if v.chapter]


def test_the_page_of_facing_lines_has_every_line_of_both_passes():
    page = tables.facing(NETWORK)
    assert page._repr_markdown_() == page
    for number, value in enumerate(graph.back(NETWORK)):
        entry = page.split(f"* - **{number}**\n  - ")[1].split("\n* - ")[0].split("\n```")[0]
        forward, backward = (re.findall("`([^`]+)`", cell) for cell in entry.split("\n  - "))
        assert forward == [value.line or value.name] and backward == value.back.split("\n")


def test_each_operation_has_a_table_with_its_class_and_its_link():
    pieces = tables.facing(NETWORK).split("```{list-table}\n")[1:]
    for layer, table in zip(reversed(NETWORK.layers), pieces, strict=True):
        assert table.startswith(f":class: pairs of-{layer.stem.replace('_', '-')}\n")
        assert re.findall(r"\[([^]]+)\]\(\./(\w+)\.md\)", table) == [(layer.title, layer.stem)]
    numbers = [re.findall(r"\* - \*\*(\d+)\*\*", table) for table in pieces]
    assert sum(numbers, []) == [str(number) for number in range(len(graph.back(NETWORK)))]


def test_the_map_of_the_way_back_puts_each_gradient_where_its_table_stands():
    edges = (-1.0, *figures_back.BACKWARD.edges, 25.0)
    for name, (_, height) in figures_back.BACKWARD.places.items():
        if BY_NAME[name].back:
            band = sum(edge < height for edge in edges) - 1
            assert NETWORK.layers[band].stem == BY_NAME[name].chapter, name


def test_the_shapes_are_those_of_the_trace():
    steps = example.steps()
    (B, T, D), (H, V) = steps.emb.shape, steps.W2.shape
    sizes = {"B": B, "T": T, "D": D, "H": H, "V": V, "T·D": T * D, "1": 1}
    assert len(set(sizes.values())) == len(sizes)
    for value in values.VALUES:
        assert tuple(sizes[letter] for letter in value.shape) == getattr(steps, value.name).shape, value.name


def test_the_chapter_runs_these_lines_in_this_order():
    lines = list(dict.fromkeys(value.line for value in values.VALUES if value.line))
    run = [line for text, _ in chapters.cells("forward") for line in text.splitlines()]
    assert [line for line in run if line in lines] == lines


@derived
def test_the_gradient_is_derived_where_the_list_says(value):
    stem, name = value.chapter.replace("_", "-"), LOCAL.get(value.name, value.name).replace("_", "-")
    assert f"grad-{stem}-d{name}" in chapters.equation_labels(value.chapter)


def test_what_has_a_gradient_has_a_chapter():
    gradients = example.gradients()._asdict()
    assert [v.name for v in values.VALUES if v.chapter] == [n for n, d in gradients.items() if d is not None]
    assert {v.chapter for v in values.VALUES} - {""} == {layer.stem for layer in NETWORK.layers}


def test_the_lecture_has_a_name_for_every_gradient():
    with_gradient = [name for name, dvalue in example.gradients()._asdict().items() if dvalue is not None]
    assert sorted(BY_NAME[name].others[1] for name in with_gradient) == sorted([*LECTURE.split(), "loss"])


def test_the_arrows_of_the_figure_are_the_names_that_the_lines_read():
    read = set()
    for value in values.VALUES:
        for node in ast.walk(ast.parse(value.line)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in BY_NAME:
                read.add((node.id, value.name))
    drawn = {(start, end) for start, end in read if end != "row_argmax"}
    assert len(figures.arrows(figures.FORWARD)) == len(drawn)
    assert set(figures.arrows(figures.FORWARD)) == drawn
    assert set(figures.PLACES) == set(BY_NAME) - {"row_argmax"}
    assert figures.forks() == ["pre_bn", "centered", "logits", "counts"]


def test_the_tables_have_a_row_for_each_value():
    steps = example.steps()
    for text in (tables.meanings(NETWORK, steps), tables.lines(NETWORK, steps), tables.other_names(NETWORK)):
        assert [row[0] for row in rows(text)] == [f"`{name}`" for name in BY_NAME]
        assert text._repr_markdown_() == text
    found = {row[0]: row[1:] for row in rows(tables.lines(NETWORK, steps))}
    assert found["`h`"] == ["(32,\N{NO-BREAK SPACE}64)", "[linear](./linear.md)", "`preact.tanh()`"]
    assert found["`W1`"] == ["(30,\N{NO-BREAK SPACE}64)", "[linear](./linear.md)", "given"]
    assert found["`context`"][1:] == ["", "given"]
    assert found["`row_max`"][2] == "`logits.max(1, keepdim=True).values`"


def test_what_makes_a_value_makes_it():
    params, context, targets = example.load()
    steps = trace.forward_steps(params, context, targets)._asdict()
    names = steps | {"B": len(targets), "eps": trace.EPS, "correction": trace.CORRECTION}
    for value in values.VALUES:
        made = eval(tables.made_by(value) or value.name, dict(names))
        torch.testing.assert_close(made, steps[value.name], rtol=0, atol=0)


def test_the_symbols_are_those_of_the_chapters():
    stems = {layer.stem for layer in NETWORK.layers} | {"forward"}
    written = "".join("".join(chapters.source(stem).split()) for stem in stems)
    for value in values.VALUES:
        assert "".join(value.symbol.split()) in written, value.name
