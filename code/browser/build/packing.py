"""The Python of the page in one file: its torch, and the judge of the command, from the same sources."""

import json
from pathlib import Path

from browser.build.plainer import plainer

BROWSER = Path(__file__).resolve().parent.parent
CODE = BROWSER.parent
# What each module of the judge loses: what it does with files, processes and torch, which the page does otherwise.
JUDGE = {
    "check.comparison": {"autograd", "tree", "compare", "judge", "named", "table"},
    "check.tolerance": set(),
    "check.matching": set(),
    "check.mistakes.any_gradient": set(),
    "check.diagnosis": {"diagnose", "table"},
    "exercises.answer_checks": {"Exercise"},
    "exercises.generic_mistakes": {"Exercise", "mistakes", "is_upstream"},
    "exercises.picture": set(),
    "exercises.value_checks": {"Size"},
    "exercises.verdict": set(),
    "exercises.failures": {
        "Exercise",
        "sources",
        "message",
        "own_frames",
        "text",
        "unreadable",
        "undecoded",
        "nameless",
        "twice",
    },
    "exercises.judge": {
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
PACKAGES = ("browser", "handgrad", "handgrad.check", "handgrad.check.mistakes", "handgrad.exercises")


def modules() -> dict[str, str]:
    """The text of every module of the page, by its name there."""
    found = dict.fromkeys(PACKAGES, "")
    for package, folder in (("torch", "torch"), ("browser.judge", "judge")):
        for path in sorted((BROWSER / folder).rglob("*.py")):
            found[named(package, path.relative_to(BROWSER / folder))] = plainer(path.read_text(encoding="utf-8"))
    for name, drop in JUDGE.items():
        found[f"handgrad.{name}"] = plainer(source(name).read_text(encoding="utf-8"), drop, judge=True)
    return dict(sorted(found.items()))


def source(name: str) -> Path:
    """The file of a module of the judge."""
    return CODE / "handgrad" / f"{name.replace('.', '/')}.py"


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
    return sorted([*BROWSER.rglob("*.py"), *map(source, JUDGE)])


def unpack(folder: Path) -> None:
    """Write the modules as files, for a Python that is to import them."""
    for name, text in laid_out().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
