"""Where the reader's files and the solutions lie, and how a file becomes a module."""

import os
import sys
import tokenize
from pathlib import Path
from types import CodeType, ModuleType

from handgrad.support.folders import PACKAGE


def folder(kind: str) -> Path:
    """The folder of the exercises or of the solutions, in a clone and in an installed package.

    kind: "exercises" or "solutions". HANDGRAD_WORK names another folder of exercises.
    """
    if kind == "exercises" and os.environ.get("HANDGRAD_WORK"):
        return Path(os.environ["HANDGRAD_WORK"])
    installed = PACKAGE / "_work" / kind
    return installed if installed.is_dir() else PACKAGE.parent / kind


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
        exec(code, module.__dict__)
    finally:
        del sys.modules[module.__name__]
    return module
