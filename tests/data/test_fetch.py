"""`handgrad fetch` against a server on the loopback: the right file, or a sentence and nothing else."""

import hashlib
import http.server
import os
import socket
import threading

import edition
import pytest
from command import run, sentence

from handgrad.data import fetch

NAMES_FILE = b"emma\nolivia\n"


@pytest.fixture(autouse=True)
def own_surroundings(monkeypatch, tmp_path):
    """An empty cache, and no proxy between the command and the loopback."""
    monkeypatch.setattr(fetch, "user_cache_path", lambda app: tmp_path / "cache" / app)
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def serve():
    """Serve bytes on the loopback: from then on every request gets them."""
    servers = []

    def serve(contents: bytes, status: int = 200, length: int | None = None) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.send_header("Content-Length", str(len(contents) if length is None else length))
                self.end_headers()
                self.wfile.write(contents)

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/names.txt"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def closed_port() -> int:
    """A port on the loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def right(monkeypatch):
    """Take NAMES_FILE for the notebook's own file."""
    monkeypatch.setattr(fetch, "SHA256", hashlib.sha256(NAMES_FILE).hexdigest())


def test_fetch_brings_the_file_once(serve, right, tmp_path):
    address = serve(NAMES_FILE)
    first = run("fetch", "--address", address)
    file = tmp_path / "cache" / "handgrad" / "names-2019.txt"
    assert first.stdout == f"{file}\n"
    assert file.read_bytes() == NAMES_FILE
    # The second time the cache has it: no address is asked.
    again = run("fetch", "--address", f"http://127.0.0.1:{closed_port()}/")
    assert again.stdout == first.stdout
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_fetch_mends_a_damaged_cache(serve, right):
    run("fetch", "--address", serve(NAMES_FILE))
    fetch.place().write_bytes(NAMES_FILE[:5])
    assert fetch.cached() is None
    run("fetch", "--address", serve(NAMES_FILE))
    assert fetch.place().read_bytes() == NAMES_FILE


def test_fetch_refuses_another_file(serve, right, tmp_path):
    found = sentence("fetch", "--address", serve(b"emma\nmallory\n"))
    assert "sent another file (sha256 " in found
    assert "it was not kept" in found
    assert not (tmp_path / "cache").exists()


def test_fetch_reads_no_endless_file(serve, right, monkeypatch):
    monkeypatch.setattr(fetch, "MOST", len(NAMES_FILE))
    # Its beginning is the right file; one byte more is not.
    assert "sent another file" in sentence("fetch", "--address", serve(NAMES_FILE + b"x"))


def test_fetch_refuses_a_file_that_was_cut_off(serve, right, tmp_path):
    address = serve(NAMES_FILE[:5], length=len(NAMES_FILE))
    assert "sent another file" in sentence("fetch", "--address", address)
    assert not (tmp_path / "cache").exists()


def test_fetch_says_what_the_server_said(serve, right, tmp_path):
    assert "cannot be reached (Not Found)" in sentence("fetch", "--address", serve(NAMES_FILE, status=404))
    assert not (tmp_path / "cache").exists()


def test_fetch_without_a_network(tmp_path):
    address = f"http://127.0.0.1:{closed_port()}/names.txt"
    found = sentence("fetch", "--address", address)
    assert found.startswith(f"Error: {address} cannot be reached (")
    assert not (tmp_path / "cache").exists()


def test_fetch_wants_an_address():
    assert "cannot be reached" in sentence("fetch", "--address", "names.txt")


def test_fetch_into_a_cache_that_cannot_be_written(serve, right, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert "cannot be written" in sentence("fetch", "--address", serve(NAMES_FILE))


def test_an_interrupted_write_leaves_nothing(right, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch, "download", lambda address: NAMES_FILE)
    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fetch.fetch()
    assert list(fetch.place().parent.iterdir()) == []


@edition.needed
def test_the_checksum_is_that_of_the_notebooks_file(serve):
    assert run("fetch", "--address", serve(edition.PATH.read_bytes())).exit_code == 0
    assert "was drawn from them" in run("notebook", "--seeds", 2).stdout
