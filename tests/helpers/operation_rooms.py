"""The rooms of an operation. What each must hold is checked by its own tests; here it must be there."""

import ast
import json
import re
import tomllib

from rooms import Room, calls, chapters, defined, functions, text

COMPOSITE = {"Steps", "forward_steps", "backward_steps"}


def module(root, files, it):
    names = defined(files[0]).keys()
    return {"forward", "backward"} <= names and COMPOSITE & names in (set(), COMPOSITE)


def row(root, files, it):
    """Whether the row is whole, and names the inputs that `forward` requires."""
    forward = defined(root / f"code/handgrad/ops/{it.stem}.py").get("forward")
    if forward is None or not all((it.title, it.chapters, it.exercises, it.figures, it.outputs)):
        return False
    arguments = forward.args.args
    required = arguments[:len(arguments) - len(forward.args.defaults)]
    return tuple(argument.arg for argument in required) == tuple(it.inputs)


def test(root, files, it):
    return any(name.startswith("test_") for name in functions(files[0]))


def case(root, files, it):
    return any(it.stem in given[1:2] for given in calls(files[0], "Case"))


def proof(root, files, it):
    return "PROOFS" in defined(files[0])


def mutation(root, files, it):
    return any(given[:1] == [it.stem] for given in calls(files[0], "Mutation"))


def mistakes(root, files, it):
    """Whether `of_backward` names at least one mistake in a sentence."""
    node = defined(files[0]).get("of_backward")
    texts = {given.value for given in ast.walk(node or ast.Module([], [])) if isinstance(given, ast.Constant)}
    sentences = texts - {node and ast.get_docstring(node, clean=False)}
    return any(isinstance(sentence, str) and sentence.endswith(".") for sentence in sentences)


def chapter(root, files, it):
    """Whether its chapters are in the table of contents, and derive each of its functions in cells."""
    listed = chapters(root)
    cells = "".join(map(text, files))
    names = COMPOSITE & defined(root / f"code/handgrad/ops/{it.stem}.py").keys() - {"Steps"} | {"backward"}
    return all(file.is_file() and file.stem in listed for file in files) and all(
        re.search(rf"\bstep:{it.stem}\.{name}\b", cells) for name in names)


def labels(root, it):
    """The equations of its gradients, from the ledger."""
    rows = json.loads(text(root / "book/ledger.json") or "{}")
    return {label: found["gradient"] for label, found in rows.items() if found["code"].startswith(f"{it.stem}.")}


def ledger(root, files, it):
    """Whether the gradient of at least one input has its row; that all equations have theirs is tested elsewhere."""
    return bool({f"d{name}" for name in it.inputs} & set(labels(root, it).values()))


def rule(root, files, it):
    return any(label in text(files[0]) for label in labels(root, it))


def exercise_texts(root, files, it):
    return bool(tomllib.loads(text(files[0])))


def exercise_order(root, files, it):
    found = defined(files[0]).get("CHAPTERS")
    return found is not None and it.exercises in ast.literal_eval(found.value)


def exercise_draws(root, files, it):
    return bool(functions(files[0]))


def figure(root, files, it):
    return bool(functions(files[0]))


def style(prefix):
    """Whether a style sheet has the operation's class."""
    return lambda root, files, it: re.search(rf"\.{prefix}-{it.stem.replace('_', '-')}\b", text(files[0])) is not None


OPERATION_ROOMS = (
    Room("module", "code/handgrad/ops/STEM.py",
         "`forward` and `backward`; of a composite operation also `Steps`, `forward_steps`, `backward_steps`", module),
    Room("row", "code/handgrad/ops/catalogue.py",
         "its title, its colour, the files that it shares with others, and what `forward` takes and gives", row),
    Room("tests", "tests/ops/test_STEM.py", "what is particular to it", test),
    Room("case", "tests/helpers/cases.py",
         "sample inputs and torch's own forward; what holds for every operation is then tested", case),
    Room("mutations", "tests/helpers/mutations.py", "its lines made wrong, each with the gradient that must be named",
         mutation),
    Room("mistakes", "code/handgrad/check/mistakes/STEM.py",
         "`of_backward`: the wrong gradients that people compute, by the sentence that names each", mistakes),
    Room("chapter", "book/CHAPTER.md",
         "the derivation, its cells tagged `step:STEM.FUNCTION`; and the chapter's line in `_toc.yml`", chapter),
    Room("proof", "tests/helpers/proofs/STEM.py", "`PROOFS`: a symbolic proof of each displayed gradient; its forward "
         "equations are named in `chain.py`, letters of its own in `../equations/symbols.py`", proof),
    Room("ledger rows", "book/ledger.json", "a row for each displayed gradient; `make ledger` writes them", ledger),
    Room("rule", "code/handgrad/studies/rules.py", "its row in the table of rules, by the label of its equation",
         rule),
    Room("figure", "code/handgrad/figures/FIGURES.py", "what its chapter shows", figure),
    Room("colour of text", "book/_static/book.css", "the class `of-STEM`, in the hue of its figures", style("of")),
    Room("colour on the map", "book/_static/map.css", "the class `back-STEM`", style("back")),
    Room("exercises", "code/handgrad/exercises/chapters/EXERCISES.toml",
         "titles, texts, hints, minutes, wrong answers", exercise_texts),
    Room("inputs of the exercises", "code/handgrad/exercises/chapters/EXERCISES.py", "a draw of inputs for each",
         exercise_draws),
    Room("place in the list", "code/handgrad/exercises/listing.py", "the stem of that file, in `CHAPTERS`",
         exercise_order),
    Room("solutions", "code/solutions/EXERCISES.py", "the worked answers, of which the stubs are made", exercise_draws),
    Room("second answers", "tests/exercises/alternatives/EXERCISES.py",
         "right answers that are written differently, which must pass too", exercise_draws),
)
