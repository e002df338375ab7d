"""What the page's worker calls: `check` judges the reader's text, `run` runs a few lines of it."""

import json
import sys

from torch import sizes

from browser.judge import agreeing, reading, rewriting, scratch, signatures, traces
from browser.judge.helpers import RecursionError
from browser.judge.python_names import NAMES, Math
from handgrad.exercises import failures, generic_mistakes, judge, value_checks
from handgrad.exercises.verdict import FAILED, UNWRITTEN, WRONG, Verdict

MOST = 5
COMPARISONS = ("__lt__", "__le__", "__gt__", "__ge__")
AUTOGRAD = "belongs to autograd"
# What concerns the language and not the chapter: no section of the book is named.
LANGUAGE = (SyntaxError, NameError, ImportError, SystemExit, KeyboardInterrupt, EOFError)


class Place:
    """What stands for the path of the reader's file in the sentences of the judge."""

    def __init__(self, name):
        self.name, self.parent = name, self


class Bundles:
    """What stands for a module of handgrad in the reader's imports."""

    def __init__(self, name):
        setattr(self, name, reading.bundle(name, ("none",)))


def prepare():
    """Put the page's own in the place of what the judge asks of files and of torch."""
    judge.axes = lambda sheet, inputs: sheet.axes(inputs)
    judge.ones = lambda sheet, inputs: sheet.ones(inputs)
    judge.solution_of = lambda sheet: signatures.Solution(sheet.parameters)
    value_checks.judge_one = agreeing.row
    judge.file_of = lambda answer: PLACE[0]
    generic_mistakes.mistakes = lambda sheet, solution, each, name: sheet.common(each.inputs, name)
    failures.own_frames = lambda error, path: traces.frames(error)
    failures.message, failures.text = message, trace
    failures.verdict = failed
    modules()


def modules():
    """Let the reader's text import what it may expect."""
    sys.modules["math"] = Math()
    if sys.implementation.name == "micropython":
        # For annotations, which it reads and forgets.
        sys.modules["typing"] = sys.modules["__future__"] = Anything()


def failed(sheet, error, path):
    """The verdict where the reader's text raised."""
    found = FAILED_VERDICT(sheet, turned(error), path)
    return found._replace(section="") if isinstance(error, LANGUAGE) else found


class Anything:
    """A module with every name."""

    def __getattr__(self, name):
        return None


FAILED_VERDICT = failures.verdict
PLACE, LINES = [None], [[]]
# The text of the last sheet, and the sheet.
KEPT = [None, None]


# Where the bundles lie, and where answers written earlier and kept in the page look for them.
MODULES = (
    ("handgrad.models.mlp.trace", "Steps"), ("handgrad.models.mlp.model", "Parameters"),
    ("handgrad.trace", "Steps"), ("handgrad.mlp", "Parameters"),
)


def imports(sheet):
    """Let the reader's text import the bundles of this exercise."""
    for module, name in MODULES:
        if name in reading.BUNDLES:
            parts = module.split(".")
            for end in range(1, len(parts)):
                put(".".join(parts[: end + 1]), Bundles(name))


def put(name, module):
    """Make a module of a package known by its name and to its package."""
    parent, _, leaf = name.rpartition(".")
    sys.modules[name] = module
    setattr(sys.modules[parent], leaf, module)


def message(error):
    """The type and the first line of what an exception says, cut where it is too long."""
    # A shape that is all that was said is said as torch says it.
    says = error.args[0] if len(error.args) == 1 else None
    says = sizes.said(says) if sizes.holds(says) else error
    said = f"{type(error).__name__}: {says}".split("\n")[0]
    if isinstance(error, AttributeError) and "in the part of torch" in said or AUTOGRAD in said:
        said = str(error)
    if "unsupported types for __" in said and "Tensor" in said and any(sign in said for sign in COMPARISONS):
        # MicroPython asks the number alone.
        said += ". In this page the tensor stands first, as in x > 0"
    said = said.rstrip()
    if said.endswith(":"):
        said = said[:-1]
    return (said if len(said) <= failures.LONGEST else said[: failures.LONGEST] + "…").rstrip(".")


def trace(frames, error):
    """The reader's lines, as Python shows them."""
    if not frames:
        return ""
    shown = []
    # A function that calls itself without end stands there many times.
    for frame in frames if len(frames) <= MOST else frames[-MOST:]:
        line = LINES[0][frame.lineno - 1].strip() if frame.lineno <= len(LINES[0]) else ""
        shown.append(f"  line {frame.lineno}, in {frame.name}\n    {line}\n")
    return "".join(shown) + message(error)


def turned(error):
    """The exception as CPython has it."""
    if isinstance(error, RuntimeError) and "recursion depth" in str(error):
        found = RecursionError(str(error))
        found.original = error
        return found
    return error


def compiled(source):
    """The code of the reader's text."""
    return compile(rewriting.plain(source) + "\n", traces.NAME, "exec")


def unreadable(name, error):
    """What is to be said of a text that cannot be compiled."""
    found = traces.frames(error)
    number = getattr(error, "lineno", None) or (found[-1].lineno if found else None)
    said = str(error.args[0]) if error.args else "invalid syntax"
    where = f" in line {number}" if number else ""
    sentence = f"{failures.SYNTAX}{where}: {said}. Look at the end of the line before it, too."
    line = LINES[0][number - 1].rstrip() if number and number <= len(LINES[0]) else ""
    return Verdict(
        name, FAILED, sentence=sentence, section="", trace=f"  line {number}\n    {line.strip()}\n" if line else ""
    ), number


def check(source, sheet, data, mistakes=None):
    """The verdict on the reader's text, as JSON.

    sheet, data: the text and the bytes of the sheet. mistakes: a function without arguments that gives the text and
        the bytes of the file of mistakes; it is called for a wrong answer alone.
    """
    found = ready(sheet, data)
    found.again(mistakes)
    PLACE[0], LINES[0], signatures.TEXT[0] = Place(f"{found.stem}.py"), source.split("\n"), source
    prepare()
    imports(found)
    verdict, line = judged(found, source)
    return json.dumps(answer(found, verdict, line))


def ready(sheet, data):
    """The sheet of an exercise, which is kept until another is asked for."""
    if KEPT[0] != sheet:
        KEPT[:] = [sheet, reading.Sheet(sheet, data, judge.Round)]
    return KEPT[1]


def judged(sheet, source):
    """The verdict, and the line of the reader's text that it is about."""
    try:
        code = compiled(source)
    except SyntaxError as error:
        return unreadable(sheet.name, error)
    names = dict(NAMES)
    names["__name__"] = "yours"
    try:
        # The editor shows the function alone, with the imports of its file named above it.
        exec(sheet.found["imports"], names)
        exec(code, names)
        if sheet.name not in names:
            return nameless(sheet, names), None
        verdict = judge.judge(sheet, names[sheet.name], sheet.rounds)
    except BaseException as error:
        verdict = failures.verdict(sheet, error, PLACE[0])
    if verdict.status in (WRONG, UNWRITTEN):
        verdict = verdict._replace(sentence=verdict.sentence + twice(sheet.name, source))
    return verdict, line_of(verdict)


def line_of(verdict):
    """The last line that the trace names."""
    found = [line for line in verdict.trace.split("\n") if line[:7] == "  line "]
    return int(found[-1][7:].split(",")[0]) if found else None


def nameless(sheet, names):
    """What is to be said where no function has the name."""
    there = sorted([name for name, value in names.items() if name not in NAMES and type(value) is type(nameless)])
    has = f"it has {', '.join(there)}" if there else "it has none"
    sentence = (
        f"There is no function {sheet.name}; {has}. Give it its name back, or Reset puts the first lines there again."
    )
    return Verdict(sheet.name, FAILED, sentence=sentence, section="")


def twice(name, source):
    """A sentence on a function that stands there twice."""
    lines = [place + 1 for place, line in enumerate(source.split("\n")) if line.startswith(f"def {name}(")]
    if len(lines) < 2:
        return ""
    return f" It is written {len(lines)} times, and Python uses the last, in line {lines[-1]}."


def answer(sheet, verdict, line):
    """What the page shows."""
    file = f"{sheet.stem}.py"
    sentence = verdict.sentence.replace(f", in {file}/{file}", "").replace(f" of {file}", "")
    if sentence.startswith(f"{file} "):
        sentence = "This" + sentence[len(file) :]
    rows = [
        {
            "name": row.name,
            "shape": list(row.shape),
            "agrees": bool(row.agrees),
            "maxdiff": row.maxdiff if row.maxdiff - row.maxdiff == 0 else None,
            "problem": row.problem,
        }
        for row in verdict.rows
    ]
    return {
        "status": verdict.status,
        "rows": rows,
        "sentence": sentence,
        "section": verdict.section,
        "picture": verdict.picture,
        "output": "",
        "trace": verdict.trace,
        "line": line,
    }


def run(source, chapter, data):
    """What a few lines print, with torch and the values of a chapter at hand, as JSON."""
    LINES[0] = source.split("\n")
    modules()
    values = scratch.Values(chapter, data)
    shown = {"output": "", "trace": "", "line": None, "sentence": ""}
    try:
        scratch.execute(source, values.names(source), compiled)
    except SyntaxError as error:
        verdict, shown["line"] = unreadable("", error)
        shown["sentence"], shown["trace"] = verdict.sentence, verdict.trace
    except BaseException as error:
        shown["trace"] = trace(traces.frames(error), error) or message(error)
        frames = traces.frames(error)
        shown["line"] = frames[-1].lineno if frames else None
        shown["sentence"] = message(error) + "."
    return json.dumps(shown)
