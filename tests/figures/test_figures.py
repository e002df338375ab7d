"""Every figure of every chapter: described, in the page's ink, as wide as a page, the same on every build."""

import functools
import html
import importlib
import inspect
import re
import typing
from pathlib import Path

import pytest
import torch

import handgrad.figures
from handgrad.data import example, names
from handgrad.figures import bugs, forward, mlp, speed, style, svg
from handgrad.studies.bit_for_bit import bounds, exactness
from handgrad.studies.zoo.paired import Paired
from handgrad.studies.zoo.stored_runs import Entry
from handgrad.training import stored_run

STEMS = sorted(path.stem for path in Path(handgrad.figures.__file__).parent.glob("[a-z]*.py"))
TOOLS = {"compact", "style", "svg"}


def figures_of(stem):
    """The functions of a chapter's module that make a figure."""
    module = importlib.import_module(f"handgrad.figures.{stem}")
    functions = inspect.getmembers(module, inspect.isfunction)
    return {
        f"{stem}.{name}": function for name, function in functions
        if function.__module__ == module.__name__
        and typing.get_type_hints(function).get("return") is style.InlineFigure
    }


FIGURES = {
    name: function
    for stem in STEMS if stem not in TOOLS
    for name, function in figures_of(stem).items()
}


def arguments():
    """What each figure that takes arguments is drawn from here; shapes as in the chapters."""
    steps, gradients = example.steps(), example.gradients()
    probs, letters = steps.probs, names.load().vocabulary
    V, h = probs.shape[1], torch.linspace(-1, 1, 40).view(8, 5)
    jacobian = torch.diag(probs[0]) - torch.outer(probs[0], probs[0])
    entries = [Entry("a", [], 2.2, Paired(3, 0.1, 0.08, 0.12), []), Entry("b", [], None, None, [7]),
               Entry("c", [], 900.0, Paired(3, 898.0, 890.0, 906.0), [])]
    looks = [{"step": 0, "train": 3.3, "dev": 3.4}, {"step": 9, "train": 1.2, "dev": 2.9}]
    timed = {"median": 200.0, "fastest": 180.0, "slowest": 260.0, "faster": {"median": 2.5}}
    curve = ([1e-8, 1e-4, 1e-1], [1e-2, 1e-6, 1e-3])
    return {
        "batchnorm.paths": (gradients.centered, gradients.squared, gradients.mean.expand(32, -1), 0),
        "batchnorm_fused.regression": (steps.xhat, gradients.preact, 0),
        "bugs.gaps": (entries, {one.name: (0.1, 0.9) for one in entries}),
        "bugs.maps": ([bugs.Panel("a", probs, "v", "b"), bugs.Panel("b", h, "", "", "abcdefgh")], "Two maps"),
        "bugs.riddles": ("AB",),
        "checking.roundings": ([0.1, 1.0, 10.0], [1.5, 2.0, 9.0], [1.5, 4.0, 90.0]),
        "checking.u_curve": ({"float32": curve, "float64": curve},),
        "cross_entropy.sparse_and_dense": (gradients.logprobs, gradients.logits, steps.targets),
        "embedding.scatter": (steps.context, gradients.table, letters),
        "exactness.errors": ([bounds.Bound("a sum", 4, [1.0, 2.5]), bounds.Bound("a product", 8, [0.5, 3.0])],),
        "exactness.strips": (exactness.stored(),),
        "forward.draws": ({"seed": torch.tensor([3.3, 3.4]), "batch": torch.tensor([3.2])}, 3.5, 3.3),
        "forward.network": (forward.FORWARD,),
        "linear.outer_products": (steps.h, gradients.logits, steps.targets, letters),
        "mlp.way_back": (mlp.BACKWARD,),
        "mlp.norms": (gradients, example.gradients(torch.float64)),
        "names.following": (probs[0], probs[:1].expand(V, V), letters),
        "softmax.jacobian": (jacobian,),
        "softmax.pull_and_push": (gradients.logits, steps.targets, 0),
        "speed.blocks": ([{"rows": rows, "faster": {"median": 2.5, "spread": 0.1}} for rows in (4, 32, 256)],),
        "speed.pages": ({"eager": [{"ms": 9.0, "pages": 0}, {"ms": 12.0, "pages": 1500}]}, 0.002),
        "speed.rungs": ({name: timed for name in ("eager", "inplace", "floor")},),
        "tanh.outputs_and_slopes": (h,),
        "training.batch_sizes": ({2: 3.0, 32: 2.2, 512: 2.1}, 2.1),
        "training.loss_curve": (stored_run.load(),),
        "training.train_and_dev": ({"few": looks, "all": looks},),
        "why.curves": ({"A": torch.linspace(3, 2, 300), "B": torch.linspace(3, 2.1, 300)},),
        "why.gaps": ({"start 0": torch.linspace(-1, 1, 300)},),
        "vjp.big_jacobian": (jacobian, 1, V),
        "vjp.fork": (4.0, 16.0, 64.0, 16.0, 32.0, 4.0, 48.0),
    }


@functools.cache
def known_arguments():
    """As `arguments`, computed once."""
    return arguments()


def draw(name):
    """The figure of that name, drawn anew."""
    return FIGURES[name](*known_arguments().get(name, ()))


every = pytest.mark.parametrize("name", FIGURES)


def takes_arguments(function):
    return bool(inspect.signature(function).parameters)


def test_every_figure_is_drawn_here():
    assert len(FIGURES) >= 15
    wanted = {name for name, function in FIGURES.items() if takes_arguments(function)}
    assert set(arguments()) == wanted, "say in `arguments` what the figure is drawn from"


@every
def test_a_figure_is_right_on_any_page_and_the_same_on_every_build(name):
    figure = draw(name)
    assert len(figure.alt) > 40
    assert f'role="img" aria-label="{html.escape(figure.alt)}"' in figure.svg
    assert "<text" in figure.svg and "currentColor" in figure.svg and svg.INK not in figure.svg
    # Black is what matplotlib takes where no colour was chosen; a hatch lies on a bar, and may be black.
    without_hatches = re.sub(r"<pattern.*?</pattern>", "", figure.svg, flags=re.DOTALL)
    assert not re.search(r"(fill|stroke): ?(#000000|black)", without_hatches)
    width = float(re.search(r'viewBox="0 0 ([\d.]+) ', figure.svg)[1])
    assert width <= 5.2 * 72 + 0.01, "wider than a page"
    assert draw(name) == figure


def test_a_line_goes_through_its_rounds():
    _, ax = style.figure()
    speed.along_line(ax, "eager", [{"ms": 12.0, "pages": 1000}, {"ms": 18.0, "pages": 3000}], 0.002, "b", "o")
    points, line = ax.lines
    assert points.get_xydata().tolist() == [[1000, 12], [3000, 18]]
    # Each round lies one millisecond beside the line whose slope is given.
    assert line.get_xydata().tolist() == [[0, 11], [3000, 17]]


def test_the_figures_take_their_words_from_what_they_draw():
    vocabulary = ".ab"
    share = torch.tensor([0.2, 0.5, 0.3])
    alt = FIGURES["names.following"](share, share.expand(3, 3), vocabulary).alt
    assert "each of 3 characters" in alt and "The most frequent are a, b, .." in alt
    rounds = {"eager": [{"ms": 9.0, "pages": 0}, {"ms": 12.0, "pages": 1500}]}
    assert "eager 0 to 1,500 pages, 9 to 12 ms" in FIGURES["speed.pages"](rounds, 0.002).alt
    losses = {"seed": torch.tensor([3.21, 3.39])}
    assert "seed, 3.21 to 3.39" in FIGURES["forward.draws"](losses, 3.5, 3.3).alt
