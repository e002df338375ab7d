"""The measurement of the ladder: rungs that take turns, arithmetic that adds up, and what is not quoted."""

import json
import mmap
import sys

import pytest
import torch
from command import run
from torch.utils.flop_counter import FlopCounterMode

from handgrad.cli import bench as cli_bench
from handgrad.speed import bench, bench_report, floor, machine, memory
from handgrad.speed import rungs as ladder
from handgrad.speed.bench import FLOOR, Row
from handgrad.training.runs import Settings, begin

SETTINGS = Settings(H=12, batch=8)


def test_each_takes_its_turn_and_the_first_round_is_not_counted():
    taken = []

    def pretend(name):
        return lambda steps: taken.append(name) or float(steps)

    seconds = bench.measure({name: pretend(name) for name in "abcd"}, rounds=2, steps=4)
    assert "".join(taken) == "dabc" + "abcd" + "bcda"
    assert seconds == dict.fromkeys("abcd", [1.0, 1.0])


def test_the_ratios_are_taken_round_by_round():
    # In the second round the machine was three times slower, for all alike.
    times = {"eager": [4e-4, 12e-4], "loop": [8e-4, 24e-4], "inplace": [2e-4, 6e-4], FLOOR: [1e-4, 3e-4]}
    rows = bench.summary(times, {"loop": 5})
    assert [row.faster.median for row in rows] == pytest.approx([1, 0.5, 2, 4])
    assert [row.floors.median for row in rows] == pytest.approx([4, 8, 2, 1])
    assert [row.memory for row in rows] == [None, 5, None, None]
    assert rows[3].median == pytest.approx(200) and rows[3].slowest == pytest.approx(300)
    assert all(row.faster.spread == float("inf") and not row.faster.steady for row in rows), "two rounds say nothing"


def test_a_turn_goes_on_where_the_last_one_stopped(data):
    state, split = bench.ready(data, SETTINGS, torch.device("cpu"))
    kept = []

    def noted(work, context, targets, rate):
        kept.append((work, context, rate))
        return work + 1, torch.zeros(())

    method = ladder.BASE.method._replace(start=lambda params, batch: 0, step=noted)
    turn = bench.turn(ladder.BASE._replace(method=method), state, split)
    assert turn(2) > 0 and turn(1) > 0
    assert [work for work, _, _ in kept] == [0, 1, 2] and {rate for _, _, rate in kept} == {SETTINGS.rate}
    assert not torch.equal(kept[0][1], kept[2][1]), "each step has a minibatch of its own"


def test_larger_networks_take_fewer_steps_in_a_turn():
    assert bench.suited(Settings()) == 300
    assert bench.suited(Settings(batch=64, H=400)) == 75 and bench.suited(Settings(batch=4096, H=1024)) == 5


# The floor

def test_the_floor_counts_the_six_products():
    B, inputs, H, V = 32, 30, 200, 27
    shapes = [(B, inputs, H), (B, H, V), (B, V, H), (H, B, V), (B, H, inputs), (inputs, B, H)]
    counted = 0
    with FlopCounterMode(display=False) as counter:
        for rows, inner, columns in shapes:
            counted += 2 * rows * inner * columns
            torch.empty(rows, inner) @ torch.empty(inner, columns)
    assert floor.flops(B, inputs, H, V) == counted == counter.get_total_flops() == 2_188_800


def test_a_step_of_autograd_has_as_many_products(data):
    # The count is that of torch's own counter, over a whole step.
    state, split = bench.ready(data, SETTINGS, torch.device("cpu"))
    with FlopCounterMode(display=False) as counter:
        memory.follow(ladder.BASE.method, state, split)
    assert counter.get_total_flops() == memory.STEPS * floor.flops(8, 30, 12, 27)


def test_all_forms_of_the_large_product_give_the_same():
    a, b = torch.randn(2, 64, 64, generator=torch.Generator().manual_seed(1))
    found = [form() for form in floor.products(a, b)]
    assert len(found) == 1 + torch.backends.mkldnn.is_available()
    for product in found:
        torch.testing.assert_close(product.to_dense(), a @ b)


def test_the_fastest_form_is_the_rate(monkeypatch):
    lazy, clock = [lambda: clock.append(4), lambda: clock.append(2), lambda: clock.append(3)], []
    monkeypatch.setattr(floor, "products", lambda a, b: lazy)
    monkeypatch.setattr(floor, "now", lambda device: sum(clock))
    assert floor.seconds_per_flop(torch.device("cpu")) == 2 / (2 * floor.SIZE**3)
    # Each once more than is measured, which prepares it.
    assert len(clock) == 3 * (1 + floor.PRODUCTS)


def test_the_rate_of_large_products_is_a_rate(data):
    assert 1e-16 < floor.seconds_per_flop(torch.device("cpu")) < 1e-8
    state, split = bench.ready(data, SETTINGS, torch.device("cpu"))
    assert 1e-9 < bench.floor_turn(state, split)(10) < 1


# Memory

def test_the_peak_is_what_lives_at_one_time(data):
    state, split = bench.ready(data, Settings(H=12, batch=8), torch.device("cpu"))
    held = 1_000_000

    def with_peak(rows, kept):
        def step(work, context, targets, rate):
            first = torch.zeros(rows)
            if not kept:
                del first
            second = torch.zeros(held)
            return work, second[0].clone()
        return memory.peak(ladder.BASE.method._replace(step=step), state, split)

    both, one = with_peak(held, True), with_peak(held, False)
    assert 8 * held <= both < 9 * held and 4 * held <= one < 5 * held


def test_the_parameters_are_counted(data):
    state = begin(data, SETTINGS)
    least = sum(p.nbytes for p in state.params)
    for rung in ladder.RUNGS:
        if rung.name not in ("compiled", "compiled-autograd") and not rung.missing("cpu"):
            assert least < memory.peak(rung.method, state, data.train) < 50 * least, rung.name


def test_pages_are_counted_when_they_are_first_touched():
    pytest.importorskip("resource", reason="this system does not count the pages that it gives to a process")
    fresh = mmap.mmap(-1, 256 * mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        fresh.madvise(mmap.MADV_NOHUGEPAGE)
    found = []
    for _ in range(2):
        before = memory.page_faults()
        for place in range(0, len(fresh), mmap.PAGESIZE):
            fresh[place] = 1
        found.append(memory.page_faults() - before)
    assert found[0] >= 256 and found[1] < 64


def test_a_system_that_does_not_count_pages_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    with pytest.raises(OSError, match="this system does not count the pages"):
        memory.page_faults()


# The command

STEADY = {"eager": [4e-4] * 5, "loop": [8e-4] * 5, "inplace": [1e-4] * 5, FLOOR: [5e-5] * 5}
# The third takes one, two or four parts of the first one's time.
UNSTEADY = STEADY | {"inplace": [1e-4, 2e-4, 4e-4, 1e-4, 4e-4]}


def measured(seconds, monkeypatch, *given, status=0):
    """The command, with these seconds in the place of a measurement."""
    monkeypatch.setattr(bench, "measure", lambda *args: seconds)
    monkeypatch.setattr(memory, "peak", lambda *args: 123_456)
    return run("bench", "--rung", "inplace", "--rounds", len(seconds["eager"]), "--steps", 1, *given, status=status)


def ratios(document):
    return [row["faster"]["median"] for row in document["rungs"]]


def test_ratios_are_quoted_where_the_rounds_agree(monkeypatch):
    result = measured(STEADY, monkeypatch)
    line = result.stdout.splitlines()[-2]
    assert line.split() == ["inplace", "100.0", "100.0", "100.0", "4.00", "4.00", "4.00", "0%", "2.00", "123"]
    assert result.stderr == ""
    document = json.loads(measured(STEADY, monkeypatch, "--json").stdout)
    assert ratios(document) == pytest.approx([1, 0.5, 4, 8])
    assert document["rounds"] == 5 and document["batch"] == 32 and document["hidden"] == 200
    assert document["environment"] == machine.environment() | {"threads": 1}


def test_no_ratio_is_quoted_where_they_do_not(monkeypatch):
    result = measured(UNSTEADY, monkeypatch)
    assert result.stdout.splitlines()[-2].split()[-6:] == ["–", "–", "–", "–", "–", "123"]
    assert "a ratio is left out for: inplace." in result.stderr
    document = json.loads(measured(UNSTEADY, monkeypatch, "--json").stdout)
    assert [found is None for found in ratios(document)] == [False, False, True, False]
    assert document["rungs"][2]["faster"]["spread"] > bench.WIDEST
    missed = measured(UNSTEADY, monkeypatch, "--demand", "inplace=2", status=1).stderr
    assert "inplace cannot be held to 2: its ratio is not known." in missed


def test_too_few_rounds_give_no_ratio(monkeypatch):
    few = {name: times[:4] for name, times in STEADY.items()}
    assert "4 rounds are too few for a ratio; ask for 5 or more" in measured(few, monkeypatch).stderr
    document = json.loads(measured(few, monkeypatch, "--json").stdout)
    assert all(row["faster"] == dict.fromkeys(bench.Ratio._fields) for row in document["rungs"])


def test_a_demand_is_met_or_fails(monkeypatch):
    assert measured(STEADY, monkeypatch, "--demand", "inplace=3.9", "--demand", "loop=0.4").stderr == ""
    missed = measured(STEADY, monkeypatch, "--demand", "inplace=4.1", "--demand", "native=9", status=1).stderr
    assert "inplace is 4.00 times faster than eager autograd, less than the 4.1 demanded" in missed
    assert "native cannot be held to 9: it was not measured." in missed


def test_the_command_measures_what_it_is_asked_for():
    threads = torch.get_num_threads()
    given = ("bench", "--rounds", 1, "--steps", 2, "--batch", 6, "--hidden", 9, "--json")
    document = json.loads(run(*given, "--rung", "clean", "--rung", "inplace", "--rung", "clean").stdout)
    assert [row["name"] for row in document["rungs"]] == ["eager", "clean", "inplace", FLOOR]
    assert all(row["median"] > 0 for row in document["rungs"])
    assert [row["memory"] is None for row in document["rungs"]] == [False, False, False, True]
    assert torch.get_num_threads() == threads


@pytest.mark.slow
def test_without_a_choice_all_rungs_are_measured():
    document = json.loads(run("bench", "--rounds", 1, "--steps", 2, "--json").stdout)
    able = [rung.name for rung in ladder.RUNGS if not rung.missing("cpu")]
    assert [row["name"] for row in document["rungs"]] == [*able, FLOOR]


def test_a_rung_that_cannot_be_used_is_left_out_with_its_reason(monkeypatch):
    monkeypatch.setenv("CXX", "no-such-compiler")
    ladder.native.building.load.cache_clear()
    rows = bench.summary(STEADY, {})
    monkeypatch.setattr(bench, "bench", lambda rungs, *rest: rows)
    result = run("bench", "--rounds", 5)
    for name in ("compiled-autograd", "compiled", "native"):
        assert f"{name} is left out: " in result.stderr
    document = json.loads(run("bench", "--rounds", 5, "--json").stdout)
    assert set(document["absent"]) == {"compiled-autograd", "compiled", "native"}
    assert "C++ compiler" in document["absent"]["native"]
    named = run("bench", "--rung", "native", status=2).stderr
    assert "cannot be used here" in named and "no-such-compiler" in named


@pytest.mark.parametrize("given, why", [
    (("--rounds", 0), "Invalid value for '--rounds'"), (("--steps", "x"), "Invalid value for '--steps'"),
    (("--demand", "3"), "'3' is not a rung and a positive ratio"), (("--demand", "inplace=-1"), "positive ratio"),
    (("--demand", "inplace=x"), "positive ratio"), (("--demand", "inplace=nan"), "positive ratio"),
    (("--batch", 1), "Invalid value for '--batch'"), (("--hidden", 0), "Invalid value for '--hidden'"),
    (("--rung", "fast"), "there is no rung 'fast'"), (("--device", "abacus"), "torch cannot compute on 'abacus' here"),
])
def test_what_cannot_be_measured_is_refused(given, why):
    assert why in " ".join(run("bench", *given, status=2).stderr.replace("│", " ").split())


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_a_device_that_is_not_there_is_refused():
    assert "torch cannot compute on 'cuda' here" in run("bench", "--device", "cuda", status=2).stderr


def test_the_ladder_is_measured_on_another_device(accelerator, monkeypatch):
    waited, wait = [], torch.accelerator.synchronize
    # The device that stands in for one computes at once.
    monkeypatch.setattr(torch.accelerator, "synchronize",
                        lambda where: waited.append(where.type) or where.type == "cuda" and wait(where))
    document = json.loads(run("bench", "--device", accelerator.type, "--rounds", 1, "--steps", 2, "--json").stdout)
    able = [rung.name for rung in ladder.RUNGS if not rung.missing(accelerator.type)]
    assert [row["name"] for row in document["rungs"]] == [*able, FLOOR] and "inplace" in able
    assert "native" in document["absent"] and all(row["median"] > 0 for row in document["rungs"])
    # Before and after each turn, in the round that warms up and in the one that counts; the floor is no less a turn.
    assert waited == [accelerator.type] * 4 * len(document["rungs"])
    name = torch.cuda.get_device_name() if accelerator.type == "cuda" else accelerator.type
    assert document["environment"]["device"] == name


def test_the_environment_names_processor_versions_and_compiler(monkeypatch):
    found = machine.environment()
    assert found["processor"] and found["torch"] == torch.__version__ and found["device"] == "cpu"
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert machine.environment()["compiler"] is None
    row = Row("a", 1.0, 1.0, 1.0, bench.Ratio(1.0, 1.0, 1.0, 0.0), bench.Ratio(2.0, 2.0, 2.0, 0.2))
    text = bench_report.heading(found | {"threads": 2}, Settings(), 5, 3)
    assert "2 threads" in text and text.endswith("B = 32, H = 200; 5 rounds of 3 steps a rung")
    assert bench_report.table([row]).splitlines()[-1].split()[-2:] == ["–", "–"]


def test_what_the_command_counts_memory_with_is_quiet(monkeypatch):
    assert cli_bench.placed("cpu") == torch.device("cpu")
    result = run("bench", "--rung", "clean", "--rounds", 1, "--steps", 1)
    assert "too few" in result.stderr and len(result.stderr.splitlines()) == 1


@pytest.fixture
def data():
    from handgrad.data import names
    return names.load()
