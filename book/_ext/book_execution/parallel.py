"""The chapters that must run are run before the pages are read, several at once.

myst-nb runs a chapter when it reads its page, one after another, and the machine's other cores wait. Here the
chapters that are not in the cache run beside each other, each in a kernel of its own as before, and go into the
cache, where myst-nb then finds them. A chapter of which a cell raises is left out: myst-nb runs it again and
reports it.
"""

import importlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.util import logging

logger = logging.getLogger(__name__)

# One more than there are cores, which then have something to do until the longest chapter is nearly over; no more
# than four, at 0.4 GB of memory each.
AT_ONCE = min((os.cpu_count() or 1) + 1, 4)


def execute_missing(app, env, docnames: list[str]) -> None:
    """Run the chapters among the pages to be read that the cache does not hold, and add them to it."""
    config = env.mystnb_config
    if config.execution_mode != "cache":
        return
    cache = get_cache(config.execution_cache_path)
    missing = {path: notebook for path, notebook in notebooks(env, docnames) if not held(cache, notebook)}
    if missing:
        # Let matplotlib list the fonts here: in a cell, its remark about it would become an output.
        importlib.import_module("matplotlib.font_manager")
    if len(missing) < 2:
        return
    logger.info("running %d chapters, %d at once", len(missing), AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = pool.map(lambda path: executed(path, missing[path], config.execution_timeout), missing)
        for path, result in zip(missing, done, strict=True):
            if result.err is None:
                data = {"execution_seconds": result.time}
                cache.cache_notebook_bundle(CacheBundleIn(result.nb, str(path), data=data),
                                            check_validity=False, overwrite=True)


def notebooks(env, docnames: list[str]) -> list[tuple[Path, NotebookNode]]:
    """Each page that has cells, as the notebook that myst-nb makes of it."""
    found = []
    for path in (Path(env.doc2path(name)) for name in sorted(docnames)):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf8")
        reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
        notebook = reader.read(text) if reader else None
        if notebook and any(cell.cell_type == "code" for cell in notebook.cells):
            found.append((path, notebook))
    return found


def held(cache: JupyterCacheAbstract, notebook: NotebookNode) -> bool:
    """Whether the cache has a run of these cells."""
    try:
        cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def executed(path: Path, notebook: NotebookNode, seconds: int) -> ExecutionResult:
    """The chapter with its outputs, run in its own folder as myst-nb does."""
    return single_nb_execution(notebook, cwd=str(path.parent), timeout=seconds, allow_errors=False)


def setup(app) -> dict:
    app.connect("env-before-read-docs", execute_missing, priority=900)  # after execution_cache has chosen the cache
    return {"parallel_read_safe": True, "parallel_write_safe": True}
