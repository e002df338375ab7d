"""What the exercises of a page need to be done in the page: the script, and the files that a reader downloads.

The scripts and the vendored runtime lie in book/_static/page; what torch computes for each exercise is written
by `page_exercises`. Nothing of it is loaded before the reader uses an editor, but the small script itself.
"""

from pathlib import Path

from book_exercises.directive import exercise_box
from handgrad.exercises import listing, sources

SCRIPT, FILES = "page/boxes.js", "_static/page/files"


def add_script(app, page: str, template: str, context: dict, doctree) -> None:
    """The script, on the pages that have an exercise; it is told which chapter's values a scratch cell has."""
    boxes = list(doctree.findall(exercise_box)) if doctree is not None else []
    if boxes:
        app.add_js_file(SCRIPT, loading_method="defer", **{"data-chapter": page.rpartition("/")[2]})


def write(app, exception) -> None:
    """Write the files of stubs into which a reader's functions are put, beside the other files of the site."""
    if exception or app.builder.name != "html":
        return
    folder = Path(app.outdir) / FILES
    folder.mkdir(parents=True, exist_ok=True)
    for stem in {entry.stem for entry in listing.entries()}:
        (folder / f"{stem}.py").write_text(sources.stubs(stem), encoding="utf8")


def setup(app) -> dict:
    app.setup_extension("book_exercises.directive")
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
