"""The project's papers agree with each other and with what is there: commands, versions, folders."""

import re
import subprocess
import tomllib
from pathlib import Path

import environment
import failures
import pytest
import yaml

import handgrad
from handgrad.exercises import registry

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def blocks(text):
    """The commands shown in the README, without prompts of Python."""
    shown = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in shown for line in block.splitlines() if not line.startswith(">>>")]


def recipe(target):
    """The commands of a target, as in an activated environment."""
    lines = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE).group(1).splitlines()
    return [line.strip().lstrip("@").replace("$(BIN)/", "") for line in lines]


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
    by_hand = ["python3 -m venv .venv", "source .venv/bin/activate", *steps]
    assert blocks(section)[: len(by_hand)] == by_hand
    # uv resolves all at once, so torch need not come first; and pip must be there, or the set-up would begin anew.
    assert blocks(section)[len(by_hand) :] == ["uv venv --seed", "uv pip install -r requirements.txt -e ."]


def test_the_readme_says_how_much_disk_the_set_up_asks_for():
    assert f"{failures.GIGABYTES} GB of disk" in README
    assert f"{failures.WITH_CUDA} GB with the build of torch that has CUDA" in README


def test_every_command_of_the_package_that_the_readme_names_exists():
    from handgrad.cli.command import main
    used = set(re.findall(r"(?:^|`)handgrad ([a-z]+)\b", README, re.MULTILINE))
    assert used and used <= set(main.commands)
    answers = re.findall(r"^handgrad check (\w+)$", README, re.MULTILINE)
    assert answers and all(registry.find(name) for name in answers)


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


def test_the_same_python_is_named_everywhere():
    assert PROJECT["requires-python"] == ">={}.{}".format(*failures.OLDEST)
    (major, oldest), (_, newest) = failures.OLDEST, failures.NEWEST
    minors = [f"{major}.{minor}" for minor in range(oldest, newest + 1)]
    classified = [name.split(" :: ")[-1] for name in PROJECT["classifiers"] if "Python ::" in name]
    assert classified == minors
    assert f"Python {minors[0]} to {minors[-1]}, pip and make" in README
    assert f"on Python {minors[0]} to {minors[-1]}." in (ROOT / "requirements.txt").read_text()


def test_the_import_root_is_no_package():
    assert not (ROOT / "code" / "__init__.py").exists(), "it would shadow the standard library's module code"
