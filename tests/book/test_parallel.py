"""Chapters run beside each other, once, and what they gave is found in the cache."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_cache import get_cache
from myst_nb.core.config import NbParserConfig
from myst_parser.config.main import MdParserConfig

from book_execution import parallel as parallel_execution

HEAD = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  name: python3
---

# A chapter

"""
# Each ends only when the other has begun.
MEETING = """```{{code-cell}}
import time
from pathlib import Path

Path("{mine}").touch()
end = time.monotonic() + 60
while not Path("{other}").exists() and time.monotonic() < end:
    time.sleep(0.05)
assert Path("{other}").exists()
```
"""


def environment(folder: Path, chapters: dict[str, str], mode: str = "cache") -> SimpleNamespace:
    """What Sphinx hands to the extension, for a book of these chapters."""
    for name, text in chapters.items():
        (folder / f"{name}.md").write_text(text)
    config = NbParserConfig(execution_mode=mode, execution_cache_path=str(folder / "cache"), execution_timeout=90)
    return SimpleNamespace(
        doc2path=lambda name: str(folder / f"{name}.md"), mystnb_config=config, myst_config=MdParserConfig()
    )


def outputs(folder: Path) -> list[str]:
    """The chapters in the cache."""
    return sorted(Path(record.uri).stem for record in get_cache(str(folder / "cache")).list_cache_records())


def test_two_chapters_run_at_the_same_time_in_their_folder_and_once(tmp_path, monkeypatch):
    chapters = {name: HEAD + MEETING.format(mine=f"{name}.run", other=f"{other}.run")
                for name, other in (("one", "two"), ("two", "one"))}
    env = environment(tmp_path, chapters | {"words": "# No cells", "notes": HEAD})
    parallel_execution.execute_missing(None, env, ["one", "two", "words", "notes", "gone"])
    assert outputs(tmp_path) == ["one", "two"]
    monkeypatch.setattr(parallel_execution, "executed", None)  # another run would call it
    parallel_execution.execute_missing(None, env, ["one", "two"])


def test_a_chapter_that_raises_is_left_to_the_build_and_the_other_is_kept(tmp_path):
    cells = {"right": "1 + 1", "wrong": "1 / 0"}
    env = environment(tmp_path, {name: f"{HEAD}```{{code-cell}}\n{code}\n```\n" for name, code in cells.items()})
    parallel_execution.execute_missing(None, env, list(cells))
    assert outputs(tmp_path) == ["right"]


@pytest.mark.parametrize("mode, names", [("off", ["one", "two"]), ("cache", ["one"])])
def test_nothing_runs_ahead_where_nothing_is_won(tmp_path, monkeypatch, mode, names):
    monkeypatch.setattr(parallel_execution, "executed", None)
    chapters = {name: f"{HEAD}```{{code-cell}}\n{name!r}\n```\n" for name in ("one", "two")}
    parallel_execution.execute_missing(None, environment(tmp_path, chapters, mode), names)
    assert not (tmp_path / "cache").exists() or outputs(tmp_path) == []
