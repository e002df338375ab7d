"""Every rung of the ladder takes the same step: it goes autograd's way, but for rounding."""

import elsewhere
import pytest
import torch
from trajectories import INPLACE_ROUNDINGS, follow, mutant, require_same_way

from handgrad.data import names
from handgrad.models.mlp.model import Parameters, init
from handgrad.speed import rungs
from handgrad.speed.rungs import RUNGS, autograd, compiled, manual
from handgrad.training import loop
from handgrad.training.runs import Settings
from handgrad.training.step import PLAIN

DTYPES = (torch.float64, torch.float32)
# They take a minute to compile for each dtype.
COMPILED = {"compiled-autograd", "compiled"}
ALL = [pytest.param(rung, id=rung.name, marks=pytest.mark.slow if rung.name in COMPILED else ()) for rung in RUNGS[1:]]


@pytest.fixture
def here(rung):
    """The rung, if it can be used here."""
    reason = rung.missing("cpu")
    if reason:
        pytest.skip(reason)
    return rung


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("rung", ALL)
def test_a_thousand_steps_end_where_those_of_eager_autograd_end(here, dtype):
    require_same_way(here.method, 1000, dtype, here.roundings, hidden=200)


@pytest.mark.parametrize("rung", ALL)
def test_of_a_large_minibatch_too_a_parameter_is_rounded_once(here):
    # A row of the table has hundreds of small terms, each of which would be lost in part if it were added by itself.
    data, generator = names.load(), torch.Generator().manual_seed(0)
    rows = torch.randint(0, len(data.train.targets), (4096,), generator=generator)
    batch = (data.train.context[rows], data.train.targets[rows], 0.01)
    params = init(generator)
    exact, _ = PLAIN.step(Parameters(*(p.double() for p in params)), *batch)
    with here.method.mode():
        work, _ = here.method.step(here.method.start(params, 4096), *batch)
        table = here.method.finish(work).table.double()
    off, moved = (table - exact.table).abs(), (exact.table - params.table).abs().max()
    assert (off <= 2.0**-24 * exact.table.abs() + 1e-6 * moved).all()


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_the_lines_that_are_compiled_go_autograds_way(dtype, monkeypatch):
    monkeypatch.setattr(compiled, "compiled", lambda function: function)
    for method in (compiled.COMPILED, compiled.COMPILED_AUTOGRAD):
        require_same_way(method, 200, dtype, hidden=200)


WRONG = (
    ("tuned", autograd, "tuned_step", "alpha=-rate * ratio(batch)", "alpha=-rate"),
    ("tuned", autograd, "tuned_loss", "EPS * ratio(len(targets))", "EPS"),
    ("loop", manual, "by_character", "+= demb", "= demb"),
    ("index-add", manual, "by_index", "context.flatten()", "context.flatten().flip(0)"),
    ("index-add", manual, "notebook_step", "n / (n - 1) * xhat", "xhat"),
    ("compiled", compiled, "lines", "dgamma / (B - 1)", "dgamma / B"),
    ("compiled", compiled, "lines", "(-rate / B)", "(-rate)"),
    ("compiled", compiled, "lines", "1 - h**2", "1 - h"),
)


@pytest.mark.parametrize("name, module, function, old, new", WRONG, ids=lambda part: str(part)[:30])
def test_a_wrong_line_goes_another_way(name, module, function, old, new, monkeypatch):
    wrong = mutant(module.__name__.removeprefix("handgrad."), function, old, new)
    method, step = rungs.find(name).method if name != "compiled" else compiled.COMPILED, None
    monkeypatch.setattr(compiled, "compiled", lambda line: line)
    monkeypatch.setattr(module, function, wrong)
    if function in ("by_character", "by_index"):
        step = lambda *given: manual.notebook_step(*given, table_gradient=wrong)  # noqa: E731
    elif function == "notebook_step":
        step = lambda *given: wrong(*given, table_gradient=manual.by_index)  # noqa: E731
    elif function == "tuned_loss":
        step = lambda *given: autograd.tuned_step(*given, loss_of=wrong)  # noqa: E731
    elif function == "tuned_step":
        step = wrong
    with pytest.raises(AssertionError, match="away from autograd's"):
        require_same_way(method._replace(step=step or method.step), 5, torch.float64, INPLACE_ROUNDINGS)


@pytest.mark.parametrize("rung", [rung for rung in RUNGS if rung.name not in COMPILED], ids=lambda rung: rung.name)
def test_a_rung_leaves_what_it_was_given_and_hands_back_memory_of_its_own(here):
    params = init(torch.Generator().manual_seed(1))
    kept = [p.clone() for p in params]
    context = torch.arange(15).view(5, 3)
    with here.method.mode():
        work, _ = here.method.step(here.method.start(params, 5), context, context[:, 0], 0.1)
        end = here.method.finish(work)
        again = [p.clone() for p in end]
        here.method.step(work, context, context[:, 0], 0.1)
    assert all(torch.equal(p, q) for p, q in zip(params, kept, strict=True))
    assert all(torch.equal(p, q) for p, q in zip(end, again, strict=True))
    assert not torch.equal(params.W2, end.W2) and not any(p.requires_grad for p in end)


@pytest.mark.parametrize("rung", ALL)
def test_a_run_on_any_rung_is_drawn_the_same_minibatches(here):
    data, settings = names.load(), Settings(steps=40, H=12, D=4, batch=8)
    base, state = loop.train(data, settings), loop.train(data, settings, method=here.method)
    assert torch.equal(base.generator, state.generator)
    assert state.losses == pytest.approx(base.losses, abs=1e-5)
    assert not any(p.is_inference() or p.requires_grad for p in state.params)


def test_each_rung_has_a_name_of_its_own_and_says_what_it_removes():
    assert len({rung.name for rung in RUNGS}) == len(RUNGS) == 9
    assert all(rung.title and rung.removes for rung in RUNGS)
    assert [rungs.find(rung.name) for rung in RUNGS if not rung.missing("cpu")]


def test_a_name_that_is_none_is_refused():
    with pytest.raises(rungs.RungError, match="there is no rung 'fast'; there are eager, tuned, .*native"):
        rungs.find("fast")


def test_without_a_compiler_a_rung_says_so(monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(rungs.RungError, match="rung compiled cannot be used here.*there is no no-such-compiler here"):
        rungs.find("compiled")


@pytest.fixture
def with_triton(monkeypatch):
    """Triton is installed, as with torch's CUDA build, whether or not there is a device for it."""
    monkeypatch.setattr(compiled, "find_spec", lambda name: object())


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_without_the_headers_of_python_it_says_so(device, with_triton, monkeypatch, tmp_path):
    monkeypatch.setattr(compiled.shutil, "which", lambda name: "/usr/bin/c++")
    monkeypatch.setattr(compiled.sysconfig, "get_path", lambda name: str(tmp_path))
    assert "needs the headers of Python" in compiled.missing(device)
    (tmp_path / "Python.h").write_text("")
    assert compiled.missing(device) == ""


def test_without_the_compiler_that_triton_asks_for_it_says_so(with_triton, monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")
    assert "needs a C compiler, and there is no no-such-compiler here" in compiled.missing("cuda")
    monkeypatch.delenv("CC")
    monkeypatch.setattr(compiled.shutil, "which", lambda name: None)
    assert compiled.missing("cuda").endswith("there is no gcc here; install one, or name it in CC")


def test_that_triton_is_installed_opens_no_rung_to_a_device_that_it_does_not_know(with_triton):
    assert compiled.missing(elsewhere.NAME).endswith("for CUDA and XPU devices, not for this one")


def test_on_another_device_what_is_written_for_a_processor_is_left_out(monkeypatch):
    monkeypatch.setattr(compiled, "find_spec", lambda name: None)
    reasons = {rung.name: rung.missing("cuda") for rung in RUNGS}
    assert "written for a processor" in reasons["native"] and "needs Triton" in reasons["compiled"]
    assert [name for name, reason in reasons.items() if reason] == ["compiled-autograd", "compiled", "native"]


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.name)
def test_on_another_device_a_rung_goes_the_same_way(rung, accelerator):
    if reason := rung.missing(accelerator.type):
        pytest.skip(reason)
    data, settings = names.load(), Settings(steps=20, H=12, dtype="float64")
    moved = data._replace(train=names.Split(*(part.to(accelerator) for part in data.train)))
    here, there = loop.train(data, settings), loop.train(moved, settings, method=rung.method)
    for p, q in zip(here.params, there.params, strict=True):
        torch.testing.assert_close(q.cpu(), p)


def test_a_step_reports_the_loss_before_it():
    for rung in RUNGS:
        if rung.name in COMPILED or rung.missing("cpu"):
            continue
        _, losses = follow(rung.method, 3, torch.float64)
        _, first = follow(rung.method, 1, torch.float64)
        assert losses[0] == first[0] and len(set(losses.tolist())) == 3
