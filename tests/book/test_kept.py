"""What a build keeps beside the site: made once, found again, and forgotten when it has not been used for long."""

import os
from types import SimpleNamespace

import pytest

from book_site import kept


@pytest.fixture
def use(tmp_path):
    """A function that asks for what a key makes, a while after the last time; and the keys that were made."""
    made = []

    def used(key):
        for file in (tmp_path / kept.FOLDER).glob("*"):
            earlier = file.stat().st_mtime - 10
            os.utime(file, (earlier, earlier))
        return kept.kept(tmp_path / "html", key, lambda: made.append(key) or key * len(made))

    used.made = made
    return used


def test_a_thing_is_made_once_and_another_thing_anew(use):
    assert [use(key) for key in (b"a", b"a", b"b")] == [b"a", b"a", b"bb"]
    assert use.made == [b"a", b"b"]


def test_what_was_not_used_for_longest_is_forgotten(use, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    for key in (b"a", b"b", b"c", b"a"):
        use(key)
    kept.forget(SimpleNamespace(outdir=str(tmp_path / "html")), None)
    assert len(list((tmp_path / kept.FOLDER).iterdir())) == 2
    for key in (b"a", b"c", b"b"):
        use(key)
    assert use.made == [b"a", b"b", b"c", b"b"]


def test_a_book_that_keeps_nothing_forgets_nothing(tmp_path):
    kept.forget(SimpleNamespace(outdir=str(tmp_path / "html")), None)
