"""Reading names: what is accepted, what is refused with its line, and the windows that come of it."""

import os
import random
import time

import edition
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from handgrad.data import names
from handgrad.support import folders

TEN = ["ava", "bo", "cy", "dee", "eve", "fay", "gus", "hal", "ida", "joe"]


@pytest.fixture(autouse=True)
def no_other_file(monkeypatch):
    monkeypatch.delenv(names.VARIABLE, raising=False)


@pytest.fixture
def write(tmp_path):
    """Write bytes or names to a file, and return its path."""
    def write(contents, name="mine.txt"):
        file = tmp_path / name
        file.write_bytes(contents if isinstance(contents, bytes) else "\n".join(contents).encode())
        return file
    return write


def the_notebooks_way(words, vocabulary):
    """The windows, one character at a time, as the notebook builds them."""
    contexts, targets = [], []
    for word in words:
        context = [0] * names.T
        for character in word + ".":
            code = vocabulary.index(character)
            contexts.append(context)
            targets.append(code)
            context = context[1:] + [code]
    return torch.tensor(contexts), torch.tensor(targets)


@edition.needed
def test_edition_of_the_notebook():
    data = names.load(edition.PATH)
    assert len(data.words) == 32_033
    assert data.words[:8] == ("emma", "olivia", "ava", "isabella", "sophia", "charlotte", "mia", "amelia")
    assert data.vocabulary == ".abcdefghijklmnopqrstuvwxyz"
    assert [tuple(part.context.shape) for part in data[2:]] == [(182_625, 3), (22_655, 3), (22_866, 3)]
    assert [tuple(part.targets.shape) for part in data[2:]] == [(182_625,), (22_655,), (22_866,)]
    train, dev, test = names.split(data.words)
    assert (len(set(data.words)), len(dev), len(test)) == (29_494, 3_203, 3_204)
    known = set(train)
    assert sum(word in known for word in dev) == 424
    assert sum(word in known for word in test) == 377


def test_the_books_own_file():
    data = names.load()
    assert len(data.words) == 32_178
    assert data.vocabulary == ".abcdefghijklmnopqrstuvwxyz"
    train, dev, test = names.split(data.words)
    for part, words in zip(data[2:], (train, dev, test), strict=True):
        # A name of n letters gives n + 1 windows.
        assert len(part.targets) == sum(map(len, words)) + len(words)
        assert part.context.dtype == part.targets.dtype == torch.int64
        assert part.context.is_contiguous()
        context, targets = the_notebooks_way(words[:300], data.vocabulary)
        assert torch.equal(part.context[: len(context)], context)
        assert torch.equal(part.targets[: len(targets)], targets)


@given(st.lists(st.text("abcé-", min_size=1, max_size=6), min_size=1, max_size=12))
def test_windows_equal_the_loop(words):
    letters = names.vocabulary(words)
    context, targets = names.windows(words, letters)
    expected_context, expected_targets = the_notebooks_way(words, letters)
    assert torch.equal(context, expected_context)
    assert torch.equal(targets, expected_targets)


def test_windows_of_one_name():
    context, targets = names.windows(["emma"], ".aem")
    assert context.tolist() == [[0, 0, 0], [0, 0, 2], [0, 2, 3], [2, 3, 3], [3, 3, 1]]
    assert targets.tolist() == [2, 3, 3, 1, 0]


def test_windows_want_every_letter_in_the_vocabulary():
    with pytest.raises(ValueError, match="vocabulary lacks 'mz'"):
        names.windows(["emma", "zoe"], ".aeo")


def test_split_is_the_notebooks_and_leaves_global_state_alone(write):
    before = random.getstate(), torch.random.get_rng_state()
    data = names.load(write([f"{a}{b}" for a in "abcdefgh" for b in "klmnop"]))
    parts = names.split(data.words)
    assert random.getstate() == before[0]
    assert torch.equal(torch.random.get_rng_state(), before[1])
    words = list(data.words)
    try:
        random.seed(42)
        random.shuffle(words)
    finally:
        random.setstate(before[0])
    assert parts == (words[:38], words[38:43], words[43:])


@pytest.mark.parametrize(("raw", "words"), [
    pytest.param(b"emma\r\nava\r\n", ["emma", "ava"], id="windows line endings"),
    pytest.param(b"emma\rava\r", ["emma", "ava"], id="old mac line endings"),
    pytest.param(b"emma\nava", ["emma", "ava"], id="no last line ending"),
    pytest.param(b"\nemma\n\n  \nava\n\n", ["emma", "ava"], id="blank lines"),
    pytest.param(b" emma\t\nava  \n", ["emma", "ava"], id="spaces around"),
    pytest.param(b"Emma\nAVA\n", ["emma", "ava"], id="upper case"),
    pytest.param(b"\xef\xbb\xbfemma\nava\n", ["emma", "ava"], id="byte order mark"),
    pytest.param("José\nÉva\n".encode(), ["josé", "éva"], id="other letters"),
    pytest.param("Jose\u0301\n".encode(), ["jos\u00e9"], id="composed"),
    pytest.param("Jean-Luc\nO'Neil\nd’Arc\n".encode(), ["jean-luc", "o'neil", "d’arc"], id="hyphens"),
    pytest.param("हिना\n".encode(), ["हिना"], id="vowel marks"),
    pytest.param(b"ava\nava\nemma\n", ["ava", "ava", "emma"], id="twice and in order"),
])
def test_accepted(write, raw, words):
    assert names.read(write(raw)) == words


@pytest.mark.parametrize(("raw", "message"), [
    pytest.param(b"", "holds no names", id="empty"),
    pytest.param(b"\n \r\n\n", "holds no names", id="blank"),
    pytest.param(b"emma\nava mia\n", "line 2, 'ava mia', holds a space; write one name a line", id="two"),
    pytest.param(b"emma\tava\n", "line 1, .* holds a space", id="tab"),
    pytest.param(b"\n\nava.\n", r"line 3, 'ava\.', holds '\.'", id="full stop"),
    pytest.param(b"emma,F,18770\n", "line 1, 'emma,f,18770', holds ','", id="a table"),
    pytest.param(b"emma\nava2\n", "line 2, 'ava2', holds '2'", id="digit"),
    pytest.param(b"# girls\nemma\n", "line 1, .* holds '#'", id="comment"),
    pytest.param(b"emma\n---\n", "line 2, '---', holds '-'", id="rule"),
    pytest.param(b"a" * 50 + b"!\n", "line 1, 'a{40}…', holds '!'", id="long"),
    pytest.param(b"emma\r\nava\r\n\xe9va\r\n", "line 3 is not UTF-8; save the file as UTF-8", id="latin-1"),
    pytest.param(b"\xef\xbb\xbfemma\n\xe9va\n", "line 2 is not UTF-8", id="latin-1 after the mark"),
    pytest.param("emma\nava\n".encode("utf-16"), "line 1 is not UTF-8", id="utf-16"),
    pytest.param(b"e\x00m\x00\n", "line 1, .* holds '.x00'", id="null characters"),
])
def test_refused_with_the_line(write, raw, message):
    file = write(raw)
    for call in (names.read, names.load):
        with pytest.raises(names.NamesError, match=message) as caught:
            call(file)
        assert str(caught.value).startswith(f"{file}: ")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("call", [names.read, names.load])
def test_missing_file_and_folder(tmp_path, call):
    with pytest.raises(names.NamesError, match="missing.txt: .*no such file or directory.*HANDGRAD_NAMES"):
        call(tmp_path / "missing.txt")
    with pytest.raises(names.NamesError, match="cannot be read .is a directory."):
        call(tmp_path)


def test_too_few_to_split(write):
    with pytest.raises(names.NamesError, match="9 names are too few; the three splits need at least 10"):
        names.load(write(TEN[:9]))
    data = names.load(write(TEN))
    assert all(len(part.targets) for part in data[2:])


def test_variable_chooses_and_argument_wins(write, monkeypatch):
    first, second = write(TEN, "first.txt"), write(["zoe", *TEN], "second.txt")
    monkeypatch.setenv(names.VARIABLE, str(first))
    assert names.load().words == tuple(TEN)
    assert names.read(second)[0] == "zoe"
    monkeypatch.chdir(first.parent)
    monkeypatch.setenv(names.VARIABLE, "second.txt")
    assert names.read()[0] == "zoe"
    monkeypatch.setenv("HOME", str(first.parent))
    monkeypatch.setenv(names.VARIABLE, "~/first.txt")
    assert names.read() == TEN
    monkeypatch.setenv(names.VARIABLE, "")
    assert len(names.read()) == 32_178


def test_an_installed_package_has_its_own_copy(tmp_path, monkeypatch):
    installed = tmp_path / "site-packages" / "handgrad"
    copy = installed / "_data" / "names.txt"
    copy.parent.mkdir(parents=True)
    copy.write_text("emma\n")
    monkeypatch.setattr(folders, "PACKAGE", installed)
    assert names.locate() == copy
    assert names.read() == ["emma"]


def test_more_letters_make_a_larger_vocabulary(write):
    data = names.load(write(["josé", "o'neil", *TEN]))
    assert data.vocabulary[0] == "."
    assert data.vocabulary[1:] == "".join(sorted(set("joséo'neil" + "".join(TEN))))
    codes = torch.cat([part.targets for part in data[2:]])
    assert codes.min() == 0
    assert codes.max() == len(data.vocabulary) - 1


def test_remembered_until_the_file_changes(write):
    file = write(TEN)
    first = names.load(file)
    assert names.load(str(file)) is first
    write(["zoe", *TEN])
    os.utime(file, ns=(1, 1))
    assert names.load(file).words[0] == "zoe"


def test_loading_is_quick():
    names.load_file.cache_clear()
    start = time.process_time()
    names.load()
    assert time.process_time() - start < 1
