"""The native step: any size, no number that is not one passed over, wrong lines noticed; and how it is built."""

import math
import os
import platform
import re
import subprocess
import sys
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
import torch
from trajectories import require_same_way

from handgrad.models.mlp.model import Parameters, init
from handgrad.models.mlp.values import EPS
from handgrad.speed.rungs import building, native
from handgrad.speed.rungs.native import NATIVE
from handgrad.training.step import PLAIN

REASON = native.missing("cpu")
built = pytest.mark.skipif(bool(REASON), reason=REASON or "the native step can be built here")
DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


def draw(sizes, batch, dtype=torch.float64):
    """A network and a minibatch of these sizes, V, T, D and H."""
    generator = torch.Generator().manual_seed(1)
    context = torch.randint(0, sizes[0], (batch, sizes[1]), generator=generator)
    targets = torch.randint(0, sizes[0], (batch,), generator=generator)
    return init(generator, None, sizes, dtype), context, targets


def require_one_step(work, params, context, targets):
    """Demand that a step in this memory leads where the clean operations lead."""
    work, loss = NATIVE.step(work, context, targets, 0.1)
    plain, expected = PLAIN.step(params, context, targets, 0.1)
    torch.testing.assert_close(loss, expected)
    for name, got, want in zip(Parameters._fields, NATIVE.finish(work), plain, strict=True):
        # b1 stays: normalisation takes it out again, and its gradient is rounding around 0.
        torch.testing.assert_close(got, want, msg=lambda text, n=name: f"{n}: {text}")


@built
@pytest.mark.parametrize("sizes, batch", [
    ((27, 3, 10, 200), 32), ((27, 2, 3, 5), 2), ((16, 2, 3, 16), 5), ((33, 4, 5, 17), 7), ((2, 3, 1, 1), 3),
    ((5, 1, 4, 97), 9), ((64, 3, 8, 128), 33), ((27, 3, 10, 1000), 64),
])
@DTYPES
def test_any_sizes_fit(dtype, sizes, batch):
    params, context, targets = draw(sizes, batch, dtype)
    require_one_step(NATIVE.start(params, batch), params, context, targets)


@built
def test_a_block_of_steps_is_the_steps_one_after_another():
    params, context, targets = draw((27, 3, 10, 20), 40, torch.float32)
    rows = torch.randint(0, 40, (6, 8), generator=torch.Generator().manual_seed(2))
    rates = torch.tensor([0.1, 0.1, 0.2, 0.05, 0.1, 0.3], dtype=torch.float64)
    many, losses = NATIVE.block(NATIVE.start(params, 8), context, targets, rows, rates)
    one, found = NATIVE.start(params, 8), []
    for row, rate in zip(rows, rates.tolist(), strict=True):
        one, loss = NATIVE.step(one, context[row], targets[row], rate)
        found.append(loss)
    assert torch.equal(losses, torch.stack(found))
    assert all(torch.equal(p, q) for p, q in zip(NATIVE.finish(many), NATIVE.finish(one), strict=True))


@built
@DTYPES
def test_the_padding_stays_as_it_is(dtype):
    params, context, targets = draw((27, 3, 10, 20), 6, dtype)
    work = NATIVE.start(params, 6)
    for _ in range(5):
        work, _ = NATIVE.step(work, context, targets, 0.5)
    _, W1, gamma, beta, W2, b2 = work.params
    for padding in (W1[30:], W1[:, 20:], gamma[20:], beta[20:], W2[27:], W2[:, 20:]):
        assert padding.numel() and (padding == 0).all()
    assert len(b2) > 27 and (b2[27:] == -torch.inf).all()


@built
@DTYPES
def test_tanh_and_exp_are_right_to_a_few_units_in_the_last_place(dtype):
    # gamma 0 makes every preact beta, and W2 of one column hands h to the logits: the loss shows both functions.
    params, context, targets = draw((4, 2, 3, 16), 4, torch.float64)
    u = torch.finfo(dtype).eps
    for size in (1e-30, 1e-6, 0.01, 0.3, 1.0, 3.0, 8.0, 20.0, 1e4):
        case = params._replace(gamma=torch.zeros(16).double(), beta=torch.linspace(-size, size, 16).double())
        given = Parameters(*(p.to(dtype) for p in case))
        work, loss = NATIVE.step(NATIVE.start(given, 4), context, targets, 0.0)
        h, exact = work.memory[3][:4, :16], given.beta.double().tanh()
        assert ((h.double() - exact).abs() <= 3 * u * exact.abs()).all(), f"tanh at {size}"
        logits = exact @ given.W2.double() + given.b2.double()
        truth = torch.nn.functional.cross_entropy(logits.expand(4, -1), targets)
        # The logits are sums of 16 terms, and the loss is as sensitive to them as 1.
        assert abs(loss.double() - truth) <= 16 * u * (1 + given.W2.abs().sum(0).max().item())


@pytest.mark.parametrize("kind, bits", [("float", 24), ("double", 53)])
def test_the_constants_of_the_exponential_are_as_exact_as_the_chapter_says(kind, bits):
    text = building.sources()["vectors.h"].split(f"struct Kind<{kind}> ")[1].split("};")[0]
    stated = {name: value.rstrip("f") for name, value in re.findall(r"(\w+) = ([-+.\w]+)", text)}
    high, low = (Fraction(float.fromhex(stated[f"LN2_{part}"])) for part in ("HIGH", "LOW"))
    most, degree, u, r = Fraction(stated["MOST"]), int(stated["DEGREE"]), Fraction(1, 2**bits), math.log(2) / 2
    n = round(most / high)
    assert high.numerator.bit_length() + n.bit_length() <= bits, "n times the first part is exact"
    with localcontext(prec=60):
        rest = abs(Fraction(Decimal(2).ln()) - high - low)
    assert n * low * u + n * rest < u / 100, "the second part brings less than that into r"
    left_out = r ** (degree + 1) / math.factorial(degree + 1) / (1 - r / (degree + 2))
    assert left_out < 0.1 * u and left_out < 0.5 * u * (1 - math.exp(-r))


@built
@pytest.mark.parametrize("name, value", [("table", float("nan")), ("W1", float("inf")), ("b2", float("nan")),
                                         ("beta", float("nan")), ("W2", float("inf"))])
def test_what_is_no_number_is_not_passed_over(name, value):
    params, context, targets = draw((5, 2, 3, 4), 4, torch.float32)
    broken = getattr(params, name).clone()
    broken.view(-1)[: broken.shape[-1]] = value
    context[0, 0] = 0
    _, loss = NATIVE.step(NATIVE.start(params._replace(**{name: broken}), 4), context, targets, 0.1)
    assert not loss.isfinite()


@built
def test_huge_logits_do_not_overflow():
    params, context, targets = draw((5, 2, 3, 4), 4, torch.float32)
    work, loss = NATIVE.step(NATIVE.start(params._replace(W2=params.W2 * 1e4), 4), context, targets, 0.1)
    assert loss.isfinite() and loss > 10 and all(p.isfinite().all() for p in NATIVE.finish(work))


@built
@pytest.mark.parametrize("block", [4, 8, 12, 40])
def test_larger_and_smaller_blocks_lead_to_the_same(block):
    params, context, targets = draw((27, 3, 10, 20), 37)
    require_one_step(native.start(params, 37, block), params, context, targets)
    with pytest.raises(ValueError, match=f"a block has a multiple of 4 rows, not {block + 1}"):
        native.start(params, 37, block + 1)


@built
def test_a_single_row_has_no_variance_and_is_refused():
    params, context, targets = draw((5, 2, 3, 4), 4)
    with pytest.raises(ValueError, match="needs a batch of at least 2 rows, not 1"):
        NATIVE.start(params, 1)
    with pytest.raises(RuntimeError, match="needs a batch of at least 2 rows"):
        NATIVE.step(NATIVE.start(params, 4), context[:1], targets[:1], 0.1)


@built
def test_a_table_that_lies_otherwise_in_memory_is_packed():
    params, context, targets = draw((5, 2, 3, 4), 4)
    turned = params._replace(table=params.table.t().contiguous().t())
    require_one_step(NATIVE.start(turned, 4), params, context, targets)


@built
def test_a_row_that_is_outside_in_a_later_step_is_refused_before_the_first():
    params, context, targets = draw((5, 2, 3, 4), 9)
    work = NATIVE.start(params, 4)
    rows, rates = torch.tensor([[0, 1, 2, 3], [0, 1, 2, 9]]), torch.full((2,), 0.1, dtype=torch.float64)
    with pytest.raises(RuntimeError, match="a row lies outside the windows"):
        NATIVE.block(work, context, targets, rows, rates)
    assert all(torch.equal(p, q) for p, q in zip(NATIVE.finish(work), params, strict=True))


@built
def test_other_minibatches_than_the_memory_is_for_are_refused():
    params, context, targets = draw((5, 2, 3, 4), 9)
    work = NATIVE.start(params, 4)
    with pytest.raises(ValueError, match="this memory is for other minibatches than 9 rows of 2"):
        NATIVE.step(work, context, targets, 0.1)
    with pytest.raises(ValueError, match="than 4 rows of 1"):
        NATIVE.step(work, context[:4, :1], targets[:4], 0.1)
    with pytest.raises(RuntimeError, match="contiguous tensors of int64"):
        NATIVE.step(work, context[:4].int(), targets[:4], 0.1)


@built
@DTYPES
def test_no_gradient_of_a_logit_is_subnormal(dtype):
    params, context, _ = draw((27, 2, 3, 4), 4, dtype)
    # Without W2 a logit is its bias, and the probabilities go down beyond all that the dtype can hold.
    least = math.log(torch.finfo(dtype).tiny)
    b2 = torch.cat([torch.linspace(0, 0.9 * least, 20), torch.linspace(0.985 * least, least, 7)]).to(dtype)
    work = NATIVE.start(params._replace(W2=torch.zeros_like(params.W2), b2=b2), 4)
    NATIVE.step(work, context, torch.zeros(4, dtype=torch.int64), 0.1)
    found = work.memory[4].abs()
    assert (found[:, :20] > 0).all() and (found[:, 26:] == 0).all()
    assert ((found == 0) | (found >= torch.finfo(dtype).tiny)).all()


NO_RATE = torch.zeros(1, dtype=torch.float64)


@built
@pytest.mark.parametrize("place, other, says", [
    ("params", lambda p: [*p[:5], p[5].float()], "contiguous tensors of one dtype"),
    ("params", lambda p: [each.half() for each in p], "of float32 or float64"),
    ("params", lambda p: p[:5], "needs 6 parameters"),
    ("memory", lambda m: [m[0].float(), *m[1:]], "memory must be contiguous tensors of the parameters' dtype"),
    ("memory", lambda m: [m[0].t(), *m[1:]], "memory must be contiguous"),
    ("memory", lambda m: m[:13], "and 14 buffers"),
    *(("memory", lambda m, i=i: [*m[:i], m[i][:0], *m[i + 1:]], "the memory is for other sizes") for i in
      (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13)),
    *(("memory", lambda m, i=i: [*m[:i], m[3], *m[i + 1:]], "the memory is for other sizes") for i in (10, 11)),
    *(("params", lambda p, i=i: [*p[:i], p[i][:-1], *p[i + 1:]], "for other sizes|must be padded") for i in range(6)),
    ("memory", lambda m: [*m[:3], m[3].flatten(), *m[4:]], "h, context and rows must be matrices"),
    ("context", lambda c: c[:, 0].contiguous(), "must be matrices"),
    ("context", lambda c: torch.cat([c, c], 1), "the memory is for other sizes"),
    ("rows", lambda r: torch.cat([r, r], 1), "the memory is for other sizes"),
    ("rows", lambda r: r[:, :1].contiguous(), "needs a batch of at least 2 rows"),
    ("losses", lambda _: NO_RATE.float(), "losses must be a contiguous tensor of the parameters' dtype"),
    ("losses", lambda _: NO_RATE[:0], "room for the loss of each step"),
    ("rates", lambda _: NO_RATE.float(), "rates must be a contiguous tensor of float64"),
    ("rates", lambda _: NO_RATE[:0], "a rate for each step"),
    ("targets", lambda t: t[:8], "a target for each window"),
    ("targets", lambda t: t.int(), "contiguous tensors of int64"),
])
def test_what_the_operator_cannot_read_is_refused(place, other, says):
    params, context, targets = draw((5, 2, 3, 4), 9)
    work = NATIVE.start(params, 4)
    given = {"params": work.params, "memory": work.memory, "context": context, "targets": targets,
             "rows": torch.arange(4)[None], "rates": NO_RATE, "losses": torch.zeros_like(NO_RATE)}
    torch.ops.handgrad.steps(*given.values(), EPS)
    with pytest.raises(RuntimeError, match=says):
        torch.ops.handgrad.steps(*{**given, place: other(given[place])}.values(), EPS)


@built
@pytest.mark.parametrize("rows, codes", [([[0, 1, 2, 9]], 0), ([[0, 1, 2, -1]], 0), ([[0, 1, 2, 3]], 5),
                                         ([[0, 1, 2, 3]], -1)])
def test_what_lies_outside_the_memory_is_refused_and_not_read(rows, codes):
    params, context, targets = draw((5, 2, 3, 4), 9)
    context[3, 1] += codes and codes - context[3, 1]
    work, rates = NATIVE.start(params, 4), torch.tensor([0.1], dtype=torch.float64)
    with pytest.raises(RuntimeError, match="outside"):
        NATIVE.block(work, context, targets, torch.tensor(rows), rates)


WRONG = (
    ("(T(1) - h * h)", "(T(1) - h)"), ("load(m.dgamma + j) / T(s.B - 1)", "load(m.dgamma + j) / T(s.B)"),
    ("load(m.rstd + j) / T(s.B - 1)", "load(m.rstd + j) / T(s.B)"),
    ("load(net.gamma + j) * load(m.rstd + j)", "load(m.rstd + j)"),
    ("row[targets[b]] -= share", "row[targets[b]] -= 2 * share"),
    ("row[i] +=", "row[i] ="), ("params[i] += sums[i]", "params[i] = sums[i]"), ("sums[i] = 0", "(void)0"),
    ("- via_mean -", "-"), ("share = -rate / T(s.B)", "share = -rate"),
    # What the blocks of a large minibatch have to do with each other.
    ("+ apart * part", "+ apart"), ("weight = T(from) * part", "weight = 0"),
    ("T(rows) / T(from + rows)", "T(rows) / T(s.B)"), ("m.dtable, s.V * s.D", "m.dtable, s.D"),
    ("targets + from", "targets"), ("codes[(from + b) * s.T + t] * s.D;", "codes[b * s.T + t] * s.D;"),
    ("if (!single)", "if (false)"),
    ("LANE + SECOND * HALF", "LANE + (SECOND || LANE == 0) * HALF"), ("m / (T(2) + m)", "m / (T(1) + m)"),
    ("i += TALL)\n            as_", "i += TALL + 1)\n            as_"),
)


def anew(tmp_path, sources, *flags):
    """What comes of five steps on an operator built from these, in a process of its own: one has one operator."""
    folder = tmp_path / "cpp"
    folder.mkdir()
    for name, text in sources.items():
        (folder / name).write_text(text)
    program = ("import sys, torch; from pathlib import Path; from handgrad.speed.rungs import building\n"
               "building.FOLDER, building.FLAGS = Path(sys.argv[1]), (*building.FLAGS, *sys.argv[2:])\n"
               "from handgrad.speed.rungs.native import NATIVE; from trajectories import *\n"
               "for dtype in (torch.float64, torch.float32):\n"
               "    for batch in (32, 77):\n"
               "        require_same_way(NATIVE, 5, dtype, batch=batch)\n")
    command = [sys.executable, "-c", program, str(folder), *flags]
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(command, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": path, "XDG_CACHE_HOME": str(tmp_path)})


@built
@pytest.mark.slow
@pytest.mark.parametrize("old, new", WRONG, ids=lambda text: text[:24])
def test_a_wrong_line_is_noticed(old, new, tmp_path):
    sources = building.sources()
    assert sum(text.count(old) for text in sources.values()) == 1
    found = anew(tmp_path, {name: text.replace(old, new) for name, text in sources.items()})
    assert found.returncode and "away from autograd's" in found.stderr, found.stderr[-2000:]


@built
@pytest.mark.slow
@pytest.mark.skipif(platform.machine() != "x86_64", reason="the names are those of x86-64 processors")
@pytest.mark.parametrize("processor, flag", [("x86-64", "sse2"), ("haswell", "avx2"), ("skylake-avx512", "avx512vl")])
def test_on_processors_with_other_vectors_it_goes_the_same_way(processor, flag, tmp_path):
    if f" {flag} " not in building.processor():
        pytest.skip(f"this processor has no {flag}")
    found = anew(tmp_path, building.sources(), f"-march={processor}")
    assert found.returncode == 0, found.stderr[-2000:]


@built
def test_several_sizes_of_step_go_the_way_of_autograd():
    for steps, dtype, batch in ((1, torch.float64, 32), (20, torch.float32, 32), (10, torch.float32, 77)):
        require_same_way(NATIVE, steps, dtype, seed=3, batch=batch)


# Building

@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of our own, and nothing built."""
    monkeypatch.setattr(building, "user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "handgrad"


def test_without_a_compiler_the_reason_is_a_sentence(monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(building.NativeError, match="needs a C\\+\\+ compiler, and there is no no-such-compiler here"):
        building.compiler()
    building.load.cache_clear()
    assert "install one, or name it in CXX" in native.missing("cpu")
    with pytest.raises(building.NativeError):
        native.start(init(torch.Generator().manual_seed(1)), 4)


def script(tmp_path, text):
    """A compiler that does what the text says."""
    file = tmp_path / "compiler"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return str(file)


def test_what_the_compiler_complains_of_is_told(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("CXX", script(tmp_path, '[ "$1" = --version ] || { echo "x.cpp:1: error: no" >&2; exit 1; }'))
    with pytest.raises(building.NativeError, match="could not compile the native step: x.cpp:1: error: no"):
        building.library()
    assert list(cache.iterdir()) == [], "nothing half built is left"


def test_a_compiler_that_does_not_end_is_stopped(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("CXX", script(tmp_path, '[ "$1" = --version ] || exec sleep 60'))
    monkeypatch.setattr(building, "SECONDS", 0.2)
    with pytest.raises(building.NativeError, match="was not done with the native step after 0.2 s"):
        building.library()


def test_a_compiler_that_cannot_be_started_is_told(cache, tmp_path, monkeypatch):
    file = tmp_path / "compiler"
    file.write_bytes(b"\x7fELF and nothing more")
    file.chmod(0o755)
    monkeypatch.setenv("CXX", str(file))
    with pytest.raises(building.NativeError, match="compiler cannot be started \\(Exec format error\\)"):
        building.library()


def test_a_complaint_in_another_encoding_is_told(cache, tmp_path, monkeypatch):
    monkeypatch.setenv("CXX", script(tmp_path, '[ "$1" = --version ] || { printf "error: \\344\\n" >&2; exit 1; }'))
    with pytest.raises(building.NativeError, match="could not compile the native step: error: \ufffd"):
        building.library()


def test_a_cache_that_cannot_be_written_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CXX", script(tmp_path, "exit 0"))
    monkeypatch.setattr(building, "user_cache_path", lambda name: tmp_path / "file" / name)
    with pytest.raises(building.NativeError, match="cannot be kept in .*file/handgrad"):
        building.library()


def test_a_library_is_built_once_and_anew_for_another_source_or_processor(cache, tmp_path, monkeypatch):
    count = tmp_path / "count"
    made = script(tmp_path, f'[ "$1" = --version ] && exit 0\necho x >> {count}\n'
                            'while [ "$1" != -o ]; do shift; done; echo library > "$2"')
    monkeypatch.setenv("CXX", made)
    first = building.library()
    assert building.library() == first and count.read_text() == "x\n"
    monkeypatch.setattr(building, "processor", lambda: "another")
    second = building.library()
    (tmp_path / "cpp").mkdir()
    (tmp_path / "cpp" / "step.h").write_text("// another source\n")
    monkeypatch.setattr(building, "FOLDER", tmp_path / "cpp")
    third = building.library()
    assert len({first, second, third}) == 3 and count.read_text() == "x\n" * 3
    assert sorted(cache.iterdir()) == sorted({first, second, third})


def test_a_library_that_is_damaged_says_what_to_do(tmp_path, monkeypatch):
    file = tmp_path / "native.so"
    file.write_text("not a library")
    monkeypatch.setattr(building, "library", lambda: file)
    building.load.cache_clear()
    with pytest.raises(building.NativeError, match="native.so cannot be loaded; delete it, and it is built anew"):
        building.load()


def test_the_processor_is_told_apart_by_what_it_can_do(tmp_path, monkeypatch):
    found = building.processor()
    assert found == building.processor() and len(found) > 3
