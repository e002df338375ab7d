"""A script that is written in parts, in a folder of _static, and published as one file: the map of the network.

As modules the parts could not be loaded by a page that is opened from the file system.
"""

import shutil
from pathlib import Path

FOLDER = "map"
NAME = f"{FOLDER}.js"
# The last begins; what the others define stands before it.
PARTS = ("cells.js", "heat.js", "words.js", "state.js", "panel.js", "neighbours.js", "walk.js", "begin.js")


def joined(static: Path) -> str:
    """The parts in one scope of their own."""
    texts = [(static / FOLDER / part).read_text(encoding="utf8").rstrip() for part in PARTS]
    return "\n\n".join(['(() => {\n"use strict";', *texts, "})();\n"])


def publish(site: Path) -> None:
    """Write _static/map.js, and remove its parts."""
    static = site / "_static"
    (static / NAME).write_text(joined(static), encoding="utf8")
    shutil.rmtree(static / FOLDER)
