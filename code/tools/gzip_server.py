"""A server on this machine that compresses what it gives out and lets it be kept, as hosts of static sites do."""

import gzip
import http.server
import mimetypes
import threading
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".txt", ".xml", ".inv", ".md", ".ipynb"}
KEPT = "max-age=600"  # what GitHub Pages sends


class Server:
    """A folder, given out under an address of its own while the `with` block lasts."""

    def __init__(self, folder: Path, replaced: dict[str, str] | None = None) -> None:
        """`replaced` are addresses that the pages ask, and those that they shall ask in their place."""
        self.folder, self.replaced, self.body = folder.resolve(), replaced or {}, cache(self.made)
        handler = type("Handler", (Handler,), {"site": self})
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.http.server_address[1]}"

    def __enter__(self) -> "Server":
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self.http.shutdown()
        self.http.server_close()

    def made(self, path: Path) -> bytes:
        """The body of the answer: compressed once, since time is measured."""
        content = path.read_bytes()
        if path.suffix == ".html":
            for old, new in self.replaced.items():
                content = content.replace(old.encode(), new.encode())
        return gzip.compress(content, 9, mtime=0) if path.suffix in COMPRESSED else content


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"  # the connection is kept
    site: Server

    def do_GET(self) -> None:
        path = (self.site.folder / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
        if not path.is_file() or not path.is_relative_to(self.site.folder):
            self.send_error(404)
            return
        body = self.site.body(path)
        self.send_response(200)
        self.send_header("Content-Type", mimetypes.guess_type(path.name)[0] or "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", KEPT)
        self.send_header("Access-Control-Allow-Origin", "*")  # fonts that a page of the other server asks for
        if path.suffix in COMPRESSED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments) -> None:
        pass
