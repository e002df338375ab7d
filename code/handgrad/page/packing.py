"""The Python of the page in one file: its torch, and the judge of the command, from the same sources."""

import json
from pathlib import Path

from handgrad.page.plainer import plainer

PACKAGE = Path(__file__).resolve().parent.parent
# What each module of the judge loses: what it does with files, processes and torch, which the page does otherwise.
JUDGE = {
    "checking": {"autograd", "tree", "compare", "judge", "named", "table"},
    "rounding": set(),
    "matching": set(),
    "common_mistakes": set(),
    "diagnosis": {"diagnose", "table"},
    "exercises.answers": {"Exercise"},
    "exercises.generic": {"Exercise", "mistakes", "is_upstream"},
    "exercises.picture": set(),
    "exercises.values": {"Size"},
    "exercises.verdict": set(),
    "exercises.failures": {"Exercise", "message", "own_frames", "text", "unreadable", "undecoded", "nameless", "twice"},
    "exercises.runner": {
        "Exercise",
        "rounds",
        "drawn",
        "axes",
        "ones",
        "file_of",
        "solutions",
        "solution_of",
        "statement_of",
        "tree",
        "draws",
        "files",
    },
}


def modules() -> dict[str, str]:
    """The text of every module of the page, by its name there."""
    found = {"handgrad": "", "handgrad.exercises": ""}
    for path in sorted((PACKAGE / "pagetorch").rglob("*.py")):
        found[named("torch", path.relative_to(PACKAGE / "pagetorch"))] = plainer(path.read_text(encoding="utf-8"))
    for path in sorted((PACKAGE / "page" / "inside").glob("*.py")):
        found[named("handgrad.page", path.relative_to(path.parent))] = plainer(path.read_text(encoding="utf-8"))
    for name, drop in JUDGE.items():
        path = PACKAGE / f"{name.replace('.', '/')}.py"
        found[f"handgrad.{name}"] = plainer(path.read_text(encoding="utf-8"), drop, judge=True)
    return dict(sorted(found.items()))


def named(package: str, path: Path) -> str:
    """The name of a module in a package."""
    parts = [part for part in path.with_suffix("").parts if part != "__init__"]
    return ".".join([package, *parts])


def packed() -> str:
    """The file that the page loads beside the runtime."""
    return json.dumps({"modules": modules()}, ensure_ascii=False, separators=(",", ":"))


def sources() -> list[Path]:
    """The files that the packed Python is made of, and this one."""
    own = [path for folder in ("pagetorch", "page") for path in (PACKAGE / folder).rglob("*.py")]
    return sorted([*own, *(PACKAGE / f"{name.replace('.', '/')}.py" for name in JUDGE)])


def unpack(folder: Path) -> None:
    """Write the modules as files, for a Python that is to import them."""
    texts = modules()
    for name, text in texts.items():
        whole = any(other.startswith(f"{name}.") for other in texts)
        path = folder / name.replace(".", "/") / "__init__.py" if whole else folder / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
