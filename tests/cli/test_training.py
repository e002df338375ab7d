"""`handgrad train` and `handgrad sample`: options, interruption, and what they refuse."""

import io

import pytest
import torch
from command import run, sentence
from rich.console import Console

from handgrad.cli import training as cli_training
from handgrad.speed import rungs
from handgrad.training import checkpoint, loop, progress
from handgrad.training.runs import Settings, State


def test_train_then_sample(tmp_path):
    out = tmp_path / "mine.handgrad"
    text = run("train", "--steps", 300, "--hidden", 20, "--out", out).stdout
    losses = {line.split()[0]: float(line.split()[-1]) for line in text.splitlines()[:3]}
    assert list(losses) == ["train", "dev", "test"]
    assert all(2 < loss < 3 for loss in losses.values())
    assert f"handgrad sample --model {out}" in text
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    found = run("sample", "--model", out, "--count", 7, "--seed", 1).stdout
    assert len(found.splitlines()) == 7
    assert run("sample", "--model", out, "--count", 7, "--seed", 1).stdout == found
    assert run("sample", "--model", out, "--count", 7, "--seed", 2).stdout != found


def test_train_obeys_its_options(tmp_path):
    out, file = tmp_path / "mine.handgrad", tmp_path / "mine.txt"
    file.write_text("\n".join(f"ab{letter}" for letter in "abcdefghijkl"))
    run("train", "--steps", 3, "--hidden", 5, "--rate", 0.2, "--late-rate", 0.02, "--seed", 7,
        "--names", file, "--out", out)
    state = checkpoint.load(out)
    assert state.settings == Settings(steps=3, H=5, rate=0.2, late_rate=0.02, seed=7)
    assert state.vocabulary == ".abcdefghijkl"


def test_help_states_the_defaults_there_are():
    settings = Settings()
    text = " ".join(run("train", "--help").stdout.split())
    options = {"--steps N": settings.steps, "--hidden H": settings.H, "--rate R": settings.rate,
               "--late-rate R": settings.late_rate, "--seed N": settings.seed}
    for option, value in options.items():
        assert f"[default: {value}]" in text.split(option)[1].split(" --")[0], option
    assert f"every {loop.SAVE_EVERY:,} steps" in text
    assert f"{settings.steps:,} minibatches of {settings.batch} windows" in text


def stop_after(blocks, monkeypatch):
    """Interrupt training, as Ctrl-C would, once so many blocks are done."""
    advance, done = loop.advance, []

    def interrupted(*arguments):
        if len(done) == blocks:
            raise KeyboardInterrupt
        done.append(1)
        return advance(*arguments)

    monkeypatch.setattr(loop, "advance", interrupted)


def test_interrupted_and_resumed_is_as_if_never_stopped(tmp_path, monkeypatch):
    whole, parts = tmp_path / "whole.handgrad", tmp_path / "parts.handgrad"
    arguments = ("--steps", 1500, "--hidden", 8)
    expected = run("train", *arguments, "--out", whole).stdout
    with monkeypatch.context() as patch:
        stop_after(1, patch)
        stopped = run("train", *arguments, "--out", parts, status=130)
    assert "Stopped after step 1,000." in stopped.stderr
    assert f"handgrad train --resume --out {parts}" in stopped.stderr
    unfinished = sentence("sample", "--model", parts)
    assert "training stopped after step 1,000 of 1,500; finish it first" in unfinished
    assert run("train", "--resume", "--out", parts).stdout == expected.replace(str(whole), str(parts))
    for one, other in zip(checkpoint.load(parts).params, checkpoint.load(whole).params, strict=True):
        assert torch.equal(one, other)
    # A finished run resumed is a finished run.
    assert run("train", "--resume", "--out", whole).stdout == expected


def test_an_interrupt_before_anything_was_saved(tmp_path, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(loop, "train", interrupted)
    assert "Aborted!" in run("train", "--steps", 3, "--out", tmp_path / "a", status=1).stderr


def test_train_keeps_what_is_there(tmp_path):
    out = tmp_path / "mine.handgrad"
    out.write_text("somebody's work")
    found = sentence("train", "--out", out)
    assert "exists; go on with it by --resume, or choose another with --out" in found
    assert out.read_text() == "somebody's work"


def test_train_wants_a_place_to_write(tmp_path, monkeypatch):
    assert "its folder does not exist" in sentence("train", "--out", tmp_path / "none" / "a.handgrad")
    assert "is a folder; name a file in it" in sentence("train", "--out", tmp_path)
    monkeypatch.setattr(cli_training.os, "access", lambda path, mode: False)
    assert "its folder cannot be written" in sentence("train", "--out", tmp_path / "a.handgrad")


def test_resume_wants_the_same_run(tmp_path):
    out = tmp_path / "mine.handgrad"
    assert "cannot be read (no such file or directory)" in sentence("train", "--resume", "--out", out)
    run("train", "--steps", 3, "--hidden", 5, "--out", out)
    assert "was made with H 5, not 6" in sentence("train", "--resume", "--hidden", 6, "--out", out)
    (tmp_path / "mine.txt").write_text("\n".join(f"ab{letter}" for letter in "abcdefghijkl"))
    other = sentence("train", "--resume", "--names", tmp_path / "mine.txt", "--out", out)
    assert "was made from other names" in other


def test_train_stops_when_the_loss_is_no_number(tmp_path):
    found = sentence("train", "--steps", 50, "--rate", 1e30, "--hidden", 5, "--out", tmp_path / "a.handgrad")
    assert "the loss is not a finite number" in found
    assert "try a learning rate lower than 1e+30" in found


@pytest.mark.parametrize("option", ["--steps", "--hidden", "--rate", "--late-rate"])
def test_train_wants_positive_numbers(option):
    assert f"Invalid value for '{option}': 0" in run("train", option, 0, status=2).stderr


def test_sample_wants_a_trained_network(tmp_path):
    assert "cannot be read (no such file" in sentence("sample", "--model", tmp_path / "none.handgrad")
    (tmp_path / "a.handgrad").write_text("no network")
    assert "not a training run" in sentence("sample", "--model", tmp_path / "a.handgrad")
    assert "Invalid value for '--count': 0" in run("sample", "--count", 0, status=2).stderr


def finished(steps, loss=2.5):
    """A state as `progress` is told of it."""
    return State(Settings(), ".", "", steps, None, None, (3.0, loss))


def test_progress_is_a_bar_on_a_terminal():
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with progress.shown(Settings(), 0, console) as tell:
        tell(finished(50_000))
    assert "50000/200000" in console.file.getvalue()
    assert "loss 2.5000" in console.file.getvalue()


def test_progress_is_a_line_now_and_then_elsewhere():
    console = Console(file=io.StringIO())
    with progress.shown(Settings(), 0, console) as tell:
        for steps in (19_000, 20_000, 21_000):
            tell(finished(steps))
    assert console.file.getvalue() == "step 20,000 of 200,000: loss 2.5000\n"


def test_a_run_is_taken_on_the_rung_that_is_asked_for(tmp_path, monkeypatch):
    taken = []
    train = loop.train
    monkeypatch.setattr(loop, "train", lambda *given: taken.append(given[-1]) or train(*given))
    found = {}
    for name in ("clean", "eager", None):
        out = tmp_path / f"{name}.handgrad"
        run("train", "--steps", 40, "--hidden", 6, "--out", out, *(("--rung", name) if name else ()))
        found[name] = checkpoint.load(out)
    assert taken == [rungs.find("clean").method, rungs.find("eager").method, None]
    for state in found.values():
        assert state.losses == pytest.approx(found[None].losses, abs=1e-5)
        assert not any(p.requires_grad for p in state.params)


def test_a_rung_that_is_none_is_refused_before_anything_is_read(tmp_path):
    result = run("train", "--rung", "fast", "--out", tmp_path / "a", status=2)
    assert "there is no rung 'fast'" in result.stderr and list(tmp_path.iterdir()) == []
