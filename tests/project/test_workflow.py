"""The workflow on GitHub does what the README says, in the same commands, with actions that cannot change."""

import re
from pathlib import Path

import failures
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf8")
TARGETS = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf8"), re.MULTILINE)
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40}")


def steps(workflow):
    """The steps of all jobs."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def strange(workflow):
    """Commands that are neither a make target, nor the README's way to torch, nor Debian's packages."""
    shown = re.sub(r"ADDRESS", '"$TORCH_INDEX"', README).splitlines()
    found = []
    for line in (line.strip() for step in steps(workflow) for line in step.get("run", "").splitlines()):
        make = re.fullmatch(r"make (\w+)", line)
        if not (make and make[1] in TARGETS or line in shown or line.startswith("apt-get update && apt-get install ")):
            found.append(line)
    return found


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.name)
def workflow(request):
    found = yaml.safe_load(request.param.read_text(encoding="utf8"))
    return found | {"on": found.pop(True)}  # YAML 1.1 reads the word as a truth value


def test_there_is_one():
    assert [path.name for path in FILES] == ["site.yml"]


def test_its_commands_are_those_of_make_and_of_the_readme(workflow):
    assert strange(workflow) == []
    run = [step["run"] for step in steps(workflow) if step.get("run", "").startswith("make ")]
    ci = re.findall(r"^make \w+$", (ROOT / ".ci" / "run").read_text(encoding="utf8"), re.MULTILINE)
    assert run == ci


def test_another_command_is_found():
    wrong = {"jobs": {"a": {"steps": [{"run": "make site\nmake away\npip install torch"}, {"uses": "x"}]}}}
    assert strange(wrong) == ["make away", "pip install torch"]


def test_actions_are_pinned_by_their_commit(workflow):
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used and [name for name in used if not PINNED.fullmatch(name)] == []
    assert not PINNED.fullmatch("actions/checkout@v4")


def test_the_browsers_of_the_tests_are_installed(workflow):
    (installing,) = (step["run"] for step in steps(workflow) if "apt-get" in step.get("run", ""))
    assert {"chromium", "firefox-esr", "git", "make"} <= set(installing.split())


def test_every_python_that_was_tried_is_tried_again(workflow):
    book = workflow["jobs"]["book"]
    (major, oldest), (_, newest) = failures.OLDEST, failures.NEWEST
    tried = [f"{major}.{minor}" for minor in range(oldest, newest + 1)]
    assert book["strategy"]["matrix"] == {"python": tried}
    # Debian's own python3 would lie behind it in the PATH, and is not asked for.
    assert book["container"] == "python:${{ matrix.python }}-slim-bookworm"


def test_it_may_do_no_more_than_it_must(workflow):
    assert workflow["permissions"] == {"contents": "read"}
    writing = [name for name, job in workflow["jobs"].items() if "write" in job.get("permissions", {}).values()]
    assert writing == ["publish"]
    assert not any("run" in step for step in workflow["jobs"]["publish"]["steps"]), "what may write runs no command"


def test_only_the_main_branch_is_published_and_only_after_the_tests(workflow):
    publish = workflow["jobs"]["publish"]
    assert publish["if"] == "github.ref == 'refs/heads/main'" and publish["needs"] == "book"
    order = [step.get("run") or step.get("uses", "").split("@")[0] for step in workflow["jobs"]["book"]["steps"]]
    assert order.index("actions/upload-pages-artifact") > order.index("make test")
    (upload,) = (step for step in workflow["jobs"]["book"]["steps"] if "upload-pages" in step.get("uses", ""))
    oldest = "{}.{}".format(*failures.OLDEST)
    assert upload["if"] == f"github.ref == 'refs/heads/main' && matrix.python == '{oldest}'", "one site, not four"


def test_a_cold_build_runs_every_week(workflow):
    (weekly,) = workflow["on"]["schedule"]
    minute, hour, day, month, weekday = weekly["cron"].split()
    assert minute.isdigit() and hour.isdigit() and (day, month) == ("*", "*") and weekday.isdigit()
    assert not any("cache" in step.get("uses", "") for step in steps(workflow)), "cold: nothing is kept"
