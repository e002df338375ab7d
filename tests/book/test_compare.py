"""The comparison with a stock build: its settings, its server, its accounts of requests, its tables."""

import gzip
import urllib.error
import urllib.request

import compare_stock
import load_tables
import pytest
import stock_site
import yaml
from gzip_server import Server
from load_tables import OURS, STOCK, Visits
from page_load import Load, Network, Request

ROOT = stock_site.ROOT
SETTINGS = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf8"))


# The stock build

def test_the_stock_book_has_the_settings_of_ours_and_nothing_of_our_site():
    stock = stock_site.settings(SETTINGS)
    assert stock["title"] == SETTINGS["title"] and stock["execute"] == SETTINGS["execute"]
    config = stock["sphinx"]["config"]
    assert not {name for name in config if name.startswith(("html_", "templates", "katex", "extensions"))}
    assert config["mathjax3_config"]["tex"]["macros"]["pd"] == [r"\frac{\partial #1}{\partial #2}", 2]
    assert config["mathjax3_config"]["tex"]["macros"]["T"] == r"^{\top}"
    assert not set(stock_site.SITE_ONLY) & set(stock["sphinx"]["local_extensions"])


def test_each_of_our_extensions_is_kept_or_named_as_left_out():
    ours = {path.stem for path in (ROOT / "book" / "_ext").iterdir() if not path.name.startswith("_")}
    listed = set(SETTINGS["sphinx"]["config"]["extensions"])
    kept = set(stock_site.settings(SETTINGS)["sphinx"]["local_extensions"]) - {"stock_directives"}
    assert kept | set(stock_site.SITE_ONLY) >= ours & listed and set(stock_site.SITE_ONLY) <= ours
    assert {"fold", "exercise", "where", "execution_cache"} <= kept


def test_another_archive_is_not_taken_for_mathjax(tmp_path):
    archive = tmp_path / "mathjax.tgz"
    archive.write_bytes(b"something else")
    with pytest.raises(ValueError, match="is not mathjax 3.2.2"):
        stock_site.mathjax(tmp_path, archive)


def test_without_npm_a_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="install node and npm"):
        stock_site.mathjax(tmp_path)


def test_without_a_site_a_sentence_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(compare_stock, "SITE", tmp_path)
    assert compare_stock.main([]) == 1 and "build it with `make site`" in capsys.readouterr().err


# The server

@pytest.fixture
def folder(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "secret.html").write_text("no")
    page = "<!DOCTYPE html><title>t</title><link rel=stylesheet href=a.css><p class=math>x</p>" + "word " * 4000
    (tmp_path / "site" / "a.html").write_text(page)
    (tmp_path / "site" / "b.html").write_text(page + '<img src="far/x.png"><img src="https://cdn.example/y.png">')
    (tmp_path / "site" / "a.css").write_text("p { color: red }\n" * 500)
    return tmp_path / "site"


def test_text_is_compressed_and_may_be_kept(folder):
    with Server(folder) as server, urllib.request.urlopen(f"{server.address}/a.html?v=1") as answer:
        body = answer.read()
        assert gzip.decompress(body) == (folder / "a.html").read_bytes()
        assert answer.headers["Content-Encoding"] == "gzip" and "max-age" in answer.headers["Cache-Control"]
        assert int(answer.headers["Content-Length"]) == len(body) < 1000


def test_a_page_asks_the_stand_in(folder):
    with Server(folder, {"https://cdn.example/": "http://here/"}) as server:
        body = gzip.decompress(urllib.request.urlopen(f"{server.address}/b.html").read()).decode()
    assert "http://here/y.png" in body and "cdn.example" not in body


@pytest.mark.parametrize("path", ["none.html", "../secret.html", "%2e%2e/secret.html", ""])
def test_what_is_not_in_the_folder_is_not_given_out(folder, path):
    with Server(folder) as server, pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{server.address}/{path}")


# The accounts

class Session:
    """What Chromium says, said by hand."""

    def __init__(self):
        self.heard = {}

    def send(self, *arguments):
        pass

    def on(self, event, listener):
        self.heard[event.removeprefix("Network.")] = listener


def test_what_came_from_the_cache_or_from_the_page_itself_is_not_counted():
    session = Session()
    network = Network(session)
    for one, address in enumerate(["http://a/1", "http://a/2", "http://a/3", "data:text/css,p", "http://b/4"]):
        session.heard["requestWillBeSent"]({"requestId": one, "request": {"url": address}})
    session.heard["requestServedFromCache"]({"requestId": 1})
    session.heard["responseReceived"]({"requestId": 2, "response": {"fromDiskCache": True}})
    session.heard["responseReceived"]({"requestId": 0, "response": {"fromDiskCache": False}})
    for one, size in ((0, 100.0), (1, 200.0), (2, 300.0), (3, 400.0)):
        session.heard["loadingFinished"]({"requestId": one, "encodedDataLength": size})
    assert network.requests() == (Request("http://a/1", 100), Request("http://b/4", 0))
    network.clear()
    assert network.requests() == ()


def load(size=1000, rendered=10.0, shift=0.0):
    requests = (Request("http://a/1", size), Request("http://cdn/2", 500))
    return Load(requests, 1.0, 2.0, rendered, 2 * rendered + 10, shift)


def test_sizes_are_those_of_a_host_or_of_all():
    assert (load().size(), load().size("cdn"), load().hosts) == (1500, 500, {"a", "cdn"})


# The tables

def test_a_median_has_its_spread_beside_it():
    assert load_tables.middle([3, 1, 2]) == "2 (1\u20133)" and load_tables.middle([2, 2]) == "2"
    assert load_tables.middle([0.001, 0.002, 0.004], 3) == "0.002 (0.001\u20130.004)"


def test_the_weight_of_a_formula_is_what_the_page_loses_without_it(tmp_path):
    page, formula = "<p>" + "text " * 50 + "</p>%s", '<span class="math notranslate nohighlight">%s</span>'
    inside = "".join(chr(33 + i * 7 % 90) for i in range(400)).replace("<", "")
    (tmp_path / "a.html").write_text(page % (formula % inside))
    count, each = load_tables.formulas(tmp_path / "a.html")
    assert count == 1 and 0.1 < each < 0.6
    (tmp_path / "a.html").write_text(page % (formula % ""))
    assert load_tables.formulas(tmp_path / "a.html") == (1, 0.0)
    (tmp_path / "a.html").write_text(page % "")
    assert load_tables.formulas(tmp_path / "a.html") == (0, 0.0)


def test_the_tables_have_a_line_for_each_page_of_each_site(tmp_path):
    found = {}
    for kind, name in load_tables.KINDS.items():
        (tmp_path / f"{name}.html").write_text('<span class="math notranslate">x</span>')
        found[kind, STOCK] = Visits([load(9000)], [load()], [load(rendered=50.0)])
        found[kind, OURS] = Visits([load(2000)], [load()], [load(rendered=10.0, shift=0.25)])
    weights, times = load_tables.weights(found, "cdn", tmp_path), load_tables.times(found)
    assert len(weights.splitlines()) == len(times.splitlines()) == 2 + 2 * len(load_tables.KINDS)
    first = [cell.strip() for cell in weights.splitlines()[2].split("|")[1:-1]]
    assert first[:7] == ["landing page", STOCK, "10", "0", "2", "2", "2"]
    assert "0.125 (0.000\u20130.250)" in times.splitlines()[3]
    said = load_tables.ratios(found)
    assert "rendered landing page 5.0, " in said and "whole page landing page 3.7, " in said


def test_a_folder_without_a_site_is_not_measured(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(compare_stock, "SITE", tmp_path)
    assert compare_stock.main([]) == 1 and "`make site`" in capsys.readouterr().err
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "index.html").write_text("")
    assert compare_stock.main(["--stock", str(tmp_path / "elsewhere")]) == 1
    assert "elsewhere: leave --stock out to have it built" in capsys.readouterr().err
