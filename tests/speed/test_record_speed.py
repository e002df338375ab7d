"""The script that records the ladder, and the record: what it measures, what it writes, what it refuses."""

import json
import mmap

import pytest
import record_large
import record_speed
import torch

from handgrad.speed import machine, memory, rungs, stored_bench
from handgrad.speed.rungs import native
from handgrad.training import stored_run
from handgrad.training.stored_run import RecordError

FEW = ("eager", "inplace")
RATIO = {"median": 2.0, "lowest": 1.9, "highest": 2.1, "spread": 0.05}
UNKNOWN = {"median": None, "lowest": None, "highest": None, "spread": 0.4}


def row(name, ratio=RATIO):
    return {"name": name, "median": 250.0, "fastest": 240.0, "slowest": 270.0, "faster": ratio, "floors": ratio,
            "memory": 1000}


def report(*ratios):
    return {"rungs": [row(name, ratio) for name, ratio in zip(("eager", "inplace", "floor"), ratios, strict=True)]}


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Two rungs, and reports made up; the number of threads is put back."""
    monkeypatch.setattr(rungs, "RUNGS", tuple(rung for rung in rungs.RUNGS if rung.name in FEW))
    monkeypatch.setattr(record_speed, "bench", lambda batch, hidden, rounds: report(RATIO, RATIO, RATIO) | {
        "batch": batch, "hidden": hidden, "rounds": rounds})
    monkeypatch.setattr(record_large, "block_turns", lambda batch, hidden: {
        8: lambda steps: steps * 0.002, batch: lambda steps: steps * 0.003})
    monkeypatch.setattr(record_large, "paged_turns", lambda batch, hidden: {
        "eager": lambda steps: steps * (0.002 if (batch, hidden) == (4096, 1024) else 0.1)})
    # Not every system counts them.
    monkeypatch.setattr(memory, "page_faults", lambda: 0)
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "speed.json"


def test_all_parts_are_written_and_read_again(out):
    record_speed.main(["--steps", "40", "--rounds", "7", "--out", str(out)])
    found = stored_bench.load(out)
    assert list(found["runs"]["rungs"]) == [stored_bench.EXACT, *FEW] and found["runs"]["settings"]["steps"] == 40
    assert [bench["rounds"] for bench in found["benches"]["large"]] == [7, 7]
    assert {size: (b[0]["batch"], b[0]["hidden"]) for size, b in found["benches"].items()} == stored_bench.SIZES
    assert [(row["rows"], row["median"], row["faster"]["median"]) for row in found["blocks"]["rows"]] == [
        (8, pytest.approx(2000), pytest.approx(1.5)), (4096, pytest.approx(3000), 1.0)]
    assert [round(one["ms"], 6) for one in found["pages"]["rungs"]["eager"]] == [2.0] * 7
    for distances in stored_bench.distances(found).values():
        assert 0 <= distances["evaluated"] < 1e-4 and 0 <= distances["block"] < 1e-4
    assert stored_bench.distances(found)["eager"]["evaluated"] > 0


def test_a_run_that_is_there_is_not_made_again_unless_the_settings_differ(out, monkeypatch):
    made = []
    train_on = record_speed.train_on
    monkeypatch.setattr(record_speed, "train_on",
                        lambda rung, settings: made.append(rung.name) or train_on(rung, settings))
    record_speed.main(["runs", "--steps", "20", "--out", str(out)])
    record_speed.main(["runs", "--steps", "20", "--out", str(out)])
    assert made == ["eager", *FEW]
    fields = stored_bench.parts(out)
    del fields["runs"]["rungs"]["inplace"]
    out.write_text(stored_bench.text(fields))
    record_speed.main(["runs", "--steps", "20", "--out", str(out)])
    assert made == ["eager", *FEW, "inplace"]
    record_speed.main(["runs", "--steps", "21", "--out", str(out)])
    assert len(made) == 7 and stored_bench.parts(out)["runs"]["settings"]["steps"] == 21


def test_what_was_made_before_an_interruption_is_kept(out, monkeypatch):
    def stopped(rung, settings):
        if rung.name == "inplace":
            raise KeyboardInterrupt
        return {"losses": {}, "means": []}

    monkeypatch.setattr(record_speed, "train_on", stopped)
    with pytest.raises(KeyboardInterrupt):
        record_speed.main(["runs", "--out", str(out)])
    assert list(stored_bench.parts(out)["runs"]["rungs"]) == [stored_bench.EXACT, "eager"]
    with pytest.raises(RecordError, match="speed.json lacks a part; run python code/tools/record_speed.py"):
        stored_bench.load(out)


def test_a_part_alone_leaves_the_other(out):
    record_speed.main(["benches", "--rounds", "5", "--out", str(out)])
    record_speed.main(["runs", "--steps", "10", "--out", str(out)])
    record_speed.main(["blocks", "pages", "--rounds", "8", "--out", str(out)])
    record_speed.main(["benches", "--rounds", "6", "--out", str(out)])
    found = stored_bench.load(out)
    assert found["benches"]["small"][0]["rounds"] == 6 and found["blocks"]["rounds"] == 8
    assert len(found["pages"]["rungs"]["eager"]) == 8
    assert found["runs"]["settings"]["steps"] == 10


def test_a_record_that_was_changed_is_refused(out):
    record_speed.main(["--steps", "10", "--out", str(out)])
    out.write_text(out.read_text().replace('"median": 250.0', '"median": 25.0', 1))
    with pytest.raises(RecordError, match="is not as it was recorded"):
        stored_bench.load(out)
    with pytest.raises(RecordError, match="cannot be read"):
        stored_bench.load(out.with_name("none.json"))


def test_a_part_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit):
        record_speed.main(["all"])
    assert "the parts are runs, benches, blocks, pages, not all" in capsys.readouterr().err


def test_the_bench_that_is_recorded_is_that_of_the_command(monkeypatch):
    monkeypatch.undo()
    commands, made = [], [report(RATIO, UNKNOWN, UNKNOWN), report(RATIO, UNKNOWN, RATIO), report(RATIO, RATIO, RATIO)]

    def pretend(command, **options):
        commands.append(command)
        return record_speed.subprocess.CompletedProcess(command, 0, stdout=json.dumps(made[len(commands) - 1]))

    monkeypatch.setattr(record_speed.subprocess, "run", pretend)
    assert record_speed.bench(32, 200, 9) == made[1], "one without any ratio is measured again"
    wanted = ["-m", "handgrad", "bench", "--json", "--batch", "32", "--hidden", "200", "--rounds", "9"]
    assert [command[1:] for command in commands] == [wanted] * 2
    commands.clear()
    made[1:] = [made[0]] * 2
    assert record_speed.bench(32, 200, 9) == made[0] and len(commands) == record_speed.TRIES


def test_the_blocks_that_are_recorded_have_so_many_rows(monkeypatch):
    if reason := native.missing("cpu"):
        pytest.skip(reason)
    monkeypatch.undo()
    monkeypatch.setattr(record_large, "BLOCKS", (4, 12))
    found, start = [], native.start

    def watched(*given, **block):
        found.append(start(*given, **block))
        return found[-1]

    monkeypatch.setattr(native, "start", watched)
    turns = record_large.block_turns(12, 16)
    assert [len(work.memory[3]) for work in found] == [4, 12] and all(turns[rows](2) > 0 for rows in (4, 12))


def test_the_pages_that_are_recorded_are_those_of_the_round_and_not_of_the_first(monkeypatch):
    taken = iter((1000, 30, 50))
    count = [0]

    def step(steps):
        count[0] += next(taken)
        return steps * 0.004

    monkeypatch.setattr(record_large, "paged_turns", lambda batch, hidden: {"eager": step})
    monkeypatch.setattr(memory, "page_faults", lambda: count[0])
    (found,) = record_large.pages({}, rounds=2)
    assert found["pages"]["page"] == mmap.PAGESIZE and found["pages"]["made_with"] == machine.environment()
    assert (found["pages"]["rounds"], found["pages"]["steps"]) == (2, 5)
    assert found["pages"]["rungs"] == {"eager": [{"ms": pytest.approx(4), "pages": 6.0},
                                                 {"ms": pytest.approx(4), "pages": 10.0}]}


def test_the_rungs_whose_pages_are_recorded_take_steps(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(record_large, "PAGED", FEW)
    turns = record_large.paged_turns(4, 8)
    assert list(turns) == list(FEW) and all(turn(2) > 0 for turn in turns.values())
    state, split = record_large.fresh(4, 8)
    assert state.params.W1.shape[1] == 8 and state.settings.batch == 4 and len(split.targets) > 1000


def test_what_a_page_costs_is_the_slope_that_all_rungs_share():
    def rounds(base, *pages):
        return [{"ms": base + 0.002 * taken, "pages": taken} for taken in pages]

    made = {"eager": rounds(100.0, 0, 5000, 20000), "clean": rounds(70.0, 1000, 3000), "native": rounds(20.0, 0, 0)}
    assert stored_bench.page_cost(made) == pytest.approx(0.002)
    assert stored_bench.without_pages(made["clean"], 0.002) == [pytest.approx(70.0)] * 2


def test_what_a_page_costs_is_what_least_squares_finds():
    generator = torch.Generator().manual_seed(0)
    counts = {"eager": 9, "clean": 4, "native": 3}
    made = {name: torch.rand(count, 2, generator=generator).double() * 100 for name, count in counts.items()}
    # A column for the pages, and one for each rung, which has a time of its own.
    own = torch.eye(3, dtype=torch.float64).repeat_interleave(torch.tensor(list(counts.values())), 0)
    pages, spent = torch.cat(list(made.values())).split(1, 1)
    fitted = torch.linalg.lstsq(torch.cat([pages, own], 1), spent).solution
    points = {name: [{"pages": x, "ms": y} for x, y in each.tolist()] for name, each in made.items()}
    found = stored_bench.page_cost(points)
    assert found == pytest.approx(fitted[0].item())


@pytest.mark.parametrize("made", [{}, {"native": [{"ms": 20.0, "pages": 0.0}] * 3}])
def test_where_all_rounds_took_as_many_pages_a_page_has_no_price(made):
    with pytest.raises(ValueError, match="a page has no price"):
        stored_bench.page_cost(made)


def test_the_stored_rounds_are_those_of_the_rungs_that_are_compared(monkeypatch):
    monkeypatch.undo()
    pages = stored_bench.parts(stored_run.DATA / stored_bench.FILE)["pages"]
    assert tuple(pages["rungs"]) == record_large.PAGED
    assert all(len(rounds) == pages["rounds"] for rounds in pages["rungs"].values())


def test_a_ratio_that_is_not_quoted_is_a_dash():
    record = {"benches": {"small": [report(RATIO, UNKNOWN, RATIO), report(RATIO, RATIO, UNKNOWN)]}}
    assert stored_bench.cells(record, "small") == [
        ("eager", "250", "2.00", "5%", "2.00", "5%", "2.00"), ("inplace", "250", "–", "–", "2.00", "5%", "–"),
        ("floor", "250", "2.00", "5%", "–", "–", "2.00"),
    ]


def test_distances_are_the_largest():
    def made(train, dev, *means):
        return {"losses": {"train": train, "dev": dev}, "means": list(means)}

    record = {"runs": {"rungs": {stored_bench.EXACT: made(2.0, 2.1, 3.0, 2.5), "eager": made(2.01, 2.07, 3.0, 2.75)}}}
    assert stored_bench.distances(record) == {"eager": {"evaluated": pytest.approx(0.03), "block": 0.25}}


def test_the_stored_losses_are_as_near_as_roundings_allow(monkeypatch):
    monkeypatch.undo()
    found = stored_bench.distances(stored_bench.parts(stored_run.DATA / stored_bench.FILE))
    assert {rung.name for rung in rungs.RUNGS} == set(found)
    for name, off in found.items():
        for kind, most in found["eager"].items():
            assert off[kind] <= stored_bench.LOSS_BOUND * most, f"{name}, {kind}"


@pytest.mark.slow
def test_the_stored_runs_come_out_again(monkeypatch):
    monkeypatch.undo()
    runs = stored_bench.parts(stored_run.DATA / stored_bench.FILE)["runs"]
    for rung in rungs.RUNGS:
        if rung.name in runs["rungs"] and not rung.missing("cpu"):
            again = record_speed.train_on(rung, record_speed.Settings(**runs["settings"]))
            stored = runs["rungs"][rung.name]
            assert again["losses"] == pytest.approx(stored["losses"], abs=1e-5), rung.name
            assert again["means"] == pytest.approx(stored["means"], abs=1e-4), rung.name
