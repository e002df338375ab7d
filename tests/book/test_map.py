"""The map of the network: complete, the real flow of data, cells that agree with autograd, whole without a script."""

import ast
import base64
import gzip
import json
import re
from pathlib import Path
from types import SimpleNamespace

import chapters
import pytest
import torch
from bs4 import BeautifulSoup
from py_mini_racer import MiniRacer

from book_network import drawing, numbers
from book_network import map as network_map
from book_site.lean import parts
from handgrad.data import example
from handgrad.models import graph, layout, tables
from handgrad.models.mlp import trace
from handgrad.models.mlp.values import NETWORK, VALUES
from handgrad.support import markdown

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = parts.joined(ROOT / "book" / "_static")
NAMES = trace.Steps._fields
BY_NAME, EDGES = graph.by_name(NETWORK), graph.edges(NETWORK)


def label(value):
    return graph.label(NETWORK, value)


def floating(name):
    return getattr(example.steps(), name).is_floating_point()


# The graph

def successors(tensor):
    """Every node of autograd's graph that is reached from this one's without passing a stop."""
    return {parent for parent, _ in tensor.next_functions if parent is not None}


def run_forward(dtype):
    """The forward lines, run on the minibatch with every floating-point value asking for a gradient."""
    params, context, targets = example.load(dtype)
    known = {name: value.requires_grad_() for name, value in params._asdict().items()}
    known |= {"context": context, "targets": targets, "B": len(targets)}
    known |= {"eps": trace.EPS, "correction": trace.CORRECTION}
    for line in dict.fromkeys(value.line for value in VALUES if value.line):
        exec(line, known)
    return {name: known[name] for name in NAMES}


def edges_of_autograd():
    """Which value reaches which through autograd's graph with no third value between them."""
    made = run_forward(torch.float64)
    leaves = {id(made[name]): name for name in NAMES if made[name].is_leaf and made[name].requires_grad}
    owner = {made[name].grad_fn: name for name in NAMES if made[name].grad_fn is not None}
    found = set()
    for name in NAMES:
        pending = list(successors(made[name].grad_fn)) if made[name].grad_fn else []
        while pending:
            node = pending.pop()
            start = owner.get(node) or leaves.get(id(getattr(node, "variable", None)))
            if start:
                found.add((start, name))
            else:
                pending += successors(node)
    return found


def test_the_edges_are_those_of_autograd():
    ours = {tuple(edge) for edge in EDGES if floating(edge.start) and floating(edge.end)}
    assert ours == edges_of_autograd()


def test_the_edges_of_indices_are_the_lines_that_read_or_make_them():
    rest = {tuple(edge) for edge in EDGES if not (floating(edge.start) and floating(edge.end))}
    assert rest == {("context", "emb"), ("targets", "loss"), ("logits", "row_argmax")}


def test_no_edge_stands_twice():
    assert len(set(EDGES)) == len(EDGES)


@pytest.mark.parametrize("value", graph.back(NETWORK), ids=lambda v: v.name)
def test_a_gradient_is_made_from_the_gradients_of_the_values_that_use_its_own(value):
    # `via_` names are of the gradient's own lines; the rest are gradients that stand further down.
    read = {name[1:] for name in graph.names_read(value.back) if name.startswith("d") and name[1:] in NAMES}
    assert read - {value.name} == {user for user in graph.users(NETWORK, value.name) if BY_NAME[user].back}


def test_each_operation_makes_what_stands_between_its_input_and_its_output():
    for layer in NETWORK.layers:
        made = [value.name for value in VALUES if value.line and graph.maker(NETWORK, value) == layer]
        assert made[-1] == layer.output and layer.inputs[0] not in made
        assert any(layer.inputs[0] in graph.inputs(NETWORK, name) for name in made)
    assert {v.name for v in VALUES if not v.line and graph.maker(NETWORK, v).stem == "batchnorm"} == {"gamma", "beta"}


def test_the_chapter_of_a_gradient_is_that_of_the_operation_that_takes_the_value():
    assert [v.name for v in VALUES if v.chapter and graph.taker(NETWORK, v).stem != v.chapter] == []


def test_every_gradient_but_two_has_its_equation_in_that_chapter():
    without = [v.name for v in graph.back(NETWORK) if label(v) not in chapters.equation_labels(v.chapter)]
    assert without == ["loss", "emb"] and [label(BY_NAME[name]) for name in without] == ["", ""]
    assert label(BY_NAME["row_max"]) == "grad-cross-entropy-drow-max"


def test_what_the_chapters_call_the_values():
    assert graph.local_names(NETWORK, BY_NAME["W2"]) == {"x": "h", "y": "logits", "W": "W2", "b": "b2"}
    assert graph.local_names(NETWORK, BY_NAME["flat"]) == {"x": "flat", "y": "pre_bn", "W": "W1", "b": "b1"}
    assert graph.local_names(NETWORK, BY_NAME["var"]) == {"x": "pre_bn", "y": "preact"}


# Cells

@pytest.fixture(scope="module")
def data():
    found = numbers.numbers(lambda value: f"<b>{label(value)}</b>" if label(value) else "")
    return found | {"bytes": [base64.b64decode(text) for text in found["cells"]]}


@pytest.fixture(scope="module")
def engine(data):
    """The page's own script, without a page."""
    plain = {key: value for key, value in data.items() if key not in ("bytes", "cells")}
    with MiniRacer() as racer:
        racer.eval(SCRIPT)
        racer.eval(f"const data = {json.dumps(plain | {'cells': [list(cells) for cells in data['bytes']]})};")
        racer.eval("const all = (start, end, name, count) => JSON.stringify("
                   "Array.from({length: count}, (_, i) => networkMap.related(data, start, end, name, i)));")
        yield racer


def pattern(engine, edge, name, made):
    """Which cells of the edge's other value belong to which of this one, by the page's script."""
    other = edge.end if name == edge.start else edge.start
    rows = json.loads(engine.call("all", edge.start, edge.end, name, made[name].numel()))
    found = torch.zeros(made[name].numel(), made[other].numel(), dtype=torch.bool)
    for row, cells in enumerate(rows):
        found[row, cells] = True
    return found


def jacobian(edge, made):
    """Where the derivative of the edge's end by its start is not zero, in float64: (cells of end, cells of start)."""
    known = {name: value.detach() for name, value in made.items()}
    known |= {"B": len(made["targets"]), "eps": trace.EPS, "correction": trace.CORRECTION}
    expression = tables.made_by(BY_NAME[edge.end])

    def line(start):
        return eval(expression, known | {edge.start: start})

    found = torch.func.jacrev(line, chunk_size=256)(known[edge.start])
    return found.reshape(made[edge.end].numel(), made[edge.start].numel()) != 0


DIFFERENTIABLE = [edge for edge in EDGES if floating(edge.start) and floating(edge.end)]


@pytest.mark.parametrize("edge", DIFFERENTIABLE, ids="-".join)
def test_the_cells_that_belong_together_are_where_autograds_derivative_is_not_zero(edge, engine):
    made = run_forward(torch.float64)
    expected = jacobian(edge, made)
    assert expected.any()
    assert torch.equal(pattern(engine, edge, edge.end, made), expected)


@pytest.mark.parametrize("edge", [e for e in EDGES if not floating(e.start)], ids="-".join)
def test_the_cells_of_an_index_are_those_that_change_with_it(edge, engine):
    made = {name: value.detach() for name, value in run_forward(torch.float64).items()}
    expression = tables.made_by(BY_NAME[edge.end])
    expected = torch.zeros(made[edge.start].numel(), made[edge.end].numel(), dtype=torch.bool)
    for cell in range(made[edge.start].numel()):
        index = made[edge.start].flatten()
        index[cell] = (index[cell] + 1) % 27
        changed = eval(expression, made | {"B": 32, edge.start: index.view_as(made[edge.start])})
        expected[cell] = (changed != made[edge.end]).flatten()
        index[cell] = (index[cell] - 1) % 27
    assert torch.equal(pattern(engine, edge, edge.start, made), expected)


@pytest.mark.parametrize("edge", EDGES, ids="-".join)
def test_what_feeds_a_cell_has_that_cell_among_those_it_feeds(edge, engine):
    made = run_forward(torch.float64)
    assert torch.equal(pattern(engine, edge, edge.start, made), pattern(engine, edge, edge.end, made).T)


@pytest.mark.parametrize("edge", [lookup[:2] for lookup in NETWORK.lookups], ids="-".join)
def test_without_its_look_up_an_edge_would_light_too_much(edge, engine, data):
    edge, made = graph.Edge(*edge), run_forward(torch.float64)
    rules = [rule for rule in data["lookups"] if tuple(rule[:2]) != edge]
    engine.eval(f"globalThis.kept = data.lookups; data.lookups = {json.dumps(rules)};")
    try:
        found = pattern(engine, edge, edge.end, made)
    finally:
        engine.eval("data.lookups = globalThis.kept;")
    assert found.sum() > jacobian(edge, made).sum()


# The numbers

def test_every_value_of_the_trace_and_every_gradient_is_there(data):
    steps, gradients = example.steps(), example.gradients()
    assert tuple(data["values"]) == NAMES
    for name in NAMES:
        found = data["values"][name]
        assert tuple(found["shape"]) == getattr(steps, name).shape
        assert ("gradient" in found) == (getattr(gradients, name) is not None)


def rebuilt(engine, data, heat):
    """The numbers that the script reads from the bytes."""
    plain = {key: heat[key] for key in ("kind", "limit")}
    return torch.tensor([engine.call("networkMap.number", plain, byte) for byte in data["bytes"][heat["cells"]]])


@pytest.mark.parametrize("part", ["value", "gradient"])
@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("W1", "W2", "emb")])
def test_a_cell_is_its_number_to_half_a_step(name, part, engine, data):
    heat = data["values"][name].get(part)
    expected = getattr(example.steps() if part == "value" else example.gradients(), name)
    if heat is None:
        assert expected is None
        return
    step = {"index": 0, "positive": heat["limit"] / 255, "signed": heat["limit"] / 127}[heat["kind"]]
    difference = (rebuilt(engine, data, heat) - expected.flatten()).abs().max()
    # The largest size is kept to four digits, which may cut 0.05 % off the largest cell.
    assert difference <= 0.505 * step + 6e-4 * heat["limit"]


def test_the_gradients_that_are_zero_in_mathematics_are_marked(data):
    assert [name for name in NAMES if data["values"][name].get("zero")] == ["b1", "row_max"]


def test_equal_cells_are_stored_once(data):
    assert data["values"]["flat"]["value"]["cells"] == data["values"]["emb"]["value"]["cells"]
    assert len(set(data["cells"])) == len(data["cells"])


def test_the_file_is_the_same_each_time_and_small():
    first = numbers.script(lambda value: "")
    assert numbers.script(lambda value: "") == first
    assert first.isascii() and len(gzip.compress(first.encode())) < 45_000


def test_a_changed_gradient_changes_the_file(monkeypatch):
    before = numbers.script(lambda value: "")
    wrong = example.gradients()._replace(W1=-example.gradients().W1)
    monkeypatch.setattr(example, "gradients", lambda dtype=torch.float32: wrong)
    assert numbers.script(lambda value: "") != before


# The drawing

@pytest.fixture(scope="module")
def drawn():
    text = drawing.page(layout.layout(NETWORK), lambda value: f"{value.chapter}.html" if value.chapter else None,
                        "map.js", "numbers.js")
    return BeautifulSoup(text, "html.parser")


def test_a_node_for_each_value_and_a_line_for_each_edge(drawn):
    assert [node["data-name"] for node in drawn.select(".map-node")] == list(NAMES)
    assert [(e["data-start"], e["data-end"]) for e in drawn.select(".map-edge")] == [tuple(e) for e in EDGES]
    back = {(e["data-start"], e["data-end"]) for e in drawn.select(".map-edge.both")}
    assert back == {tuple(edge) for edge in DIFFERENTIABLE}


def test_no_two_boxes_touch_and_no_line_crosses_a_third():
    nodes = list(layout.layout(NETWORK).nodes.values())
    for one in nodes:
        for other in nodes:
            if one is not other:
                assert abs(one.x - other.x) >= layout.WIDTH or abs(one.y - other.y) >= layout.HEIGHT
    for start, end in EDGES:
        (x1, y1), (x2, y2) = (layout.layout(NETWORK).nodes[name][1:] for name in (start, end))
        for share in torch.linspace(0, 1, 50).tolist():
            x, y = x1 + share * (x2 - x1), y1 + share * (y2 - y1)
            near = {node.value.name for node in nodes
                    if abs(node.x - x) < layout.WIDTH / 2 and abs(node.y - y) < layout.HEIGHT / 2}
            assert near <= {start, end}


def test_everything_lies_in_the_drawing_and_below_what_it_is_made_from():
    map_ = layout.layout(NETWORK)
    for name, node in map_.nodes.items():
        assert layout.WIDTH / 2 < node.x < map_.width - layout.WIDTH / 2
        band = next(band for band in map_.bands if band.top < node.y - layout.HEIGHT / 2 < node.y < band.bottom)
        assert band.title == graph.maker(NETWORK, node.value).title
        assert all(map_.nodes[start].y <= node.y for start in graph.inputs(NETWORK, name))
    assert map_.bands[-1].bottom < map_.height


def test_the_operations_are_written_and_not_coloured_only(drawn):
    assert [band.get_text() for band in drawn.select(".map-band")] == [layer.title for layer in NETWORK.layers]


def test_without_a_script_each_node_leads_to_its_row_and_the_table_says_everything(drawn):
    rows = {row["id"]: row for row in drawn.select("tbody tr")}
    assert [node["href"] for node in drawn.select(".map-node")] == [f"#{row}" for row in rows]
    assert drawn.select_one("details > summary").get_text() == "The same as a table"
    for value in VALUES:
        row = rows[f"map-{value.name}"]
        parts = {cell["data-part"]: cell for cell in row.select("td")}
        assert row.th.get_text() == value.name and parts["shape"].get_text() == markdown.size(value.shape)
        for part, code in (("line", value.line), ("back", value.back)):
            assert [line.get_text() for line in parts[part].select("code")] == code.splitlines()
            ast.parse(code)
        addresses = [link["href"] for link in parts["chapter"].select("a")]
        assert addresses == ([f"{value.chapter}.html"] if value.chapter else [])


def test_what_needs_the_script_is_hidden_until_it_runs(drawn):
    assert drawn.select_one(".map-bar").has_attr("hidden") and drawn.select_one(".map-panel").has_attr("hidden")


def test_the_script_asks_no_one_and_evaluates_nothing():
    assert not re.search(r"https?://|\beval\(|new Function|XMLHttpRequest|fetch\(|import\(", SCRIPT)


def test_a_box_has_the_colour_of_what_makes_it_forward_and_backward(drawn):
    css, book = ((ROOT / "book" / "_static" / name).read_text(encoding="utf8") for name in ("map.css", "book.css"))
    for layer in NETWORK.layers:
        stem = layer.stem.replace("_", "-")
        assert f".of-{stem} {{ --of: var(--of-{stem}); }}" in book
        assert f'[data-way="backward"] .back-{stem} {{ --of: var(--of-{stem}); }}' in css
    boxes = {node["data-name"]: node["class"] for node in drawn.select(".map-node")}
    assert {"of-batchnorm", "back-tanh"} <= set(boxes["preact"]) and "of-cross-entropy" in boxes["loss"]


def test_nothing_moves_by_itself():
    css = (ROOT / "book" / "_static" / "map.css").read_text(encoding="utf8")
    assert not re.search(r"transition|animation|scroll-behavior|@keyframes", css)
    assert "smooth" not in SCRIPT and "setInterval" not in SCRIPT


# The built page of the sample book, in which one chapter of one operation exists

def test_the_directive_makes_the_map_and_links_to_what_the_book_has(built):
    page = BeautifulSoup(built.page("index"), "html.parser").select_one(".network-map")
    assert len(page.select(".map-node")) == len(NAMES)
    links = {link["href"] for link in page.select("tbody a")}
    labels = ("grad-cross-entropy-dlogits", "grad-cross-entropy-dlogprobs")
    assert links == {"cross_entropy.html", *(f"cross_entropy.html#equation-{label}" for label in labels)}


def test_only_pages_with_a_map_load_its_script(built):
    with_map, without = built.page("index"), built.page("figures")
    assert "_static/map.js" in with_map and "_static/map.js" not in without
    assert (built.site / "_static" / "map.js").is_file()
    assert ".map-node" in (built.site / "_static" / "site.css").read_text(encoding="utf8")


def test_the_numbers_lie_where_the_page_says_and_hold_the_chapters_equations(built):
    address = BeautifulSoup(built.page("index"), "html.parser").select_one(".network-map")["data-numbers"]
    text = (built.site / "book" / address.partition("?")[0]).resolve().read_text(encoding="utf8")
    found = json.loads(text.removeprefix("window.networkNumbers(").removesuffix(");\n"))
    with_equation = [name for name in NAMES if "equation" in found["values"][name]]
    assert with_equation == ["logits", "logprobs"]
    assert 'class="katex"' in found["values"]["logits"]["equation"]


def test_a_letter_is_explained_where_the_equation_has_it():
    local = {"x": "pre_bn", "y": "preact"}
    assert numbers.used(local, r"<annotation e>\grad{\hat x_{bh}} = \grad{y_{bh}}</annotation>x_") == {"y": "preact"}
    assert numbers.used(local, r"<annotation e>\grad{x_{bh}} = \max_b</annotation>") == {"x": "pre_bn"}


def test_an_equation_that_cannot_be_set_is_left_out_and_the_rest_is_there():
    sources = {"grad-cross-entropy-dlogits": r"\frac{", "grad-cross-entropy-dprobs": r"p_{bv}"}
    text = network_map.made_script(sources, ())
    assert text.count('"equation"') == 1 and text.count("katex-html") == 1


def test_the_numbers_are_kept_until_an_equation_or_the_package_changes(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(network_map, "made_script", lambda *parts: made.append(parts) or f"{len(made)}")

    def asked(package: str, tex: str) -> str:
        config = SimpleNamespace(katex_macros={}, execution_key=package, freshness_key="")
        env = SimpleNamespace(map_equations={"book/a": {"grad-a-dx": tex}})
        return network_map.script_of(SimpleNamespace(env=env, config=config, outdir=str(tmp_path / "html")))

    assert [asked("1", "x"), asked("1", "x"), asked("1", "y"), asked("2", "x")] == ["1", "1", "2", "3"]
