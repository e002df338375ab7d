"""What the theme publishes and no page asks for: sources of scripts, fonts in old formats, icons as a program."""

import shutil
from pathlib import Path

from book_site.lean.stylesheet import NAME, SHEETS

FILES = (
    "**/*.map", "**/*.ttf", "scripts/fontawesome.js*", "scripts/bootstrap.js*",
    "design-tabs.js", "*webpack-macros.html", "styles/theme.css",
    "plus.png", "minus.png", "copybutton_funcs.js", "images/logo_*",
    "network.png",  # the picture of the README
)
FOLDERS = ("locales",)


def remove(site: Path) -> None:
    """Remove what nothing asks for, the style sheets that were joined among it."""
    static = site / "_static"
    for pattern in (*FILES, *SHEETS):
        for path in static.glob(pattern):
            if path.name != NAME:
                path.unlink()
    for folder in FOLDERS:
        shutil.rmtree(static / folder, ignore_errors=True)
    unnamed_fonts(static)


def unnamed_fonts(static: Path) -> None:
    """Remove the fonts that the joined style sheet does not name."""
    sheet = (static / NAME).read_text(encoding="utf8")
    for font in static.rglob("*.woff2"):
        if font.relative_to(static).as_posix() not in sheet:
            font.unlink()
