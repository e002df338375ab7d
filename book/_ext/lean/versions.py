"""What tells a browser that a file has changed, for the files that every page asks for and Sphinx does not number."""

import hashlib
import re
from pathlib import Path

from lean import late, stylesheet

FILES = (stylesheet.NAME, "first.js", "map.js", late.NAME)
ADDRESS = re.compile(rf"""(?<=_static/)({'|'.join(map(re.escape, FILES))})(?:\?v=[0-9a-f]{{8}})?(?=")""")


def publish(site: Path) -> None:
    """Write into every page by which hash of its content each of the files goes."""
    hashes = {name: hashlib.sha256((site / "_static" / name).read_bytes()).hexdigest()[:8] for name in FILES}
    for path in site.rglob("*.html"):
        before = path.read_text(encoding="utf8")
        after = ADDRESS.sub(lambda match: f"{match[1]}?v={hashes[match[1]]}", before)
        if after != before:
            path.write_text(after, encoding="utf8")
