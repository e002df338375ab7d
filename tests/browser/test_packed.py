"""The packed judge of the page says what the command says: of every solution, mutant and alternative."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import answers_text
import pytest
import torch
from answers_text import KERNELS
from packed import HERE, run

from browser.build import packing, sheets
from handgrad.exercises import judge
from handgrad.exercises.registry import ALL
from handgrad.exercises.sandbox import child

NUMBER = re.compile(r"-?\d+\.\d+(e[-+]\d+)?|-?\d+e[-+]\d+")
# A sheet comes beside a runtime of 220 KB: so much may it be, compressed; those of the whole network more.
MOST, MOST_OF_ALL = 25_000, 50_000
PACKED = 45_000


def text_for(answer):
    """The text with the function under the name that is asked for."""
    name = answer.exercise.name
    return answer.text if answer.function == name else f"{answer.text}\n\n{name} = {answer.function}\n"


ANSWERS = [answer for answer in answers_text.every() if answer.function not in KERNELS]


@pytest.fixture(scope="session")
def said():
    """What the command says of each answer."""
    prepared = {exercise.name: judge.rounds(exercise) for exercise in ALL}
    with tempfile.TemporaryDirectory() as place:
        return [by_the_command(answer, text_for(answer), prepared, Path(place)) for answer in ANSWERS]


def by_the_command(answer, text, prepared, place):
    """The verdict of the command, with the reader's file called as in the page: not at all."""
    path = place / f"{answer.exercise.stem}.py"
    path.write_text(text, encoding="utf-8")
    return plain(child.attempt(answer.exercise, path, prepared[answer.exercise.name], lambda: None), path)


def plain(verdict, path):
    sentence = verdict.sentence.replace(f", in {path.parent.name}/{path.name}", "").replace(f" of {path.name}", "")
    return verdict._replace(sentence=sentence)


def differs(found, verdict):
    """What the page says otherwise than the command; digits may be others."""
    pairs = {
        "status": (found["status"], verdict.status),
        "sentence": tuple(NUMBER.sub("#", text) for text in (found["sentence"], verdict.sentence)),
        "section": (found["section"], verdict.section),
        "picture": (found["picture"], verdict.picture),
        "rows": (
            [(row["name"], row["shape"], row["agrees"]) for row in found["rows"]],
            [(row.name, list(row.shape), row.agrees) for row in verdict.rows],
        ),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("python", ["cpython", "node"])
def test_the_page_says_what_the_command_says(python, folder, said, tally):
    cases = [{"sheet": f"sheets/{answer.exercise.name}", "source": text_for(answer)} for answer in ANSWERS]
    found = run(python, folder, cases)
    wrong = {answer.id: differs(*pair) for answer, *pair in zip(ANSWERS, found, said, strict=True) if differs(*pair)}
    assert not wrong
    for answer in ANSWERS:
        tally(f"page {python}", answer.kind)
    if python == "node":
        # As long as a browser takes, as far as the processor is concerned; the whole network may take longer.
        taken = sorted(one["ms"] for answer, one in zip(ANSWERS, found, strict=True) if answer.kind == "solution")
        assert taken[len(taken) // 2] <= 100 and taken[-4] <= 200
    # As far as it is known, to the last digit that is shown.
    same = sum(one["sentence"] == verdict.sentence for one, verdict in zip(found, said, strict=True))
    assert same > 0.98 * len(ANSWERS)


HEAD = "import torch\n\n\ndef linear_dW(dy, x):\n"
# Texts for linear_dW, the status and a piece of the sentence that each gets, and the line that is marked.
BAD = {
    "no colon": ("def linear_dW(dy, x)\n    pass\n", "failed", "Syntax error in line 1", 1),
    "bracket": (HEAD + "    return (x.T @ dy, dy.sum(0)\n", "failed", "Syntax error in line", None),
    "unwritten": (HEAD + "    raise NotImplementedError\n", "unwritten", "linear_dW is still to be written.", None),
    "another is unwritten": (
        HEAD + "    return other()\n\n\ndef other():\n    raise NotImplementedError\n",
        "failed",
        "linear_dW calls other, which is still to be written.",
        9,
    ),
    "another name": (
        "def linear_dw(dy, x):\n    pass\n",
        "failed",
        "There is no function linear_dW; it has linear_dw",
        None,
    ),
    "no name": ("x = 1\n", "failed", "it has none", None),
    "shapes": (HEAD + "    return x @ dy, dy.sum(0)\n", "failed", "mat1 and mat2 shapes cannot be multiplied", 5),
    "without end": (HEAD + "    return linear_dW(dy, x)\n", "failed", "calls itself without end (RecursionError)", 5),
    "autograd": (
        HEAD + "    x.requires_grad_()\n",
        "failed",
        "linear_dW calls autograd (line 5), and a check switches it",
        5,
    ),
    "left out": (HEAD + "    return torch.randn(3)\n", "failed", "torch.randn draws other numbers each time", 5),
    "misspelled": (
        HEAD + "    return x.T @ dy, dy.sume(0)\n",
        "failed",
        "there is no Tensor.sume in the part of torch",
        5,
    ),
    "no such name": (HEAD + "    return x.T @ dyy, dy\n", "failed", "stopped with NameError", 5),
    "none": (HEAD + "    x.T @ dy\n", "wrong", "linear_dW returned None: the `return` with dW and db is missing", None),
    "list": (HEAD + "    return [x.T @ dy, dy.sum(0)]\n", "wrong", "returned a list, expected a tuple", None),
    "generator": (HEAD + "    yield x\n", "wrong", "returned a generator", None),
    "arguments": (
        "def linear_dW(x, dy):\n    return x.T @ dy, dy.sum(0)\n",
        "wrong",
        "the inputs come in this order",
        None,
    ),
    "too few": (
        "def linear_dW(dy):\n    return dy\n",
        "wrong",
        "leave the first line of the function as it came",
        None,
    ),
    "no function": ("linear_dW = 3\n", "wrong", "linear_dW is int, not a function", None),
    "input": (HEAD + "    x /= 2\n    return x.T @ dy, dy.sum(0)\n", "wrong", "changed its input x", None),
    "exit": (HEAD + "    raise SystemExit\n", "failed", "called exit() or sys.exit()", 5),
    "at the top": ("1 / 0\n" + HEAD + "    pass\n", "failed", "This stopped with ZeroDivisionError", 1),
    "dtype": (
        HEAD + "    return x.T @ dy.double(), dy.sum(0)\n",
        "failed",
        "The inputs come in float64 and in float32",
        5,
    ),
    "twice": (
        HEAD + "    return x.T @ dy, dy.sum(0)\n\n\n" + HEAD[14:] + "    return 1\n",
        "wrong",
        "It is written 2 times, and Python uses the last, in line 9.",
        None,
    ),
}


# Those of them that the chapter has something to say about.
UNDERSTOOD = {*BAD} - {"no colon", "bracket", "another name", "no name", "no such name", "exit"}


@pytest.mark.parametrize("python", ["cpython", "node"])
def test_a_text_that_cannot_be_judged_gets_its_sentence(python, folder):
    found = run(python, folder, [{"sheet": "sheets/linear_dW", "source": text} for text, *_ in BAD.values()])
    for (name, (_, status, says, line)), result in zip(BAD.items(), found, strict=True):
        assert (result["status"], says in result["sentence"]) == (status, True), f"{name}: {result}"
        assert line is None or result["line"] == line, name
        assert "yours.py" not in result["sentence"] + result["trace"], name
        # Where the language is in the way, or nothing is written, no section of the chapter helps.
        named = name in UNDERSTOOD
        assert bool(result["section"]) == named, name


@pytest.mark.parametrize("python", ["cpython", "node"])
def test_an_answer_kept_in_the_page_imports_what_has_moved_since(python, folder):
    """The texts that a browser keeps were written with the imports of their day."""
    moved = {"handgrad.models.mlp.trace": "handgrad.trace", "handgrad.models.mlp.model": "handgrad.mlp"}
    cases = []
    for name in ("mlp_backward", "train_step"):
        (text,) = (a.text for a in answers_text.every() if a.kind == "solution" and a.function == name)
        for now, before in moved.items():
            text = text.replace(f"from {now} import", f"from {before} import")
        assert "from handgrad.models" not in text and "from handgrad." in text
        cases.append({"sheet": f"sheets/{name}", "source": text})
    assert [result["status"] for result in run(python, folder, cases)] == ["right", "right"]


SCRATCH = {
    "h.mean()": "tensor(",
    "x = 3\nx + 1": "4\n",
    "print('a', 1)\nB": "a 1\n32\n",
    "": "",
    "x = 1": "",
    "a = torch.ones(2)\na /= 4\na": "tensor([0.2500, 0.2500])\n",
    "[*range(3), 7]": "[0, 1, 2, 7]\n",
    "f'{loss.shape} {torch.tensor(0.5):.3f}'": "'torch.Size([]) 0.500'\n",
    "for i in range(2):\n    print(i)": "0\n1\n",
    "dlogits.shape": "torch.Size([32, 27])\n",
    "import math\nmath.sqrt(torch.tensor(4.0))": "2.0\n",
    "max(torch.tensor([1.0, 3.0]))": "tensor(3.)\n",
    "None": "",
    "(1,\n 2)": "(1, 2)\n",
    "def f(*a): return *a, 1\nf(2)": "(2, 1)\n",
}


IMPORTS = {
    "from math import sqrt\nsqrt(4.0)": "2.0\n",
    "from torch.nn import functional as G\nG.relu(torch.tensor(-1.0))": "tensor(0.)\n",
    "import torch.nn.functional as G\nG.relu(torch.tensor(1.0))": "tensor(1.)\n",
    "from torch.nn.functional import relu\nrelu(torch.tensor(1.0))": "tensor(1.)\n",
    "from __future__ import annotations\nfrom typing import Any\nx: Any = 1\nx": "1\n",
    "import torch as t\nt.tensor([1, 2]).float().mean()": "tensor(1.5000)\n",
}
SCRATCH.update(IMPORTS)
# What is asked of a shape s and of lengths l; x is (2, 3). Each prints what torch makes of it.
ASKED = """
s; str(s); repr(s); f"{s}"; f"{s!r}"; f"{s!s:>24}|"; "{} {}".format(s, 1); "a" "{0}".format(s); [s, 1]; (s,); (s, s)
{"x": s}; [[s]]; (s, "a"); len(s); s[0]; s[-1]; s == (2, 3); (2, 3) == s; s != (2, 3); s == x.size(); s in [(2, 3)]
3 in s; s == [2, 3]; hash(s) == hash((2, 3)); {s: 1}[2, 3]; tuple(s); list(s); [*s, 1]; (*s,); sum(s); max(s)
sorted(s); s < (2, 4); isinstance(s, tuple); bool(s); bool(x[0, 0].shape); x[0, 0].shape; x.size(); x.size(0)
x.size(-1); x.numel(); x.shape[1]; x[0].shape; x.T.shape; x.unsqueeze(0).shape; torch.zeros(s).shape; str((1,))
torch.zeros(*s).shape; x.view(s).shape; x.expand(4, *s).shape; x.reshape((1,) + s).shape; x.reshape(s + (1,)).shape
tuple(s[:1]); list(s * 2); tuple((1,) + s); tuple(s + s); [a + b for a, b in zip(s, s)]; list(enumerate(s)); str("a")
repr("a"); (lambda a, b: a)(*s); torch.ones(0, 3); x.max(0)[0].shape; str(b"a", "utf8"); "{:>4}".format(1)
s == torch.Size([2, 3]); "{a}".format(a=s)
"""
SHAPES = [line.strip() for line in ASKED.replace("\n", ";").split(";") if line.strip()]
# What is printed, and what an exception says.
SAID = {
    "print(x.shape, [x.shape], 1, 'a', sep='|')": "torch.Size([2, 3])|[torch.Size([2, 3])]|1|a\n",
    "a, b = x.shape\nprint(a, b)": "2 3\n",
    "def g(*a): return a\nprint(g(*x.shape), f'{x.shape} {x[0].shape}')": "(2, 3) torch.Size([2, 3]) torch.Size([3])\n",
    "print('%s %s' % x.shape)": "2 3\n",
}


@pytest.mark.parametrize("python", ["cpython", "node"])
def test_the_scratch_cell_prints_what_the_lines_are_worth(python, folder):
    sheet = "chapters/forward"
    found = run(python, folder, [{"sheet": sheet, "kind": "run", "source": text} for text in SCRATCH])
    for (text, prints), result in zip(SCRATCH.items(), found, strict=True):
        assert not result["trace"] and result["output"].startswith(prints), f"{text}: {result}"
        assert prints.endswith("(") or result["output"] == prints, text


@pytest.mark.parametrize("python", ["cpython", "node"])
def test_a_shape_is_printed_and_used_as_in_torch(python, folder):
    sheet, given = "chapters/forward", "x = torch.ones(2, 3)\ns = x.shape\n"
    wanted = {line: f"{eval(line, {'x': torch.ones(2, 3), 's': torch.ones(2, 3).shape, 'torch': torch})!r}\n"
              for line in SHAPES} | SAID
    found = run(python, folder, [{"sheet": sheet, "kind": "run", "source": given + text} for text in wanted])
    wrong = {text: (one["output"], one["trace"]) for text, one in zip(wanted, found, strict=True)
             if one["output"] != wanted[text]}
    assert not wrong and len(wanted) > 60
    (raised,) = run(python, folder, [{"sheet": sheet, "kind": "run", "source": "assert False, loss.shape"}])
    assert raised["sentence"] == "AssertionError: torch.Size([])."


@pytest.mark.parametrize("python", ["cpython", "node"])
def test_an_exception_in_the_scratch_cell_shows_its_line(python, folder):
    texts = {"x = 1\nx / 0": 2, "torch.ones(2) @ torch.ones(3)": 1, "def f(:\n  1": 1, "torch.randn(2)": 1, "y y": 1}
    cases = [{"sheet": "chapters/forward", "kind": "run", "source": text} for text in texts]
    for (text, line), result in zip(texts.items(), run(python, folder, cases), strict=True):
        assert result["line"] == line and result["sentence"] and result["trace"], f"{text}: {result}"


def test_what_micropython_does_not_ask_the_tensor_gets_a_sentence(folder):
    text = HEAD + "    return x.T @ dy * (0 < x.sum()), dy.sum(0)\n"
    (found,) = run("node", folder, [{"sheet": "sheets/linear_dW", "source": text}])
    assert found["sentence"].endswith("In this page the tensor stands first, as in x > 0 (line 5).")


def test_what_the_page_loads_is_small(folder):
    sizes = {}
    for path in [*folder.glob("sheets/*"), *folder.glob("chapters/*"), folder / "python.json"]:
        name = path.name.split(".")[0] + (".mistakes" if ".mistakes." in path.name else "")
        sizes[name] = sizes.get(name, 0) + compressed(path.read_bytes())
    assert sizes.pop("python") <= PACKED and (folder / "python.json").read_bytes().isascii()
    first = {name: size for name, size in sizes.items() if not name.endswith(".mistakes")}
    assert len(first) > len(ALL) and max(first.values()) <= MOST_OF_ALL
    assert sorted(name for name, size in first.items() if size > MOST) == ["mlp_backward", "mlp_parameters"]


def compressed(data):
    import gzip

    return len(gzip.compress(data, 9))


def test_the_same_sources_give_the_same_bytes(folder):
    exercise = next(each for each in ALL if each.name == "linear_dW")
    sheet = sheets.of(exercise)
    assert (folder / "sheets/linear_dW.json").read_bytes() == sheet.text.encode()
    assert (folder / "sheets/linear_dW.bin").read_bytes() == sheet.data
    assert (folder / "python.json").read_text(encoding="utf-8") == packing.packed()


def test_a_sheet_has_what_the_page_reads_and_no_more(folder):
    found = json.loads((folder / "sheets/train_step.json").read_text(encoding="utf-8"))
    assert "import torch" in found["imports"] and found["bundles"]["Parameters"][0] == "table"
    inside = "".join((packing.BROWSER / "judge" / f"{name}.py").read_text() for name in ("reading", "entry"))
    assert set(found) == set(re.findall(r'found\["(\w+)"\]', inside)) - {"values", "lines"}
    assert set(found["rounds"][0]) == set(re.findall(r'(?:each|\])\["(\w+)"\]', inside)) - {"own", "common"}


def test_the_quick_rows_are_those_of_the_judge(folder):
    command = [sys.executable, "-I", "-S", str(HERE / "rows.py"), str(folder / "packed")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    agreed, asked = map(int, done.stdout.split())
    assert 200 < agreed < asked
