"""Exact versions: complete, without leftovers, inside the ranges, and each of ours with its reason."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
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
        if not SpecifierSet(distribution(name).metadata.get("Requires-Python", "")).contains(oldest)
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
    extensions = yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]["extensions"]
    names |= {name.split(".")[0] for name in extensions} - local
    providers = packages_distributions()
    unknown = {
        name for name in names
        if not {canonicalize_name(p) for p in providers.get(name, [])} & set(named(OURS))
    }
    assert not unknown
