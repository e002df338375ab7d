"""Training runs in files: read back in every bit, or refused in one sentence."""

import errno
import os
import pickle
import random

import pytest
import torch

from handgrad.data import names
from handgrad.training import checkpoint
from handgrad.training.checkpoint import CheckpointError
from handgrad.training.loop import train
from handgrad.training.runs import Settings, begin

SETTINGS = Settings(steps=20, batch=4, D=3, H=5)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    file = tmp_path_factory.mktemp("names") / "names.txt"
    file.write_text("\n".join(["emma", "olivia", "ava", "isabella", "sophia"] * 4))
    return names.load(file)


@pytest.fixture
def file(data, tmp_path):
    file = tmp_path / "run.state"
    checkpoint.save(file, train(data, SETTINGS))
    return file


def sentence(error):
    """The message, which is one line, begins with the file and has no traceback in it."""
    text = str(error.value)
    assert "\n" not in text and "Traceback" not in text
    return text


def assert_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, torch.Tensor):
        assert one.dtype == other.dtype and torch.equal(one, other)
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for p, q in zip(one, other, strict=True):
            assert_same(p, q)
    else:
        assert one == other


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_saved_is_read_back_in_every_bit(data, tmp_path, dtype):
    settings = SETTINGS._replace(dtype=dtype)
    for state in (begin(data, settings), train(data, settings)):
        checkpoint.save(tmp_path / "run", state)
        assert_same(checkpoint.load(tmp_path / "run"), state)


def test_a_run_goes_on_from_its_file_as_if_it_had_never_stopped(data, tmp_path):
    settings = SETTINGS._replace(steps=2_100)
    file = tmp_path / "run"

    def stop(state):
        if state.step == 1_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(data, settings, progress=stop, save=lambda state: checkpoint.save(file, state))
    state = checkpoint.load(file)
    assert state.step == 1_000
    assert_same(train(data, settings, state=state), train(data, settings))


def test_any_byte_that_was_changed_is_noticed(file):
    whole = file.read_bytes()
    chooser = random.Random(1)
    for place in [*range(120), *(chooser.randrange(len(whole)) for _ in range(200)), len(whole) - 1]:
        changed = bytearray(whole)
        changed[place] ^= 1 << chooser.randrange(8)
        file.write_bytes(changed)
        with pytest.raises(CheckpointError) as error:
            checkpoint.load(file)
        assert "not a training run" in sentence(error) or "is damaged; delete the file" in sentence(error)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_noticed(file, share):
    whole = file.read_bytes()
    file.write_bytes(whole[:int(share * len(whole))])
    with pytest.raises(CheckpointError, match="not a training run|is damaged"):
        checkpoint.load(file)


class Bomb:
    """What runs code when it is unpickled."""

    def __reduce__(self):
        return os.mkdir, (str(self.place),)

    def __init__(self, place):
        self.place = place


def test_a_file_that_would_run_code_does_not(tmp_path):
    place = tmp_path / "exploded"
    body = pickle.dumps(Bomb(place), protocol=2)
    for raw in (body, checkpoint.header(body) + body):
        (tmp_path / "run").write_bytes(raw)
        with pytest.raises(CheckpointError, match="not a training run of this version"):
            checkpoint.load(tmp_path / "run")
    assert not place.exists()
    pickle.loads(body)
    assert place.exists(), "the bomb must be one"


def test_a_whole_file_of_another_version_is_refused(file, data, monkeypatch):
    fields = {"settings": {"colour": 1}, "params": {}}
    torch.save(fields, file)
    with pytest.raises(CheckpointError, match="not a training run of this version; name another file"):
        checkpoint.load(file)
    body = file.read_bytes()
    file.write_bytes(checkpoint.header(body) + body)
    with pytest.raises(CheckpointError, match="not a training run of this version; train anew"):
        checkpoint.load(file)


def test_a_missing_file_and_a_folder_are_said_to_be_that(tmp_path):
    with pytest.raises(CheckpointError, match="cannot be read .no such file or directory.") as error:
        checkpoint.load(tmp_path / "none")
    assert sentence(error).startswith(str(tmp_path / "none"))
    with pytest.raises(CheckpointError, match="cannot be read .is a directory."):
        checkpoint.load(tmp_path)


def test_whoever_reads_during_a_save_reads_the_old_file_to_its_end(file, data):
    before = file.read_bytes()
    with file.open("rb") as reader:
        half = reader.read(len(before) // 2)
        checkpoint.save(file, begin(data, SETTINGS))
        assert half + reader.read() == before
    assert checkpoint.load(file).step == 0


def test_a_failed_save_keeps_the_old_file_and_leaves_nothing_behind(file, data, monkeypatch):
    before = file.read_bytes()

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CheckpointError, match="cannot be saved .no space left on device."):
        checkpoint.save(file, begin(data, SETTINGS))
    assert file.read_bytes() == before and list(file.parent.iterdir()) == [file]


def test_a_save_into_no_folder_is_said_to_be_that(data, tmp_path):
    with pytest.raises(CheckpointError, match="cannot be saved .no such file or directory."):
        checkpoint.save(tmp_path / "none" / "run", begin(data, SETTINGS))
    (tmp_path / "file").touch()
    with pytest.raises(CheckpointError, match="cannot be saved .not a directory."):
        checkpoint.save(tmp_path / "file" / "run", begin(data, SETTINGS))


def test_an_interrupt_while_writing_keeps_the_old_file(file, data, monkeypatch):
    before = file.read_bytes()

    def interrupted(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(file, begin(data, SETTINGS))
    assert file.read_bytes() == before and list(file.parent.iterdir()) == [file]
