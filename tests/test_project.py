"""The project's own papers agree with each other: versions, commands, the map in the README."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import environment
import failures
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import handgrad
from handgrad import exercises

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
LOCK = (ROOT / "requirements.txt").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OURS, THEIRS = LOCK.split("# What these bring with them.")
# They come with torch's CUDA build, and with no other.
CUDA = re.compile(r"nvidia-|cuda-|triton$")


def pins(text):
    lines = [line.split("#")[0].strip() for line in text.splitlines()]
    return dict(line.split("==") for line in lines if line)


def named(text):
    return {canonicalize_name(name): version for name, version in pins(text).items()}


def ranges():
    """Every requirement of pyproject.toml, those of the extras too."""
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in PROJECT["dependencies"] + extras]


def blocks(text):
    """The commands shown in the README, without prompts of Python."""
    shown = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in shown for line in block.splitlines() if not line.startswith(">>>")]


def recipe(target):
    """The commands of a target, as in an activated environment."""
    lines = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE).group(1).splitlines()
    return [line.strip().lstrip("@").replace("$(BIN)/", "") for line in lines]


# Versions

def test_every_requirement_is_exact():
    lines = [line.split("#")[0].strip() for line in LOCK.splitlines()]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines if line)
    assert len(named(LOCK)) == len([line for line in lines if line]), "a package stands there twice"


def test_nothing_in_the_lock_forbids_another_build_of_torch():
    assert named(LOCK)["torch"] == "2.13.0"
    assert not any(CUDA.match(name) for name in named(LOCK))


def test_every_package_of_ours_has_its_reason():
    lines = [line for line in OURS.splitlines() if "==" in line.split("#")[0]]
    assert all(re.search(r"  # \S", line) for line in lines)


def test_the_first_part_of_the_lock_is_what_pyproject_asks_for():
    assert {canonicalize_name(r.name) for r in ranges()} == set(named(OURS))


def test_every_range_admits_the_exact_version():
    outside = [str(r) for r in ranges() if not r.specifier.contains(named(LOCK)[canonicalize_name(r.name)])]
    assert not outside


def test_an_installed_torch_of_any_build_is_kept():
    torch = next(r for r in ranges() if r.name == "torch")
    assert all(torch.specifier.contains(version) for version in ("2.13.0", "2.13.0+cpu", "2.13.0+cu130"))


def bring(name):
    """What an installed package asks for in this place, without its extras and without CUDA."""
    wanted = [Requirement(line) for line in distribution(name).requires or []]
    wanted = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
    names = {canonicalize_name(r.name) for r in wanted}
    # An extra that is asked for, such as markdown-it-py[linkify], brings its own.
    for r in wanted:
        for line in (distribution(r.name).requires or []) if r.extras else []:
            inner = Requirement(line)
            if inner.marker and any(inner.marker.evaluate({"extra": extra}) for extra in r.extras):
                names.add(canonicalize_name(inner.name))
    return {name for name in names if not CUDA.match(name)}


def test_the_lock_holds_all_that_these_packages_need_and_nothing_else():
    reached, ahead = set(), set(named(OURS))
    while ahead:
        reached |= ahead
        try:
            ahead = set().union(*map(bring, ahead)) - reached
        except PackageNotFoundError as error:
            pytest.skip(f"{error.name} is not installed here: the environment is not the book's")
    assert reached == set(named(LOCK))


def test_the_installed_versions_are_the_exact_ones():
    other = {
        name: distribution(name).version for name, version in named(LOCK).items()
        if not SpecifierSet(f"=={version}").contains(distribution(name).version)
    }
    assert not other, "run: make environment"


def test_every_exact_version_takes_every_python_that_we_ask_for():
    oldest = PROJECT["requires-python"].removeprefix(">=") + ".0"
    fussy = [
        name for name in named(LOCK)
        if not SpecifierSet(distribution(name).metadata["Requires-Python"] or "").contains(oldest)
    ]
    assert not fussy


def imported(file):
    """The top-level names of what a file imports."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def test_what_we_import_is_among_our_requirements():
    files = [f for folder in ("code", "data", "tests", "book") for f in (ROOT / folder).rglob("*.py")]
    local = {f.stem for f in files} | {f.parent.name for f in files}
    names = set().union(*map(imported, files)) - local - set(sys.stdlib_module_names)
    names |= set(yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]["extensions"]) - local
    providers = packages_distributions()
    unknown = {
        name for name in names
        if not {canonicalize_name(p) for p in providers.get(name, [])} & set(named(OURS))
    }
    assert not unknown


def test_the_same_python_is_named_everywhere():
    assert PROJECT["requires-python"] == ">={}.{}".format(*failures.OLDEST)
    assert "Python {}.{}, pip and make".format(*failures.TRIED) in README


# Commands

def test_the_two_commands_of_the_readme_are_targets_and_what_ci_runs():
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    shown = {line.split()[1] for line in blocks(README) if line.startswith("make ")}
    assert {"site", "test"} <= shown <= targets
    ci = re.findall(r"^make (\w+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert ci == ["site", "lint", "test"]


def test_every_target_exists_once_and_is_explained():
    targets = re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE).group(1).split()
    assert sorted(targets) == sorted(phony) == sorted(set(targets))
    table = re.findall(r"^\| `make (\w+)`", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    assert set(table) == set(targets) - {"help"}
    assert all(re.search(rf"^{target}:.*  ## \w", MAKEFILE, re.MULTILINE) for target in targets)


def test_no_exit_status_is_lost_in_a_pipe():
    commands = recipe("site") + recipe("test") + recipe("lint")
    assert not [line for line in commands if "|" in line.replace("||", "")]
    assert "set -euo pipefail" in (ROOT / ".ci" / "run").read_text()


def test_the_steps_without_make_are_those_of_make(monkeypatch):
    steps = []

    def note(purpose, *arguments):
        steps.append(" ".join(arguments[2:]))
    monkeypatch.setattr(failures, "command", note)
    environment.install()
    steps += [line for line in recipe("site") if line.startswith(("jupyter-book", "python code"))]
    steps += recipe("test")
    section = README.split("## Without make")[1].split("\n## ")[0]
    assert blocks(section) == ["python3 -m venv .venv", "source .venv/bin/activate", *steps]


def test_the_readme_says_how_much_disk_the_set_up_asks_for():
    assert f"{failures.GIGABYTES} GB of disk" in README


def test_every_command_of_the_package_that_the_readme_names_exists():
    from handgrad.cli import main
    used = set(re.findall(r"(?:^|`)handgrad ([a-z]+)\b", README, re.MULTILINE))
    assert used and used <= set(main.commands)
    answers = re.findall(r"^handgrad check (\w+)$", README, re.MULTILINE)
    assert answers and all(exercises.find(name) for name in answers)


# Files

def test_the_map_of_the_readme_names_what_exists():
    section = README.split("## What lies where")[1].split("\n## ")[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| `")]
    paths = [path for where, what in rows for path in re.findall(r"`([^`]+)`", where)]
    assert paths and all((ROOT / path).exists() for path in paths)
    elsewhere = re.findall(r"`((?:code|book|tests|data)/[^`]*)`", README)
    assert not [path for path in elsewhere if not (ROOT / path).exists()]


def test_every_folder_at_the_top_is_on_the_map():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("this copy is not a clone")
    folders = {line.split("/")[0] for line in tracked.stdout.splitlines() if "/" in line and line[0] != "."}
    assert not [folder for folder in folders if f"`{folder}/" not in README]


def test_links_between_the_papers_lead_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links and all((ROOT / link).exists() for link in links if "://" not in link)


def test_one_version_is_named_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == handgrad.__version__
    assert f"version {handgrad.__version__}, {citation['date-released'][:4]}" in README
    assert citation["title"] in README.replace("*", "")


def test_the_import_root_is_no_package():
    assert not (ROOT / "code" / "__init__.py").exists(), "it would shadow the standard library's module code"
