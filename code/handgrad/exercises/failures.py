"""When the reader's code raises, or cannot be compiled: one sentence, and the reader's own lines of the traceback."""

import ast
import re
import traceback
from pathlib import Path
from types import ModuleType

from handgrad.exercises import sources
from handgrad.exercises.definition import Exercise
from handgrad.exercises.value_checks import DTYPE_HELP
from handgrad.exercises.verdict import FAILED, UNWRITTEN, Verdict

NO_KEYBOARD = "asked for input, and a check has no keyboard: take input() out, the inputs are the arguments."
KNOWN = {
    SystemExit: "called exit() or sys.exit(): take it out, a function gives its answer with `return`.",
    KeyboardInterrupt: "raised KeyboardInterrupt: take that line out.",
    MemoryError: "asked for more memory than a check allows: look at the shapes of what it makes.",
    RecursionError: "calls itself without end (RecursionError).",
    EOFError: NO_KEYBOARD,
}
# What torch says where two dtypes meet that it does not bring together, and where autograd kept no graph.
DTYPES = re.compile(r"dtypes? match|same dtype|same scalar type|expected scalar type")
NO_GRAPH = re.compile(r"does not require grad|belongs to autograd")
LONGEST = 300
# How the sentence on a file that cannot be compiled begins.
SYNTAX = "Syntax error"


def verdict(exercise: Exercise, error: BaseException, path: Path) -> Verdict:
    """What is to be said when the file or the function raised."""
    frames = own_frames(error, path)
    status, sentence = FAILED, stopped(exercise, error, frames, path)
    if isinstance(error, NotImplementedError) and not str(error) and frames:
        if frames[-1].name == exercise.name:
            where = f"{path.parent.name}/{path.name}"
            status, sentence = UNWRITTEN, f"{exercise.name} is still to be written, in {where}."
        else:
            sentence = f"{exercise.name} calls {frames[-1].name}, which is still to be written."
    trace = "" if status == UNWRITTEN else text(frames, error)
    return Verdict(exercise.name, status, sentence=sentence, section=exercise.page, trace=trace)


def stopped(exercise: Exercise, error: BaseException, frames: list, path: Path) -> str:
    """The sentence for an exception, with the line of the reader's file."""
    at = f" (line {frames[-1].lineno} of {path.name})" if frames else ""
    loading = bool(frames) and frames[0].name == "<module>"
    who = path.name if loading else exercise.name
    kind = MemoryError if "can't allocate memory" in message(error) else type(error)
    for known, says in KNOWN.items():
        if issubclass(kind, known):
            return f"{who} {says[:-1]}{at}."
    if NO_GRAPH.search(str(error)):
        return f"{who} calls autograd{at}, and a check switches it off: every exercise is to be done by hand."
    # Where two dtypes meet, torch's words do not say what to do.
    remedy = f" The inputs come in float64 and in float32{DTYPE_HELP}" if DTYPES.search(str(error)) else ""
    return f"{who} stopped with {message(error)}{at}.{remedy}"


def message(error: BaseException) -> str:
    """The type and the first line of what an exception says, cut where it is too long."""
    said = traceback.format_exception_only(error)[-1].strip().splitlines()
    # A type of the reader's own bears the name that its file has here.
    first = said[0].removeprefix(f"{type(error).__module__}.") if said else type(error).__name__
    return (first if len(first) <= LONGEST else f"{first[:LONGEST]}…").rstrip(".")


def own_frames(error: BaseException, path: Path) -> list[traceback.FrameSummary]:
    """The lines of a traceback that lie in the reader's folder, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if path.name and Path(frame.filename).parent == path.parent]


def text(frames: list[traceback.FrameSummary], error: BaseException) -> str:
    """The reader's lines as Python shows them, the file by its name alone."""
    for frame in frames:
        # Python looks up the source by the file's name when the line is first asked for.
        assert frame.line is not None
        frame.filename = Path(frame.filename).name
    if not frames:
        return ""
    return "".join(traceback.StackSummary.from_list(frames).format()) + message(error)


def unreadable(exercise: Exercise, error: Exception, path: Path) -> Verdict:
    """What is to be said of a file that cannot be read or compiled."""
    trace = ""
    if isinstance(error, FileNotFoundError):
        other = sources.beside(path, exercise.name)
        new = f": `handgrad reset {exercise.name}` puts a new one there."
        again = f", and {other.name} has {exercise.name}: give that file its name back." if other else ""
        sentence = f"There is no file {path}{again or new}"
    elif isinstance(error, OSError):
        sentence = f"The file {path} cannot be read: {error.strerror}."
    elif isinstance(error, SyntaxError) and error.lineno:
        again = " Look at the end of the line before it, too." if "invalid syntax" in error.msg else ""
        sentence = f"{SYNTAX} in {path.name}, line {error.lineno}: {error.msg}.{again}"
        error.filename = path.name
        trace = "".join(traceback.format_exception_only(error)).rstrip()
    elif isinstance(error, UnicodeDecodeError | SyntaxError | ValueError):
        sentence = f"{path.name} is not written in UTF-8{undecoded(path)}: save it as UTF-8 in your editor."
    else:
        sentence = f"{path.name} cannot be read: {message(error)}."
    return Verdict(exercise.name, FAILED, sentence=sentence, section=exercise.page, trace=trace)


def undecoded(path: Path) -> str:
    """The line of the first byte that is no UTF-8."""
    raw = path.read_bytes()
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return f" (line {line})"
    return " (it holds a zero byte)" if b"\0" in raw else ""


def nameless(exercise: Exercise, module: ModuleType, path: Path) -> Verdict:
    """What is to be said when the file has no function of the name."""
    there = [name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    found = f"it has {', '.join(there)}" if there else "it has none"
    sentence = (f"{path.name} has no function {exercise.name}; {found}. Give it its name back, "
                f"or `handgrad reset {exercise.name}` puts the first lines there again.")
    return Verdict(exercise.name, FAILED, sentence=sentence, section=exercise.page)


def twice(exercise: Exercise, path: Path) -> str:
    """A sentence on a function that stands in the file twice, of which Python uses the last."""
    tree = ast.parse(path.read_bytes())
    lines = [node.lineno for node in tree.body if getattr(node, "name", "") == exercise.name]
    if len(lines) < 2:
        return ""
    return f" It is written {len(lines)} times, and Python uses the last, in line {lines[-1]}."
