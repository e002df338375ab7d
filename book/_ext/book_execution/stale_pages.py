"""No page depends on what was built before it.

Sphinx reads a page again when its source changed. But every page also shows the table of contents, may
link to the ledger and to the glossary, and is made by these extensions and templates; a value hashed from them makes
Sphinx read all pages when they change. The outputs of the cells are cached elsewhere, so this costs seconds.

Sphinx also remembers the pages that it warned about, so a second build would say nothing, pass, and serve
them. After a warning its memory is removed, and the next build warns again.

What an earlier build left behind goes: pages that the book no longer has, and reports of cells that raised.
"""

import shutil
from pathlib import Path

from handgrad.support import digest


def shown_everywhere(root: Path) -> list[Path]:
    """The files that any page may depend on."""
    shared = [root / "_toc.yml", root / "book" / "ledger.json", root / "book" / "glossary.md"]
    files = [*shared, *(root / "book" / "_ext").rglob("*.py")]
    # What pages look like is copied beside them only when pages are written.
    files += [path for folder in ("_static", "_templates") for path in (root / "book" / folder).rglob("*")]
    return sorted(path for path in files if path.is_file())


def remember(app, config) -> None:
    """Hash these files into a configuration value."""
    root = Path(app.srcdir)
    config.freshness_key = digest.of_folder(root, shown_everywhere(root))[:16]


def sweep(app, exception) -> None:
    """Remove pages, and their sources, that the book no longer has."""
    site = Path(app.outdir)
    if exception or app.builder.name != "html":
        return
    for path in [*(site / "book").rglob("*.html"), *(site / "_sources").rglob("*.md")]:
        page = path.relative_to(site).with_suffix("").as_posix().removeprefix("_sources/")
        if page not in app.env.found_docs:
            path.unlink()


def sweep_reports(app) -> None:
    """Remove the reports of cells that raised; the build writes those that are still true."""
    shutil.rmtree(Path(app.outdir) / "reports", ignore_errors=True)


def forget(app, exception) -> None:
    """Remove Sphinx's memory of the pages if there was a warning."""
    if exception or app._warncount:
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def setup(app) -> dict:
    app.add_config_value("freshness_key", "", "env", str)
    app.connect("config-inited", remember)
    app.connect("builder-inited", sweep_reports)
    app.connect("build-finished", sweep)
    app.connect("build-finished", forget, priority=999)  # after all that may warn
    return {"parallel_read_safe": True, "parallel_write_safe": True}
