"""The page for teachers: its plans hold, and its steps make an exercise."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from handgrad.exercises import class_plans
from handgrad.exercises.registry import ALL

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book" / "teach.md").read_text(encoding="utf8")
BLOCK = re.compile(r"^(`{3,4})\{code-block\} \w+\n:caption: (\S+)\n\n(.*?)\n\1$", re.DOTALL | re.MULTILINE)
TOC = (ROOT / "_toc.yml").read_text(encoding="utf8")
COPIED = ("code", "tests", "book", "pyproject.toml")


@pytest.mark.parametrize("plan", [class_plans.ONE, class_plans.THREE, class_plans.EIGHT], ids=len)
def test_a_plan_names_chapters_and_leaves_time(plan):
    read = [stem for session in plan for stem in session.read]
    done = [name for session in plan for name in session.do]
    assert len(read) == len(set(read)) and len(done) == len(set(done))
    assert all(f"book/{stem}\n" in TOC for stem in read)
    assert all(0 < class_plans.minutes(session) <= class_plans.MOST for session in plan)


def test_eight_sessions_read_part_one_in_its_order():
    part = re.search(r'"Part I:.*?(?=- caption)', TOC, re.DOTALL).group()
    assert [stem for session in class_plans.EIGHT for stem in session.read] == re.findall(r"file: book/(\w+)", part)


@pytest.mark.parametrize("plan", [class_plans.ONE, class_plans.THREE, class_plans.EIGHT], ids=len)
def test_an_exercise_is_not_done_before_its_chapter_is_read(plan):
    chapters = {exercise.name: exercise.page.partition("#")[0] for exercise in ALL}
    read = set()
    for session in plan:
        read |= set(session.read)
        assert {chapters[name] for name in session.do} <= read


def test_what_is_for_home_is_too_long_for_a_session_beside_others():
    in_sessions = {name for session in class_plans.EIGHT for name in session.do}
    assert not in_sessions & set(class_plans.AT_HOME)
    assert all(class_plans.find(name).minutes > class_plans.MOST / 2 for name in class_plans.AT_HOME)


def test_a_plan_with_an_unknown_exercise_is_refused():
    with pytest.raises(KeyError, match="no_such"):
        class_plans.minutes(class_plans.Session(("vjp",), ("no_such",)))


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project after the steps of the page."""
    folder = tmp_path_factory.mktemp("class") / "project"
    folder.mkdir()
    ignored = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)
    (folder / "data").symlink_to(ROOT / "data")
    for _, path, text in BLOCK.findall(PAGE):
        add(folder / path, text)
    return folder


def add(file: Path, text: str) -> None:
    """Put a piece where the page says: into the tuple of a chapter, among its exercises, or at the end."""
    before = file.read_text(encoding="utf8")
    if file.parent.name == "chapters" and file.suffix == ".py":
        assert before.endswith("\n)\n")
        after = f"{before[:-2]}{text}\n)\n"
    elif file.suffix == ".md":
        after = before.replace("## Exercises\n", f"## Exercises\n\n{text}\n", 1)
        assert after != before
    else:
        after = f"{before}\n\n{text}\n"
    file.write_text(after, encoding="utf8")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HANDGRAD")}
    environment |= {"PYTHONPATH": f"{folder / 'code'}{os.pathsep}{folder / 'tests' / 'helpers'}"}
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, env=environment)


def test_the_page_shows_every_file_that_is_changed():
    assert [path for _, path, _ in BLOCK.findall(PAGE)] == [
        "code/solutions/tanh.py", "code/handgrad/check/mistakes/tanh.py",
        "code/handgrad/exercises/chapters/tanh.toml", "code/handgrad/exercises/chapters/tanh.py",
        "tests/exercises/alternatives/tanh.py", "book/tanh.md",
    ]


def test_the_steps_of_the_page_make_an_exercise_that_passes_its_tests(copy):
    files = [f"tests/exercises/test_{name}.py" for name in ("exercises", "alternatives")]
    chosen = [*files, "-k", "relu_backward or tanh"]
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen)
    assert done.returncode == 0, done.stdout[-2000:]
    assert "relu_backward" in run(copy, "-m", "handgrad", "list").stdout
    said = run(copy, "-m", "handgrad", "check", "relu_backward")
    assert "relu_backward is still to be written, in exercises/tanh.py." in said.stdout


def test_a_step_that_is_left_out_is_missed(copy):
    """Without the other right answers, which is the step that nothing else needs."""
    file = copy / "tests" / "exercises" / "alternatives" / "tanh.py"
    whole = file.read_text(encoding="utf8")
    try:
        file.write_text(whole.partition("def relu_backward__where")[0], encoding="utf8")
        done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/exercises/test_alternatives.py",
                   "-k", "relu_backward")
        assert done.returncode == 1 and "relu_backward" in done.stdout
    finally:
        file.write_text(whole, encoding="utf8")
