"""The record of the bug zoo: its statistics, its file, and the script that makes it."""

import hashlib
import json
import random
from argparse import Namespace
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from statistics import NormalDist, mean, stdev

import pytest
import record_bugs
import torch

from handgrad.data import names
from handgrad.studies.zoo import paired, step, stored_runs, tables
from handgrad.studies.zoo.bugs import BUGS
from handgrad.studies.zoo.stored_runs import FEW, MANY, RIGHT, ROUNDED, Run, Zoo
from handgrad.training import evaluation, loop, stored_run
from handgrad.training.runs import NonFiniteLoss, Settings, fingerprint, trained
from handgrad.training.stored_run import RecordError

# Student's interval

@pytest.mark.parametrize("freedom, level, t", [  # the printed tables have three places
    (1, 0.95, 12.706), (2, 0.95, 4.303), (4, 0.95, 2.776), (9, 0.95, 2.262), (29, 0.95, 2.045),
    (1, 0.99, 63.657), (2, 0.99, 9.925), (9, 0.99, 3.250), (1, 0.5, 1.0), (9, 0.8, 1.383),
])
def test_student_is_that_of_the_tables(freedom, level, t):
    assert paired.student(freedom, level) == pytest.approx(t, abs=5.1e-4)


def test_with_much_freedom_student_is_the_normal_distribution():
    assert paired.student(10**6) == pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-4)


@pytest.mark.parametrize("freedom, level", [(0, 0.95), (-1, 0.95), (3, 0.0), (3, 1.0)])
def test_student_of_nothing_is_refused(freedom, level):
    with pytest.raises(ValueError, match="freedom must be at least 1 and level between 0 and 1"):
        paired.student(freedom, level)


@pytest.mark.parametrize("count, level", [(3, 0.95), (10, 0.95), (3, 0.8)])
def test_the_interval_holds_the_truth_as_often_as_it_says(count, level):
    drawn, held, tries = random.Random(0), 0, 4000
    for _ in range(tries):
        others = [drawn.gauss(2.1, 0.5) for _ in range(count)]
        ours = [other + drawn.gauss(0.3, 0.01) for other in others]
        found = paired.paired(ours, others, level)
        held += found.low <= 0.3 <= found.high
    assert held / tries == pytest.approx(level, abs=0.02)


def test_pairing_takes_away_what_the_pairs_share():
    others = [2.0, 2.5, 3.1]
    found = paired.paired([2.1, 2.61, 3.19], others)
    assert found.mean == pytest.approx(0.1) and found.count == 3 and found.verdict == "worse"
    half = paired.student(2) * stdev([0.1, 0.11, 0.09]) / 3**0.5
    assert (found.low, found.high) == (pytest.approx(0.1 - half), pytest.approx(0.1 + half))


@pytest.mark.parametrize("differences, verdict", [
    ([0.1, 0.11, 0.12], "worse"), ([-0.1, -0.11, -0.12], "better"), ([0.1, -0.1, 0.02], "indistinguishable"),
    ([0.0, 0.0, 0.0], "indistinguishable"),
])
def test_the_verdict_is_that_of_the_interval(differences, verdict):
    others = [2.0, 2.3, 2.2]
    assert paired.paired([a + d for a, d in zip(others, differences, strict=True)], others).verdict == verdict


def test_a_stricter_level_widens_the_interval():
    ours, others = [2.1, 2.31, 2.22], [2.0, 2.2, 2.1]
    wide, narrow = (paired.paired(ours, others, level) for level in (0.99, 0.95))
    assert wide.low < narrow.low < narrow.mean == wide.mean < narrow.high < wide.high


def test_too_few_pairs_and_odd_ones_are_refused():
    with pytest.raises(ValueError, match="an interval needs two pairs or more, not 1"):
        paired.paired([2.0], [2.1])
    with pytest.raises(ValueError):
        paired.paired([2.0, 2.1], [2.0])


# A record of invented runs

def invented(**devs):
    """A zoo in which the right runs end at 2.10, 2.11, ..., and others as given; a whole number is a failure."""
    runs = [Run(RIGHT, seed, 1.0, "", 2.0, 2.10 + 0.01 * seed, None, [3.0, 2.2], ["ann"] * (seed == 0))
            for seed in range(MANY)]
    for name, ends in devs.items():
        for seed, end in enumerate(ends):
            broke = isinstance(end, int)
            runs.append(Run(name.replace("_", " "), seed, 1.0, "", None if broke else 2.0, None if broke else end,
                            end if broke else None, [3.0], ["bob"] * (seed == 0)))
    return Zoo({}, {}, {}, 1000, runs)


def test_an_entry_stands_beside_the_right_runs_of_its_seeds():
    found = stored_runs.entry(invented(no_slope=[2.2, 2.21, 2.25]), "no slope")
    assert found.dev == pytest.approx(2.22) and found.paired.count == 3 and found.failed == []
    assert found.paired.mean == pytest.approx(mean([0.1, 0.1, 0.13])) and found.verdict == "worse"


def test_an_entry_may_stand_beside_another_than_the_right_one():
    zoo = invented(no_mean=[2.2, 2.21, 2.25], other=[2.2, 2.21, 2.25])
    found = stored_runs.entry(zoo, "no mean", "other")
    assert found.paired == (3, 0.0, 0.0, 0.0) and found.verdict == "indistinguishable"


def test_a_failure_is_told_and_nothing_is_averaged_over_it():
    zoo = invented(no_slope=[700, 2.2, 900])
    found = stored_runs.entry(zoo, "no slope")
    assert (found.dev, found.paired, found.failed, found.verdict) == (None, None, [700, 900], "fails")
    assert "| 700, never (dev loss 2.2000), 900 " in tables.failures(zoo)


@pytest.mark.parametrize("ends, dev", [([], None), ([2.2], 2.2)])
def test_too_few_runs_are_no_entry_yet(ends, dev):
    found = stored_runs.entry(invented(no_slope=ends), "no slope")
    assert found.paired is None and found.dev == dev and found.verdict == "not recorded"


def test_entries_are_in_the_order_of_their_losses_and_the_failing_ones_last():
    zoo = invented(no_slope=[2.3, 2.32], no_mean=[2.2, 2.22], tanh_twice=[5, 6, 7])
    order = [one.name for one in stored_runs.entries(zoo) if one.runs]
    assert order == ["no mean", "no slope", "tanh twice"]
    text = tables.results(zoo)
    assert text.index("no mean") < text.index("no slope") and "tanh twice" not in text


@pytest.mark.parametrize("ends, due", [
    ([2.3, 2.31, 2.32], FEW), ([2.11, 2.12, 2.13], MANY), ([1.9, 1.91, 1.92], FEW), ([9, 9, 9], FEW),
    ([9, 9, 2.3], MANY), ([2.2, 2.21, 2.22], MANY),
])
def test_a_small_gap_asks_for_more_seeds(ends, due):
    assert stored_runs.due(invented(no_slope=ends), "no slope") == due


def test_how_many_runs_stand_out():
    zoo = invented(no_slope=[2.1, 2.2, 9, 2.19])
    assert stored_runs.stand_out(zoo, "no slope") == 0.5 and stored_runs.stand_out(zoo, "no mean") == 0.0


def cells(text):
    """The cells of a table's rows, without its head."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


def test_the_table_of_results_gives_mean_and_half_of_the_interval():
    zoo = invented(no_slope=[2.0, 2.03, 2.03])
    found = stored_runs.entry(zoo, "no slope").paired
    half = paired.student(2) * stdev([-0.1, -0.08, -0.09]) / 3**0.5
    assert found.mean == pytest.approx(-0.09) and found.high - found.mean == pytest.approx(half)
    assert cells(tables.results(zoo)) == [
        ["no slope", "2.0200", f"−0.0900\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{half:.4f}", "better", "3"]]


def test_a_huge_loss_is_written_without_decimals():
    zoo = invented(no_slope=[155_000.5, 155_100.5, 155_300.5])
    (row,) = cells(tables.results(zoo))
    assert row[1] == "155,134" and row[2].startswith("+155,132\N{NO-BREAK SPACE}±") and row[3] == "worse"


def test_the_control_stands_in_the_table_of_results():
    zoo = invented(**{"right,_rounded_otherwise": [2.1, 2.11], "no_slope": [2.0, 2.03, 2.03], "no_mean": [2.3, 2.4]})
    assert [row[0] for row in cells(tables.results(zoo))] == ["no slope", ROUNDED, "no mean"]


def test_the_table_of_rescaling_bugs_sets_them_beside_their_rate():
    zoo = invented(**{"no_mean": [2.3, 2.31], "right,_rate_×_B": [2.3, 2.31], "mean_twice": [5]})
    one, two, three = cells(tables.rescaled(zoo))
    zero = "+0.000000\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}0.000000"
    assert one == ["no mean (× B)", "2.3050", "2.3050", zero]
    assert two == ["mean over V (× B/V)", "not recorded", "not recorded", ""]
    assert three == ["mean twice (× 1/B)", "fails", "not recorded", ""]


def test_the_table_of_samples_shows_what_was_drawn():
    zoo = invented(no_slope=[2.0, 2.03])
    runs = [run._replace(samples=["", "ann"]) if run.samples == ["ann"] else run for run in zoo.runs]
    zoo = zoo._replace(runs=runs)
    assert cells(tables.samples(zoo, [RIGHT, "no slope", "no mean"])) == [
        ["right", "2.1450", "(nothing), ann"], ["no slope", "2.0150", "bob"]]


def test_the_table_of_checks_ends_with_the_trainings():
    zoo = invented(no_slope=[2.0, 2.3, 7, 2.4], no_mean=[9])
    text = tables.caught(zoo)
    last = {row[0]: row[-1] for row in cells(text)}
    # Without those that say the same of every bug.
    head = [cell.strip() for cell in text.splitlines()[0].strip("|").split("|")]
    assert head == ["bug", "falls", "0.02", "cosine", "float32", "training"]
    assert len(last) == len(BUGS) + 1 and last["right"] == ""
    assert (last["no slope"], last["no mean"], last["no gain"]) == ("75 %", "**caught**", "–")


# The file

@pytest.fixture
def file(tmp_path):
    path = tmp_path / "bugs.json"
    path.write_text(stored_runs.text(invented(no_slope=[2.2, 2.21, 9])))
    return path


def test_a_record_comes_back_as_it_was_written(file):
    assert stored_runs.load(file) == invented(no_slope=[2.2, 2.21, 9])
    file.write_text(json.dumps(json.loads(file.read_text()), indent=3))
    assert stored_runs.load(file) == invented(no_slope=[2.2, 2.21, 9])


def test_a_changed_digit_is_noticed(file):
    file.write_text(file.read_text().replace("2.21", "2.12"))
    with pytest.raises(RecordError, match="bugs.json is not as it was recorded; .*record_bugs.py"):
        stored_runs.load(file)


@pytest.mark.parametrize("content, why", [
    ("[]", "is not as it was recorded"), ("{}", "is not as it was recorded"), ("{", "is no JSON"),
    (None, "cannot be read"),
])
def test_what_is_no_record_is_refused(file, content, why):
    file.unlink()
    if content is not None:
        file.write_text(content)
    with pytest.raises(RecordError, match=why):
        stored_runs.load(file)


# The stored record

@pytest.fixture(scope="module")
def zoo():
    return stored_runs.load()


def test_the_record_is_of_the_books_names_and_settings(zoo):
    raw = (stored_run.DATA / "names.txt").read_bytes()
    data = names.load(stored_run.DATA / "names.txt")
    assert zoo.names == {"file": "names.txt", "count": len(data.words), "fingerprint": fingerprint(data),
                         "sha256": hashlib.sha256(raw).hexdigest()}
    assert zoo.settings == Settings()._asdict() and zoo.block == loop.BLOCK
    assert (stored_run.DATA / stored_runs.FILE).read_text() == stored_runs.text(zoo)
    assert "/" not in stored_runs.text(zoo).replace("B/V", "").replace("1/B", "")


def test_every_name_has_the_runs_that_the_rule_demands(zoo):
    assert {run.name for run in zoo.runs} == set(stored_runs.everyone())
    for name in stored_runs.everyone():
        assert [run.seed for run in stored_runs.of(zoo, name)] == list(range(stored_runs.due(zoo, name))), name
    assert len(stored_runs.rights(zoo)) == len(stored_runs.of(zoo, ROUNDED)) == MANY


def test_every_run_was_made_by_the_code_of_today(zoo):
    for run in zoo.runs:
        assert run.source == record_bugs.source(run.name), run.name
        assert run.factor == record_bugs.factor(run.name, 32, 27)


def test_a_finished_run_has_losses_and_the_first_its_curve_and_names(zoo):
    for run in zoo.runs:
        done = run.failed is None
        assert (run.dev is not None) == (run.train is not None) == done
        assert len(run.curve) == (200 if done and run.seed == 0 else 0)
        assert len(run.samples) == (record_bugs.SAMPLES if done and run.seed == 0 else 0)
        assert done or 0 < run.failed <= zoo.settings["steps"]


@pytest.mark.parametrize("name", [RIGHT, "no slope", "last write wins"])
def test_the_first_thousand_steps_come_out_again(zoo, name):
    """Not compiled, so that a machine without a compiler can say so too; that rounds otherwise."""
    data = names.load(stored_run.DATA / "names.txt")
    stored = stored_runs.of(zoo, name)[0]
    settings = Settings(**zoo.settings)._replace(steps=1000, late_rate=zoo.settings["rate"], seed=0, gain_seed=0)
    bug = record_bugs.BY_NAME.get(name)
    end = loop.train(data, settings, method=step.method(bug, stored.factor, compiled=False))
    assert end.losses[0] == pytest.approx(stored.curve[0], abs=2e-4)


# The script

@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A file of the first 300 names."""
    file = tmp_path_factory.mktemp("names") / "few.txt"
    file.write_text("\n".join(names.read(stored_run.DATA / "names.txt")[:300]) + "\n")
    return file


@pytest.fixture(autouse=True)
def same_threads():
    """The script sets the number of threads; it is put back."""
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@contextmanager
def fewer_seeds():
    """Two seeds where few decide, and three where many are wanted."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (stored_runs, record_bugs):
            patch.setattr(module, "FEW", 2)
            patch.setattr(module, "MANY", 3)
        yield patch


@pytest.fixture(scope="module")
def made(few, tmp_path_factory):
    """A record of a few steps on a few names."""
    out = tmp_path_factory.mktemp("record") / "small.json"
    with fewer_seeds():
        again(few, out)
    return out


def again(few, out):
    record_bugs.main(["--names", str(few), "--out", str(out), "--steps", "3", "--eager", "--jobs", "2"])


def test_the_script_records_every_name_with_the_runs_that_the_rule_demands(made, few):
    found = stored_runs.load(made)
    assert found.names["file"] == "few.txt" and found.names["count"] == 300
    assert found.settings["steps"] == 3 and found.made_with["compiled"] is False
    assert list(dict.fromkeys(run.name for run in found.runs)) == stored_runs.everyone()
    with fewer_seeds():
        for name in stored_runs.everyone():
            assert len(stored_runs.of(found, name)) == stored_runs.due(found, name)
    assert not made.with_suffix(".part").exists()


def test_a_recorded_run_is_a_training_with_that_bug_and_seed(made, few):
    found, data = stored_runs.load(made), names.load(few)
    for name, factor in (("no slope", 1.0), ("right, rate × B", 32.0)):
        run = stored_runs.of(found, name)[1]
        method = step.method(record_bugs.BY_NAME.get(name), factor, compiled=False)
        end = loop.train(data, Settings(steps=3, seed=1, gain_seed=1), method=method)
        assert run.dev == evaluation.loss(trained(end), data.dev) and run.factor == factor
        assert run.curve == [] and len(stored_runs.of(found, name)[0].samples) == record_bugs.SAMPLES


def test_a_second_start_makes_only_what_is_missing(made, few, tmp_path):
    out, whole = tmp_path / "small.json", stored_runs.load(made)
    stale = whole.runs[3]._replace(source="another code")
    kept = [run for run in whole.runs if run.name != "no gain" or run.seed != 1]
    out.write_text(stored_runs.text(whole._replace(runs=[stale if run == whole.runs[3] else run for run in kept])))
    trained = []
    with fewer_seeds() as patch:
        patch.setattr(record_bugs, "ProcessPoolExecutor", at_once(trained))
        again(few, out)
    assert sorted(trained) == sorted([("no gain", 1), (stale.name, stale.seed)])
    assert out.read_bytes() == made.read_bytes()


def at_once(trained):
    """A pool that does each job on the spot, and notes it."""
    class Pool:
        def __init__(self, jobs):
            assert jobs == 2

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def submit(self, function, name, seed, chosen):
            done = Future()
            done.set_result(function(name, seed, chosen))
            trained.append((name, seed))
            return done
    return Pool


def test_other_settings_keep_nothing(made, few):
    def begun(*more):
        return chosen(few, made, *more)

    assert len(record_bugs.begun(begun()).runs) == len(stored_runs.load(made).runs)
    assert record_bugs.begun(begun("--steps", "4")).runs == []
    assert record_bugs.begun(begun("--compile")).runs == []
    assert record_bugs.begun(begun("--names", str(stored_run.DATA / "names.txt"))).runs == []


def chosen(few, out, *more):
    """What the command line would have chosen."""
    options = dict(zip(more[::2], more[1::2], strict=False))
    return Namespace(jobs=1, steps=int(options.get("--steps", 3)), names=Path(options.get("--names", few)),
                     out=out, eager="--compile" not in more)


def test_a_run_that_fails_is_recorded_with_its_step(few, tmp_path, monkeypatch):
    def fail(data, settings, method):
        raise NonFiniteLoss(7, settings)

    monkeypatch.setattr(loop, "train", fail)
    run = record_bugs.train("no slope", 0, chosen(few, tmp_path / "x.json"))
    assert (run.failed, run.dev, run.train, run.curve, run.samples) == (7, None, None, [], [])


def test_a_name_that_is_gone_has_no_source_and_no_factor():
    assert record_bugs.source("a bug of last year") == ""
    factors = {name: record_bugs.factor(name, 32, 27) for name in stored_runs.everyone()}
    assert {name: times for name, times in factors.items() if times != 1} == {
        "right, rate × B": 32.0, "right, rate × B/V": 32 / 27, "right, rate × 1/B": 1 / 32}
    assert len({record_bugs.source(bug.name) for bug in BUGS} | {record_bugs.source(RIGHT)}) == len(BUGS) + 1


@pytest.mark.parametrize("arguments, why", [
    (["--jobs", "0"], "--jobs must be at least 1"),
    (["--names", "none.txt", "--out", "a.json"], "the file of names cannot be read"),
    (["--steps", "x"], "invalid int value: 'x'"),
    (["--out", "bad.json"], "bad.json is no JSON; fetch it again, or run python code/tools/record_bugs.py"),
])
def test_what_cannot_be_recorded_is_refused(arguments, why, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(SystemExit) as stopped:
        record_bugs.main(arguments)
    assert stopped.value.code == 2 and why in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["bad.json"]


def test_no_steps_are_refused(few, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        record_bugs.main(["--names", str(few), "--out", str(tmp_path / "a.json"), "--steps", "0", "--eager"])
    assert stopped.value.code == 2
    assert "steps must be a whole number, at least 1, not 0" in capsys.readouterr().err
