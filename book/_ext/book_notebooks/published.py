"""Each chapter as a Jupyter notebook beside its page, executed, for reading and running elsewhere.

The cells are those of the chapter and their outputs those of the build, which lie in its cache of executed
chapters. The text is rewritten for a reader who has Jupyter and no Sphinx: `markdown` and `directives` do that,
with the numbers and the values that `answers` looks up. Cell ids and metadata are our own, so that the same
chapter gives the same bytes.
"""

from pathlib import Path

import nbformat

from .cells import chapter, code_of, executed, published, values_of
from .lookups import Answers


def offer(app, page: str, template: str, context: dict, doctree) -> None:
    """Tell the template where the page's notebook will be; without code there is none, nor one from before."""
    if doctree is None:
        return
    source = chapter(Path(app.env.doc2path(page)))
    if source is None:
        (Path(app.outdir) / f"{page}.ipynb").unlink(missing_ok=True)
        return
    context["notebook"] = f"{page}.ipynb"
    pages_of(app)[page] = source


def pages_of(app) -> dict[str, nbformat.NotebookNode]:
    """The chapters whose pages are written in this build: if a number in one changed, it is among them."""
    if not hasattr(app, "notebook_pages"):
        app.notebook_pages = {}
    return app.notebook_pages


def write(app, exception) -> None:
    """Write the notebooks of the chapters whose pages were written; remove those that have no chapter any more."""
    if exception or app.builder.name != "html":
        return
    site, pages = Path(app.outdir), sorted(pages_of(app).items())
    ran = executed(Path(app.config.nb_execution_cache_path)) if pages else {}
    for page, source in pages:
        outputs = ran.get(code_of(source), [])
        answers = Answers(app, page, values_of(outputs))
        made = published(source, outputs, answers, page.rpartition("/")[2])
        (site / f"{page}.ipynb").write_text(nbformat.writes(made) + "\n", encoding="utf8")
    for path in site.rglob("*.ipynb"):
        if path.relative_to(site).with_suffix("").as_posix() not in app.env.found_docs:
            path.unlink()


def setup(app) -> dict:
    app.connect("html-page-context", offer)
    app.connect("build-finished", write, priority=920)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
