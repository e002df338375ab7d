"""The accounts of code/tools/page_load.py in a real browser, on pages whose weight and whose jump are known."""

import gzip

import pytest
from gzip_server import Server
from page_load import visitor

HEADERS = 400  # bytes that a server's answer may have before its body
STYLE = "p { color: red }\n" * 400
PAGE = ('<!DOCTYPE html><html lang="en"><title>t</title><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="a.css"><p>{}</p>')
# After a second the text goes down by half the window: all that is seen moves, by half of its height.
JUMP = ('<!DOCTYPE html><title>t</title><style>body { margin: 0 } p { height: 100vh; margin: 0 }</style><p>text</p>'
        '<script>setTimeout(() => document.querySelector("p").style.marginTop = "50vh", 300)</script>')
# A script that sets a formula late, as MathJax does, and a font nowhere.
LATE = ('<!DOCTYPE html><title>t</title><p>text</p><span class="math">x</span><script>setTimeout(() => '
        'document.querySelector(".math").innerHTML = "<mjx-container>x</mjx-container>", 700)</script>')


@pytest.fixture
def server(tmp_path):
    for name, text in {"a.css": STYLE, "a.html": PAGE.format("one " * 999), "b.html": PAGE.format("two " * 50),
                       "jump.html": JUMP, "late.html": LATE}.items():
        (tmp_path / name).write_text(text)
    with Server(tmp_path) as running:
        running.sizes = {path.name: len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in tmp_path.iterdir()}
        yield running


def test_a_first_page_weighs_what_it_and_its_style_sheet_weigh_compressed(browser, server):
    with visitor(browser) as reader:
        load = reader.load(f"{server.address}/a.html")
    assert [request.address.rpartition("/")[2] for request in load.requests] == ["a.html", "a.css"]
    for request in load.requests:
        assert 0 < request.size - server.sizes[request.address.rpartition("/")[2]] < HEADERS
    assert load.hosts == {server.address.split("//")[1]}


def test_a_next_page_weighs_itself_and_a_new_reader_pays_again(browser, server):
    with visitor(browser) as reader:
        reader.load(f"{server.address}/a.html")
        load = reader.load(f"{server.address}/b.html")
    assert [request.address.rpartition("/")[2] for request in load.requests] == ["b.html"]
    assert load.size() - server.sizes["b.html"] < HEADERS
    with visitor(browser) as another:
        assert len(another.load(f"{server.address}/b.html").requests) == 2


def test_a_jump_is_seen_and_stillness_too(browser, server):
    with visitor(browser) as reader:
        assert reader.load(f"{server.address}/jump.html").shift == pytest.approx(0.5, abs=0.26)
        assert reader.load(f"{server.address}/a.html").shift == 0


def test_mathematics_that_a_script_sets_late_is_late(browser, server):
    with visitor(browser) as reader:
        late, soon = (reader.load(f"{server.address}/{name}.html") for name in ("late", "a"))
    assert late.paint < 600 < 700 <= late.mathematics <= late.rendered
    # A browser rounds the time of a paint, which may so come after what it painted.
    assert 0 < soon.paint < 600 and 0 < soon.mathematics < 600
