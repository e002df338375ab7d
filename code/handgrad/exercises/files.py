"""Where the reader's files and the solutions lie, in a clone and in an installed package."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).resolve().parent.parent


def folder(kind: str) -> Path:
    """The folder of the exercises or of the solutions.

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
    spec = importlib.util.spec_from_file_location(f"handgrad_{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
