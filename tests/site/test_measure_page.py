"""The measurement of the exercises: what it reads and counts, and that it refuses another answer than the right."""

import gzip

import measure_page
import page_reader
import pytest
from reader import NAME

from handgrad.exercises import listing


@pytest.fixture
def reader(site, browser, host, monkeypatch):
    monkeypatch.setattr(measure_page, "SITE", site)
    found = page_reader.Reader(browser, host, listing.find(NAME))
    yield found
    found.context.close()


def test_a_run_is_timed_weighed_and_its_memory_taken(reader):
    before = reader.memory()
    reader.focus()
    assert 0 < reader.press() < 5000 and 0 < reader.press() < 5000
    assert 1 < reader.memory() - before < 100
    names = {address.split("/")[-1] for address in reader.asked}
    assert {"micropython.wasm", "python_worker.js", "editor.mjs", "python.json", f"{NAME}.bin"} <= names
    # The limit for all that an exercise loads.
    assert 300 < measure_page.weight(reader.asked) < 450
    assert 0 < reader.stopped() < 5000


def test_another_answer_than_the_right_one_is_not_measured(reader):
    reader.focus()
    reader.write("1 +")
    with pytest.raises(RuntimeError, match=f"{NAME}: Run gave 'failed', not 'right'"):
        reader.press()


def test_the_memory_of_a_process_and_the_weight_of_files(tmp_path, monkeypatch):
    status = tmp_path / "status"
    status.write_text("Name:\tchromium\nVmRSS:\t    9000 kB\nRssAnon:\t    2000 kB\nVmSwap:\t     500 kB\n")
    assert page_reader.footprint(status) == 2.56
    monkeypatch.setattr(measure_page, "SITE", tmp_path)
    folder = tmp_path / "_static/page/sheets"
    folder.mkdir(parents=True)
    for name, size in {"a": 10, "b": 30, "b.mistakes": 90, "c": 20}.items():
        (folder / f"{name}.bin").write_bytes(bytes(size))
    assert measure_page.heaviest(2) == ["b", "c"]
    asked = ["http://h/_static/page/sheets/a.bin", "http://h/_static/page/sheets/a.bin?v=1", "http://h/none.bin"]
    assert measure_page.weight(asked) == len(gzip.compress(bytes(10), 9)) / 1000


def test_without_a_site_or_with_an_unknown_name_a_sentence_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(measure_page, "SITE", tmp_path)
    assert measure_page.main([]) == 1 and "build it with `make site`" in capsys.readouterr().err
    (tmp_path / "_static/page").mkdir(parents=True)
    (tmp_path / "_static/page/python.json").write_text("{}")
    assert measure_page.main(["softmax_bakward"]) == 1 and "did you mean" in capsys.readouterr().err
