"""The scripts that wait for what a reader does, in one file, which is asked for when the page has been drawn.

Search, the switch between light and dark, copy buttons, previews: a page is drawn and read without them. Asked for
with the page they would be fetched and run before it counts as loaded, one by one. book/_static/first.js asks for
the file; the search page, which does nothing without scripts, has it with the others.
"""

import re
from pathlib import Path

NAME = "late.js"
# Ours, which stands in for pieces of theirs. The browser's stores throw where they are forbidden or full, and one
# script that ends so would end all that stand behind it. The test of what scrolls lays out the page for each box.
STAND_INS = "standins.js"
STORE = re.compile(r"\b(local|session)Storage\.")
TEST = re.compile(r"(\w+)\.tabIndex=\1\.scrollWidth>\1\.clientWidth\|\|\1\.scrollHeight>\1\.clientHeight\?0:-1")
# In the order in which they need each other; all are to be run after the page has been read.
SCRIPTS = (
    STAND_INS, "documentation_options.js", "doctools.js", "sphinx_highlight.js", "clipboard.min.js", "copybutton.js",
    "scripts/sphinx-book-theme.js", "site.js", "scripts/pydata-sphinx-theme.js",
)


def waits(name: str) -> bool:
    """Whether the script of this name, as Sphinx has it, is in the file."""
    return name.removeprefix("_static/") in SCRIPTS


def publish(site: Path) -> None:
    """Write _static/late.js from the scripts in _static, and remove them.

    Raises: ValueError if the theme no longer tests what scrolls as it did.
    """
    static = site / "_static"
    # A source map would be asked for where it is not. A script that ends without a semicolon is ended by ours.
    texts = {name: without_map((static / name).read_text(encoding="utf8")) for name in SCRIPTS}
    ours = texts.pop(STAND_INS)
    (static / NAME).write_text("\n;\n".join([ours, with_stand_ins("\n;\n".join(texts.values()))]), encoding="utf8")
    for name in SCRIPTS:
        (static / name).unlink()


def with_stand_ins(scripts: str) -> str:
    """The scripts of others with our pieces in the place of theirs.

    Raises: ValueError if they do not test what scrolls, in one place.
    """
    careful, count = TEST.subn(r"stopIfItScrolls(\1)", STORE.sub(r"carefulStorage.\1.", scripts))
    if count != 1:
        raise ValueError(f"the theme's scripts test what scrolls in {count} places, not one: see TEST in lean/late.py")
    return careful


def without_map(script: str) -> str:
    """A script without the line that names its source map."""
    return "\n".join(line for line in script.rstrip().split("\n") if not line.startswith("//# sourceMappingURL="))
