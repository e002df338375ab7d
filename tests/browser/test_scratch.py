"""The scratch cell's values: those of the book, and enough of them for every step cell of every chapter."""

from functools import cache

import chapters as book
import pytest
import torch
import torch.nn.functional as F

from browser import torch as pagetorch
from browser.build import scratch
from browser.torch.nn import functional
from handgrad.data import example


def steps_of(stem):
    return [source for source, tags in book.cells(stem) if any(tag.startswith("step:") for tag in tags)]


STEMS = [stem for stem in book.stems() if steps_of(stem)]
TORCHES = {"torch": (torch, F), "the page's torch": (pagetorch, functional)}


def at_hand(chapter, tools):
    """Looks up names as the scratch cell does: a value is computed when it is first named."""
    own, functions = tools
    lines, given = scratch.lines(chapter), scratch.values()

    @cache
    def value(name):
        if name in given:
            return own.tensor(given[name].tolist(), dtype=getattr(own, str(given[name].dtype).removeprefix("torch.")))
        line, needs = lines[name]
        return eval(line, {"torch": own, "F": functions} | {need: value(need) for need in needs})

    return value, {"torch": own, "F": functions}, [*given, *lines]


@pytest.mark.parametrize("kind", TORCHES)
def test_every_value_is_that_of_the_book(kind):
    value, _, _ = at_hand("forward", TORCHES[kind])
    steps, gradients = example.steps(), example.gradients()
    for name in steps._fields:
        if name in scratch.forward():
            assert torch.allclose(torch.tensor(value(name).tolist()), getattr(steps, name), atol=1e-5, rtol=1e-4), name
        if f"d{name}" in scratch.backward():
            found = torch.tensor(value(f"d{name}").tolist())
            assert found.shape == getattr(gradients, name).shape, name
            assert torch.allclose(found, getattr(gradients, name), atol=1e-6, rtol=1e-3), name


@pytest.mark.parametrize("kind", TORCHES)
@pytest.mark.parametrize("stem", STEMS)
def test_every_step_cell_runs_with_what_is_at_hand(stem, kind):
    value, names, known = at_hand(stem, TORCHES[kind])
    for source in steps_of(stem):
        used = {name for name in compile(source, stem, "exec").co_names if name in known}
        exec(source, names | {name: value(name) for name in used})


def test_a_chapter_without_names_of_its_own_has_those_of_the_book():
    assert set(scratch.lines("why")) == set(scratch.sizes()) | set(scratch.forward()) | set(scratch.backward())
    assert scratch.lines("linear")["dy"] == ["dlogits", ["dlogits"]]
