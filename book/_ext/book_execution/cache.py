"""A cache of executed chapters that knows the package, the data and the libraries.

Jupyter's own cache compares a chapter's cells and nothing else: after `handgrad` was changed, and even
after it was made wrong, the page went on showing the old, right output. Here everything that a cell's
output depends on is hashed into the cache's path and into a configuration value. Sphinx reads all pages
again when the value changes; when the change is undone, the old path and so the old outputs are found.

The cells run in other processes, which inherit this one's environment: `ENVIRONMENT` and `PROFILE` make them
run the same way on every machine, and keep the start-up files of whoever builds the book out of its pages.
The book is built from data/names.txt, whatever HANDGRAD_NAMES says.
"""

import importlib.util
import json
import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from myst_nb.sphinx_ext import NbMetadataCollector
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)

# What the chapters import, and what runs them.
LIBRARIES = ("torch", "numpy", "matplotlib", "tabulate", "sympy", "ipykernel", "ipython", "myst-nb")
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",  # small tensors: a second thread only waits; and sums keep one order
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else each kernel warns about Python's frozen modules
}
PROFILE = {
    "IPKernelApp": {"log_level": "CRITICAL"},  # else each kernel warns of connections within this machine
    "HistoryManager": {"enabled": False},
}
KEPT = 6  # caches of other states of the package: enough to go back and forth between branches


def library_versions() -> list[str]:
    """`name version` for Python, the processor's architecture and each of LIBRARIES."""
    found = [f"python {platform.python_version()}", f"machine {platform.machine()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} absent")
    return found


def inputs(root: Path) -> list[Path]:
    """The files of the project that a cell's output can depend on, in a fixed order."""
    folders = (root / "code" / "handgrad", root / "data")
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if "__pycache__" not in path.parts)


def key(root: Path) -> str:
    """A name for this state of package, data, libraries and environment."""
    # Here and not at the top: `assert_own_package` speaks first where the package is not installed.
    from handgrad.support import digest

    settings = [*library_versions(), os.environ.get("ATEN_CPU_CAPABILITY", "")]
    return digest.of_json([digest.of_folder(root, inputs(root)), *settings])[:16]


def assert_own_package(root: Path) -> None:
    """Refuse to run the cells with a `handgrad` that is not the one beside the chapters."""
    expected = root / "code" / "handgrad"
    spec = importlib.util.find_spec("handgrad")
    if spec is None:
        raise ExtensionError(f"handgrad is not installed: run `pip install -e .` in {root}")
    found = Path(spec.origin).resolve().parent
    if found != expected.resolve():
        raise ExtensionError(
            f"the cells would run {found}, not {expected}: run `pip install -e .` in {root}"
        )


def prepare(app, config) -> None:
    """Choose the cache and set the environment, before anything is read."""
    root = Path(app.srcdir)
    os.environ.update(ENVIRONMENT)
    os.environ.pop("HANDGRAD_NAMES", None)
    build = Path(app.outdir).parent
    os.environ["IPYTHONDIR"] = str(write_profile(build / ".ipython"))
    config.execution_key = key(root)
    caches = build / ".jupyter_cache"
    chosen = caches / config.execution_key
    chosen.mkdir(parents=True, exist_ok=True)
    os.utime(chosen)
    config.nb_execution_cache_path = str(chosen)
    others = (path for path in caches.iterdir() if path.is_dir())
    for old in sorted(others, key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)


def write_profile(folder: Path) -> Path:
    """Make a folder for IPython that holds PROFILE and nothing else."""
    file = folder / "profile_default" / "ipython_kernel_config.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(PROFILE), encoding="utf8")
    return folder


def fail(app, exception) -> None:
    """Name the chapters of which a cell raised, and fail, also where warnings are no errors."""
    if exception or not hasattr(app.env, "nb_metadata"):
        return
    for page in sorted(app.env.found_docs):
        result = NbMetadataCollector.get_exec_data(app.env, page)
        if result and not result["succeeded"]:
            logger.error("%s did not run to its end; the cell that failed is shown above", page)
            app.statuscode = 1


def setup(app) -> dict:
    # At once: the extensions that are loaded after this one import the package.
    assert_own_package(Path(app.srcdir))
    app.add_config_value("execution_key", "", "env", str)
    app.connect("config-inited", prepare)
    app.connect("build-finished", fail)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
