"""The files of the exercises in the pages: computed when something has changed, kept, and put into the site."""

from types import SimpleNamespace

import pytest

from book_exercises import in_page as page_exercises


@pytest.fixture
def app(tmp_path, monkeypatch):
    """A build of a small book; `computed` counts and gives two files."""
    made = SimpleNamespace(builder=SimpleNamespace(name="html"), doctreedir=str(tmp_path / "trees"),
                           outdir=str(tmp_path / "site"), srcdir=str(tmp_path), count=0)
    made.files = {"python.json": b"{}", "sheets/a.json": b"1"}

    def computed():
        made.count += 1
        return made.files

    monkeypatch.setattr(page_exercises, "computed", computed)
    (tmp_path / "code" / "handgrad").mkdir(parents=True)
    (tmp_path / "code" / "handgrad" / "a.py").write_text("1")
    return made


def at(app, tmp_path):
    return {path.relative_to(tmp_path / "site/_static/page").as_posix(): path.read_bytes()
            for path in sorted((tmp_path / "site").rglob("*")) if path.is_file()}


def test_nothing_is_computed_twice_and_a_change_is_seen(app, tmp_path):
    page_exercises.finish(app, None)
    page_exercises.finish(app, None)
    assert app.count == 1 and at(app, tmp_path) == app.files
    (tmp_path / "code" / "handgrad" / "a.py").write_text("2")
    app.files = {"python.json": b"{}", "chapters/b.bin": b"2"}
    page_exercises.finish(app, None)
    assert app.count == 2 and at(app, tmp_path) == app.files


def test_what_others_put_there_stays_and_what_is_the_same_is_not_written_again(app, tmp_path):
    page_exercises.finish(app, None)
    other, same = tmp_path / "site/_static/page/python_worker.js", tmp_path / "site/_static/page/python.json"
    other.write_text("x")
    before = same.stat().st_mtime_ns
    page_exercises.finish(app, None)
    assert other.read_text() == "x" and same.stat().st_mtime_ns == before


def test_a_build_that_was_stopped_is_done_again(app, tmp_path, monkeypatch):
    def stopped(folder, files):
        raise OSError("full")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="full"):
        patch.setattr(page_exercises, "write", stopped)
        page_exercises.finish(app, None)
    page_exercises.finish(app, None)
    assert app.count == 2 and at(app, tmp_path) == app.files


@pytest.mark.parametrize("name, exception", [("latex", None), ("html", ValueError())])
def test_another_builder_or_a_failed_build_writes_nothing(app, tmp_path, name, exception):
    app.builder.name = name
    page_exercises.finish(app, exception)
    assert app.count == 0 and not (tmp_path / "site").exists()


def test_it_is_told_when_the_build_is_finished():
    events = []
    page_exercises.setup(SimpleNamespace(connect=lambda event, call, priority: events.append((event, call))))
    assert events == [("build-finished", page_exercises.finish)]
