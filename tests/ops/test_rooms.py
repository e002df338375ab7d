"""Everything that belongs to an operation is there; without one of its rooms a test fails, and says which."""

import functools
import json
import re
import shutil

import pytest
from operation_rooms import OPERATION_ROOMS
from rooms import of_operations, table

from handgrad.ops.catalogue import OPERATIONS
from handgrad.support.folders import CLONE

# What the walk reads.
READ = ("_toc.yml", "book/*.md", "book/ledger.json", "book/_static/*.css", "code/handgrad/ops/*.py",
        "code/handgrad/check/mistakes/*.py", "code/handgrad/figures/*.py", "code/handgrad/studies/rules*.py",
        "code/handgrad/exercises/chapters/*", "code/handgrad/exercises/listing.py", "code/solutions/*.py",
        "tests/ops/*.py", "tests/helpers/cases.py",
        "tests/helpers/mutations.py", "tests/helpers/proofs/*.py", "tests/exercises/alternatives/*.py")
CATALOGUE = "code/handgrad/ops/catalogue.py"
SHAM = '''"""A sham."""


def forward(x, gamma, beta, eps=1e-5):
    return x, gamma


def backward(dy, saved):
    return dy
'''
ROW = ('    Operation("layernorm", "layer norm", 5, ("layernorm",), "layernorm", "layernorm", ("x", "gamma", "beta"), '
       '("y",)),\n')


@pytest.fixture
def house(tmp_path):
    """A copy of what the walk reads."""
    for pattern in READ:
        for file in CLONE.glob(pattern):
            if file.is_file():
                target = tmp_path / file.relative_to(CLONE)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
    return tmp_path


@functools.cache
def here():
    """What is missing in the project: nothing, but one fault should not hide the others."""
    return of_operations(CLONE, OPERATION_ROOMS)


def lacking(root):
    """What is missing in a changed copy and not in the project."""
    return [line for line in of_operations(root, OPERATION_ROOMS) if line not in here()]


def change(root, file, pattern, new=""):
    """Replace what a pattern finds, at least once."""
    before = (root / file).read_text()
    after = re.sub(pattern, new, before, flags=re.MULTILINE | re.DOTALL)
    assert after != before, f"{file} has nothing like {pattern!r}"
    (root / file).write_text(after)


def test_no_operation_lacks_a_room_and_no_module_its_row():
    assert here() == []


def test_a_copy_of_what_the_walk_reads_is_as_complete(house):
    assert of_operations(house, OPERATION_ROOMS) == here()


def test_a_sham_operation_lacks_every_room_but_its_module_and_its_row(house):
    (house / "code/handgrad/ops/layernorm.py").write_text(SHAM)
    change(house, CATALOGUE, r"^OPERATIONS = \(\n", f"OPERATIONS = (\n{ROW}")
    assert [line.partition(":")[0] for line in lacking(house)] == [
        f"layernorm lacks its {room.name}" for room in OPERATION_ROOMS if room.name not in ("module", "row")]


def test_a_module_without_a_row_is_named(house):
    (house / "code/handgrad/ops/layernorm.py").write_text(SHAM)
    assert lacking(house) == [f"layernorm lacks its row: {CATALOGUE}"]


def test_a_row_without_a_module_is_named(house):
    change(house, CATALOGUE, r"^OPERATIONS = \(\n", f"OPERATIONS = (\n{ROW}")
    assert "layernorm lacks its module: code/handgrad/ops/layernorm.py" in lacking(house)


REMOVALS = {  # for each room the ways to be without it: a file, and what is taken out of it, or None for all of it
    "module": [("code/handgrad/ops/batchnorm.py", r"^class Steps\b", "class Values"),
               ("code/handgrad/ops/batchnorm.py", r"^def backward_steps\b", "def _backward_steps")],
    "row": [(CATALOGUE, r'\("x", "gamma", "beta"\)', '("x", "beta", "gamma")'), (CATALOGUE, '"batch norm"', '""')],
    "tests": [("tests/ops/test_batchnorm.py", None), ("tests/ops/test_batchnorm.py", r"^def test_", "def _")],
    "case": [("tests/helpers/cases.py", r'Case\("batchnorm[^"]*", batchnorm', 'Case("other", linear')],
    "mutations": [("tests/helpers/mutations.py", r"Mutation\(BN", "Mutation(CE")],
    "mistakes": [("code/handgrad/check/mistakes/batchnorm.py", None),
                 ("code/handgrad/check/mistakes/batchnorm.py", r"^def of_backward\b", "def of_forward")],
    "chapter": [("book/batchnorm.md", None), ("_toc.yml", r"^ *- file: book/batchnorm_fused\n"),
                ("book/batchnorm.md", r"step:batchnorm\.backward_steps")],
    "proof": [("tests/helpers/proofs/batchnorm.py", None), ("tests/helpers/proofs/batchnorm.py", "^PROOFS = ", "A = ")],
    "ledger rows": [("book/ledger.json", r'"(dx|dgamma|dbeta)"', '"other"')],
    "rule": [("code/handgrad/studies/rules.py", r"grad-batchnorm-", "")],
    "figure": [("code/handgrad/figures/batchnorm.py", None),
               ("code/handgrad/figures/batchnorm.py", r"^def ", "def _")],
    "colour of text": [("book/_static/book.css", r"\.of-batchnorm\b", ".of-other")],
    "colour on the map": [("book/_static/map.css", r"\.back-batchnorm\b", ".back-other")],
    "exercises": [("code/handgrad/exercises/chapters/batchnorm.toml", None)],
    "inputs of the exercises": [("code/handgrad/exercises/chapters/batchnorm.py", None)],
    "place in the list": [("code/handgrad/exercises/listing.py", '"batchnorm", ', "")],
    "solutions": [("code/solutions/batchnorm.py", None)],
    "second answers": [("tests/exercises/alternatives/batchnorm.py", None)],
}


def test_each_room_is_removed_in_some_way():
    assert set(REMOVALS) == {room.name for room in OPERATION_ROOMS}


@pytest.mark.parametrize("name, removal", [
    pytest.param(name, removal, id=f"{name}-{number}") for name, ways in REMOVALS.items()
    for number, removal in enumerate(ways, 1)
])
def test_an_operation_without_one_room_fails_for_that_room_alone(house, name, removal):
    file, *what = removal
    if what == [None]:
        (house / file).unlink()
    else:
        change(house, file, *what)
    assert [line.partition(":")[0] for line in lacking(house) if line.startswith("batchnorm ")] == [
        f"batchnorm lacks its {name}"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.stem)
def test_none_is_complete_because_another_is(house, operation):
    """With the ledger's rows of one operation gone, that one lacks them, and no other."""
    rows = json.loads((house / "book/ledger.json").read_text())
    kept = {label: row for label, row in rows.items() if not row["code"].startswith(f"{operation.stem}.")}
    (house / "book/ledger.json").write_text(json.dumps(kept))
    assert {line.split()[0] for line in lacking(house)} == {operation.stem}


def test_contributing_lists_the_rooms():
    assert table(OPERATION_ROOMS) in (CLONE / "CONTRIBUTING.md").read_text(), (
        f"CONTRIBUTING.md must hold this table:\n{table(OPERATION_ROOMS)}")
