"""What tells a browser that a file has changed, for the files that pages ask for and Sphinx does not number."""

import re
from pathlib import Path

from book_site.each_page import rewrite
from book_site.lean import late, parts, stylesheet
from handgrad.support import digest

FILES = (stylesheet.NAME, "first.js", parts.NAME, late.NAME)
ADDRESS = re.compile(rf"""(?<=_static/)({'|'.join(map(re.escape, FILES))})(?:\?v=[0-9a-f]{{8}})?(?=")""")


def publish(site: Path) -> None:
    """Write into every page by which hash of its content each of the files goes."""
    hashes = {name: digest.of_file(site / "_static" / name)[:8] for name in FILES}
    rewrite(site, lambda path, page: ADDRESS.sub(lambda match: f"{match[1]}?v={hashes[match[1]]}", page))
