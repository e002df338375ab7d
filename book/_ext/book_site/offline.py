"""The whole site as one file, for reading offline, and the role that links to it: {offline}`take it along`.

The file is called after the book and lies at the site's root. Its bytes depend on the site and on nothing
else: names are sorted, dates are fixed. It cannot hold itself, so the pages in it have the words of the link
without the link. When the site has not changed, neither does the file: its comment is the hash of what is in it.
"""

import posixpath
import re
import zipfile
import zlib
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxRole

from book_site.kept import kept
from handgrad.support import digest
from handgrad.support.atomic_files import replacing

KIND = "offline"
LINK = re.compile(rb'<a class="offline[^"]*"[^>]*>(.*?)</a>', re.DOTALL)
DATE = (1980, 1, 1, 0, 0, 0)  # the first that the format has
READABLE = 0o644 << 16
LEVEL = 6  # the highest, 9, saves half a percent and takes as long again


class offline(nodes.General, nodes.TextElement):
    """The words that lead to the file."""


class Offline(SphinxRole):
    """The role; see the module."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [offline("", self.text)], []


def name_of(config) -> str:
    """The name of the file, without its ending."""
    return nodes.make_id(config.html_title)


def open_link(translator, node: offline) -> None:
    builder = translator.builder
    root = posixpath.relpath(".", posixpath.dirname(builder.current_docname) or ".")
    address = f"{root}/{name_of(builder.config)}.zip"
    translator.body.append(f'<a class="{KIND} reference download" href="{address}" download>')


def close_link(translator, node: offline) -> None:
    translator.body.append("</a>")


def nothing(translator, node: offline) -> None:
    """In LaTeX the words are words."""


def contents(site: Path) -> dict[str, bytes]:
    """What goes into the file: every file of the site but hidden ones and archives, by its path."""
    paths = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    kept = [path for path in paths if path.suffix != ".zip" and not any(p.startswith(".") for p in path.parts)]
    return {path.as_posix(): without_link(path, (site / path).read_bytes()) for path in kept}


def without_link(path: Path, content: bytes) -> bytes:
    """A page whose link to the file is only its words; any other file as it is."""
    return LINK.sub(rb"\1", content) if path.suffix == ".html" else content


class Deflated:
    """What a file becomes in the archive, made anew only if the file is: most of a site is the same as before.

    It stands where `zipfile` has a compressor, which is given the whole file at once and then asked for the rest.
    """

    def __init__(self, site: Path) -> None:
        self.site = site

    def compress(self, content: bytes) -> bytes:
        return kept(self.site, b"deflate\0" + content, lambda: deflate(content))

    def flush(self) -> bytes:
        return b""


def deflate(content: bytes) -> bytes:
    """The content as an archive holds it."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


def pack(site: Path, name: str) -> Path:
    """Write the file, unless the one that is there holds the same."""
    target, held = site / f"{name}.zip", contents(site)
    key = digest.of_named(held.items()).encode()
    if comment(target) == key:
        return target
    with replacing(target) as part, zipfile.ZipFile(part, "w") as archive:
        archive.comment = key
        for path, content in held.items():
            entry = zipfile.ZipInfo(f"{name}/{path}", DATE)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
            entry.file_size = len(content)
            with archive.open(entry, "w") as member:
                member._compressor = Deflated(site)  # there is no public way to hand over what is deflated already
                member.write(content)
    return target


def comment(file: Path) -> bytes:
    """The comment of an archive; nothing if it is none."""
    if not zipfile.is_zipfile(file):
        return b""
    with zipfile.ZipFile(file) as archive:
        return archive.comment


def finish(app, exception) -> None:
    """Pack the site when all else has been done to it."""
    if exception is None and app.builder.name == "html":
        pack(Path(app.outdir), name_of(app.config))


def setup(app) -> dict:
    app.add_node(offline, html=(open_link, close_link), latex=(nothing, nothing))
    app.add_role("offline", Offline())
    app.connect("build-finished", finish, priority=980)  # after lean, which makes the site's files smaller
    return {"parallel_read_safe": True, "parallel_write_safe": True}
