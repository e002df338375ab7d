"""Running texts in the packed judge of the page, in CPython or in MicroPython under node."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RUNTIME = HERE.parents[1] / "book" / "_static" / "page" / "micropython.mjs"


def run(python, folder, cases):
    """The results of the cases in one process of CPython or of node."""
    (folder / "cases.json").write_text(json.dumps(cases), encoding="utf-8")
    if python == "node":
        command = ["node", str(HERE / "checked.mjs"), str(RUNTIME), str(folder)]
        if not shutil.which("node") or not RUNTIME.is_file():
            pytest.skip("the page's Python runs in node, which is not installed, from book/_static/page")
    else:
        # Alone: no torch and no other handgrad is to be found.
        command = [sys.executable, "-I", "-S", str(HERE / "checked.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(cases)
    return found
