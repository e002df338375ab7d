"""Where the solutions lie, and how a file of functions becomes a module."""

import contextlib
import sys
import tokenize
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType, ModuleType

from handgrad.support.folders import PACKAGE

# The wheel carries the solutions; a clone has them beside the package.
INSTALLED, BESIDE = PACKAGE / "_solutions", PACKAGE.parent / "solutions"
# The first stubs imported from modules that have moved; answers written in them still do.
MOVED = {"handgrad.trace": "handgrad.models.mlp.trace", "handgrad.mlp": "handgrad.models.mlp"}


def solutions() -> Path:
    """The folder of the solutions, in a clone and in an installed package."""
    return INSTALLED if INSTALLED.is_dir() else BESIDE


def load(path: Path) -> ModuleType:
    """Run a file of functions and return it as a module, without leaving it in sys.modules.

    Raises: whatever the file raises.
    """
    return execute(compiled(path), path)


def compiled(path: Path) -> CodeType:
    """The code of a file, always from its text.

    A cached .pyc counts as fresh for a second after the file was saved, and would answer for the old text.
    Raises: OSError, UnicodeDecodeError, SyntaxError, ValueError where it cannot be read or is no Python.
    """
    with tokenize.open(path) as file:
        return compile(file.read(), str(path), "exec", dont_inherit=True)


def execute(code: CodeType, path: Path) -> ModuleType:
    """Run the code of a file and return it as a module.

    Raises: whatever the file raises.
    """
    module = ModuleType(f"handgrad_{path.parent.name}_{path.stem}")
    module.__file__ = str(path)
    # A dataclass looks up the module in which it stands while it is made.
    sys.modules[module.__name__] = module
    try:
        with moved_modules():
            exec(code, module.__dict__)
    finally:
        del sys.modules[module.__name__]
    return module


@contextlib.contextmanager
def moved_modules() -> Iterator[None]:
    """Let modules be imported under their former names too."""
    sys.modules.update({former: import_module(now) for former, now in MOVED.items()})
    try:
        yield
    finally:
        for former in MOVED:
            sys.modules.pop(former, None)
