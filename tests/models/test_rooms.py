"""Everything that belongs to a network is there, as for operations."""

import shutil

import pytest
from model_rooms import MODEL_ROOMS
from rooms import of_models, table

from handgrad.support.folders import CLONE

READ = ("_toc.yml", "book/*.md", "code/handgrad/models/**/*.py", "code/handgrad/figures/*.py", "tests/models/*.py")
REMOVALS = {  # for each room the ways to be without it: a file, and what is replaced in it, or nothing for all of it
    "model": [("code/handgrad/models/mlp/model.py",),
              ("code/handgrad/models/mlp/model.py", "def backward(", "def other(")],
    "trace": [("code/handgrad/models/mlp/trace.py",),
              ("code/handgrad/models/mlp/trace.py", "class Steps(", "class Other(")],
    "values": [("code/handgrad/models/mlp/values.py",)],
    "tests": [("tests/models/test_mlp.py",)],
    "forward chapter": [("book/forward.md",), ("_toc.yml", "book/forward\n", "book/other\n")],
    "backward chapter": [("book/mlp.md",), ("_toc.yml", "book/mlp\n", "book/other\n"),
                         ("book/mlp.md", ":pyobject: backward_steps", ":pyobject: other")],
    "figure": [("code/handgrad/figures/mlp.py",)],
}


@pytest.fixture
def house(tmp_path):
    """A copy of what the walk reads."""
    for file in {file for pattern in READ for file in CLONE.glob(pattern)}:
        target = tmp_path / file.relative_to(CLONE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return tmp_path


def lacking(root):
    return [line.partition(":")[0] for line in of_models(root, MODEL_ROOMS)]


def test_no_network_lacks_a_room():
    assert of_models(CLONE, MODEL_ROOMS) == []


def test_a_copy_of_what_the_walk_reads_is_complete(house):
    assert lacking(house) == []


def test_a_sham_network_lacks_every_room_but_the_one_that_it_has(house):
    folder = house / "code/handgrad/models/gpt"
    folder.mkdir()
    (folder / "model.py").write_text("class Parameters: pass\ndef forward(): pass\ndef backward(): pass\n")
    assert lacking(house) == [f"gpt lacks its {room.name}" for room in MODEL_ROOMS if room.name != "model"]


@pytest.mark.parametrize("name, removal", [
    pytest.param(name, removal, id=f"{name}-{number}") for name, ways in REMOVALS.items()
    for number, removal in enumerate(ways, 1)
])
def test_a_network_without_one_room_fails_for_that_room_alone(house, name, removal):
    file, *what = removal
    if what:
        text = (house / file).read_text()
        assert what[0] in text
        (house / file).write_text(text.replace(*what))
    else:
        (house / file).unlink()
    assert lacking(house) == [f"mlp lacks its {name}"]


def test_each_room_is_removed_in_some_way():
    assert set(REMOVALS) == {room.name for room in MODEL_ROOMS}


def test_contributing_lists_the_rooms():
    assert table(MODEL_ROOMS) in (CLONE / "CONTRIBUTING.md").read_text(), (
        f"CONTRIBUTING.md must hold this table:\n{table(MODEL_ROOMS)}")
