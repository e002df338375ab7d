"""A module imports from its own place and from those before it, and nothing imports in a circle."""

import re

import imports
import pytest

from handgrad.support.folders import CLONE

RIGHT = {
    "code/handgrad/__init__.py": "",
    "code/handgrad/support/atomic_files.py": "import os\n",
    "code/handgrad/ops/__init__.py": "",
    "code/handgrad/ops/tanh.py": "from handgrad.support import files\n",
    "code/handgrad/check/compare.py": "from handgrad.ops import tanh\nfrom handgrad import __version__\n",
    "code/browser/build/packing.py": "from . import sheets\n",
    "code/browser/build/sheets.py": "import handgrad.check.compare as compare\n",
    "book/_ext/book_prose/terms.py": "from browser.build.packing import packed\n",
    "code/tools/lint_book.py": "import handgrad.ops.tanh\n",
}


@pytest.fixture
def problems(tmp_path):
    """What is found in a small house with some files changed."""
    def found(**changed):
        for name, text in (RIGHT | {name: RIGHT.get(name, "") + text for name, text in changed.items()}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return imports.problems(tmp_path)
    return found


def test_every_import_goes_the_right_way_and_none_in_a_circle():
    assert imports.problems(CLONE) == []


def test_contributing_lists_the_folders_in_this_order():
    table = (CLONE / "CONTRIBUTING.md").read_text().partition("| folder |")[2].partition("\n\n")[0]
    folders = [place for place in imports.PLACES if not place.endswith(".py")]
    assert re.findall(r"^\| `(.*?)/` \|", table, re.MULTILINE) == folders


def test_a_house_in_order_has_no_problem(problems):
    assert problems() == []


@pytest.mark.parametrize("line", [
    "from handgrad.check.compare import compare\n",
    "from handgrad.check import compare\n",
    "import handgrad.check.compare\n",
    "from ..check import compare\n",
    "def forward():\n    from handgrad.check import compare\n",
    "if TYPE_CHECKING:\n    from handgrad.check.compare import Row\n",
    "compare = importlib.import_module('handgrad.check.compare')\n",
])
def test_a_step_to_a_later_place_is_named_with_both_modules(problems, line):
    step, *_ = problems(**{"code/handgrad/support/atomic_files.py": line})
    assert step == ("handgrad.support.atomic_files imports handgrad.check.compare, "
                    "but code/handgrad/support comes before code/handgrad/check")


@pytest.mark.parametrize("name, line, says", [
    ("code/handgrad/check/compare.py", "import browser.build.sheets\n", "handgrad.check.compare imports browser.build"),
    ("code/browser/build/sheets.py", "from book_prose import terms\n", "browser.build.sheets imports book_prose.terms"),
    ("book/_ext/book_prose/terms.py", "import lint_book\n", "book_prose.terms imports lint_book"),
])
def test_so_is_a_step_out_of_the_package_to_what_is_built_on_it(problems, name, line, says):
    assert problems(**{name: line})[0].startswith(says)


def test_a_circle_within_one_folder_is_named_with_all_of_its_modules(problems):
    (circle,) = problems(**{"code/handgrad/ops/softmax.py": "from handgrad.ops.tanh import forward\n",
                            "code/handgrad/ops/linear.py": "from handgrad.ops import softmax\n",
                            "code/handgrad/ops/tanh.py": "def backward():\n    from handgrad.ops import linear\n"})
    assert circle.startswith("a circle: ")
    steps = circle.removeprefix("a circle: ").split(" imports ")
    assert steps[0] == steps[-1] and set(steps) == {f"handgrad.ops.{name}" for name in ("tanh", "linear", "softmax")}


def test_two_circles_are_both_named(problems):
    found = problems(**{"code/handgrad/ops/tanh.py": "from handgrad.ops import linear\n",
                        "code/handgrad/ops/linear.py": "from handgrad.ops import tanh\n",
                        "code/browser/build/sheets.py": "from browser.build import packing\n"})
    assert len(found) == 2 and all(line.startswith("a circle: ") for line in found)


def test_a_circle_through_a_package_that_only_collects_is_one_too(problems):
    (circle,) = problems(**{"code/handgrad/ops/__init__.py": "from handgrad.ops.tanh import forward\n",
                            "code/handgrad/ops/tanh.py": "from handgrad.ops import forward as other\n"})
    assert "handgrad.ops imports handgrad.ops.tanh" in circle or "handgrad.ops.tanh imports handgrad.ops" in circle


@pytest.mark.parametrize("name", ["code/handgrad/optimisers/sgd.py", "code/handgrad/sgd.py"])
def test_a_module_without_a_place_is_named(problems, name):
    (strange,) = problems(**{name: ""})
    assert strange.endswith("is in none of the places that import in order") and "sgd" in strange
