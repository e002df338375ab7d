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


def laid_out() -> dict[str, str]:
    """The text of every module of the page, by the path of its file."""
    texts = modules()
    packages = {name.rpartition(".")[0] for name in texts}
    return {f"{name.replace('.', '/')}{'/__init__' if name in packages else ''}.py": text
            for name, text in texts.items()}


def packed() -> str:
    """The file that the page loads beside the runtime: folders, each before those in it, and files."""
    files = laid_out()
    folders = sorted({str(parent) for path in files for parent in Path(path).parents} - {"."})
    # In ASCII: of any other letter in it, a browser takes two bytes for each.
    return json.dumps({"folders": folders, "files": files}, separators=(",", ":"))


def sources() -> list[Path]:
    """The files that the packed Python is made of, and this one."""
    own = [path for folder in ("pagetorch", "page") for path in (PACKAGE / folder).rglob("*.py")]
    return sorted([*own, *(PACKAGE / f"{name.replace('.', '/')}.py" for name in JUDGE)])


def unpack(folder: Path) -> None:
    """Write the modules as files, for a Python that is to import them."""
    for name, text in laid_out().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
