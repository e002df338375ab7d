"""The script that records a training run: what it measures, what it writes, what it refuses."""

import hashlib

import pytest
import record_training
import torch

from handgrad.data import batches, names
from handgrad.models.mlp import inference
from handgrad.models.mlp.inplace import INPLACE
from handgrad.models.mlp.model import Parameters
from handgrad.training import evaluation, loop, stored_run
from handgrad.training.runs import Settings, begin, trained
from handgrad.training.step import PLAIN

SHORT = Settings(steps=250, batch=8, D=4, H=16)


@pytest.fixture(autouse=True)
def shorter_blocks(monkeypatch):
    """Short runs with several blocks and looks; the number of threads is put back."""
    monkeypatch.setattr(loop, "BLOCK", 100)
    monkeypatch.setattr(record_training, "EARLY", (0, 100))
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def few(tmp_path):
    """A file of the first 300 names."""
    file = tmp_path / "few.txt"
    file.write_text("\n".join(names.read(stored_run.DATA / "names.txt")[:300]) + "\n")
    return file


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of data of our own."""
    place = tmp_path / "data"
    place.mkdir()
    monkeypatch.setattr(stored_run, "DATA", place)
    return place


def test_the_statistics_of_a_minibatch_are_mean_and_bessels_variance(few):
    data = names.load(few)
    state = begin(data, SHORT._replace(dtype="float64"))
    params, (context, targets) = state.params, (part[:8] for part in data.train)
    x = inference.pre_bn(params, context)
    work, _ = INPLACE.step(INPLACE.start(params, 8), context, targets, 0.1)
    mean, var = record_training.batch_statistics(work)
    torch.testing.assert_close(mean, x.mean(0, keepdim=True))
    torch.testing.assert_close(var, x.var(0, correction=1, keepdim=True))


def test_running_statistics_are_moved_by_their_share_of_each_minibatch(few):
    data = names.load(few)
    state = begin(data, SHORT)
    running = {m: record_training.fresh(SHORT.H) for m in (0.001, 0.1)}
    expected = {m: (torch.zeros(1, SHORT.H), torch.ones(1, SHORT.H)) for m in running}
    method, params = record_training.watched([], running), state.params
    work, generator = method.start(params, 8), torch.Generator().manual_seed(0)
    for _ in range(5):
        batch = batches.minibatch(data.train, 8, generator)
        x = inference.pre_bn(params, batch[0])
        for m, (mean, var) in expected.items():
            expected[m] = ((1 - m) * mean + m * x.mean(0), (1 - m) * var + m * x.var(0))
        params, _ = PLAIN.step(params, *batch, 0.1)
        work, _ = method.step(work, *batch, 0.1)
    for m, kept in running.items():
        for got, wanted in zip(kept, expected[m], strict=True):
            torch.testing.assert_close(got, wanted, rtol=1e-4, atol=1e-5)


def test_watching_changes_nothing(few):
    data = names.load(few)
    end, found = record_training.follow(data, SHORT)
    plain = loop.train(data, SHORT)
    assert end.losses == plain.losses and len(found["stds"]) == 3
    assert all(torch.equal(p, q) for p, q in zip(Parameters(*end.params), plain.params, strict=True))
    assert [look["step"] for look in found["evaluated"]] == [0, 100, 250]
    whole = evaluation.losses(trained(end), data)
    assert found["evaluated"][-1] == {"step": 250, "train": whole["train"], "dev": whole["dev"]}


def test_the_spread_is_that_of_the_losses_of_one_block(few):
    data, kept = names.load(few), []
    settings = SHORT._replace(steps=100)

    def noted(work, context, targets, rate):
        work, loss = INPLACE.step(work, context, targets, rate)
        kept.append(loss.item())
        return work, loss

    loop.train(data, settings, method=INPLACE._replace(step=noted))
    _, found = record_training.follow(data, settings)
    assert found["stds"] == [pytest.approx(torch.tensor(kept).double().std().item(), rel=1e-6)]


def test_other_names_go_where_they_are_sent(few, folder, tmp_path, monkeypatch):
    out = tmp_path / "few.json"
    record_training.main(["--names", str(few), "--out", str(out), "--steps", "200", "--gains", "2"])
    assert list(folder.iterdir()) == []
    monkeypatch.setattr(stored_run, "DATA", tmp_path)
    found = stored_run.load("few.json")
    assert found.names["file"] == "few.txt" and found.names["count"] == 300 and found.network == ""
    assert found.names["sha256"] == hashlib.sha256(few.read_bytes()).hexdigest()
    assert stored_run.settings(found) == Settings(steps=200)
    data = names.load(few)
    for seed, losses in found.other_gains.items():
        again = loop.train(data, Settings(steps=200, gain_seed=int(seed)))
        assert losses == evaluation.losses(trained(again), data)
    assert sorted(found.other_gains) == ["0", "1"]


def test_the_books_own_names_are_kept_with_their_network_and_come_out_the_same_twice(few, folder):
    (folder / "names.txt").write_bytes(few.read_bytes())
    kept = []
    for _ in range(2):
        record_training.main(["--steps", "200", "--gains", "0"])
        kept.append([(folder / file).read_bytes() for file in (stored_run.RECORD, stored_run.NETWORK)])
    assert kept[0] == kept[1]
    found = stored_run.load()
    assert stored_run.network(found).params.W1.shape == (30, 200)
    assert found.network == hashlib.sha256(kept[0][1]).hexdigest()


@pytest.mark.parametrize("arguments, why", [
    (["--names", "some.txt"], "with --names say by --out where the record goes"),
    (["--names", "none.txt", "--out", "a.json"], "the file of names cannot be read"),
    (["--steps", "0", "--out", "a.json"], "steps must be a whole number, at least 1, not 0"),
])
def test_what_cannot_be_recorded_is_refused(arguments, why, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        record_training.main(arguments)
    assert stopped.value.code == 2 and why in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
