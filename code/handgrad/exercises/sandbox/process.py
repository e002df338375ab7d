"""Checking the reader's file in a process of its own, which may crash, hang, print and eat without harm.

What it guards against is accidents: a crash, an endless loop, endless recursion, too much memory, too much
output, an exit in the middle, a question at the keyboard. Neither what is printed nor an exit status makes an
answer right: the verdict comes through a pipe of its own. It is no sandbox. The reader's code runs with the
reader's rights, in one process with the judge, and whoever sets out to deceive it can; a checker that one uses
to learn has no need to stop that.
"""

import contextlib
import multiprocessing
import os
import pickle
import re
import signal
import sys
import time
from pathlib import Path

from handgrad.exercises.definition import Exercise
from handgrad.exercises.sandbox import interrupts, limits
from handgrad.exercises.sandbox.child import LOADED, READY, Pipes, run
from handgrad.exercises.sandbox.output import Output
from handgrad.exercises.verdict import CRASHED, STOPPED, Verdict

# Seconds for the reader's code; every exercise takes milliseconds. START is for loading torch where a process
# cannot be forked.
LIMIT, START = 10.0, 120.0
# On macOS a forked process must not use the system's own linear algebra.
METHOD = "fork" if sys.platform == "linux" else "spawn"


def check(exercise: Exercise, path: Path, limit: float = LIMIT) -> Verdict:
    """Check the function of an exercise in the reader's file; whatever that does, there is a verdict.

    limit: seconds after which the reader's code is stopped.
    """
    context, path = multiprocessing.get_context(METHOD), Path(path).absolute()
    ours, its = map(Pipes._make, zip(*(context.Pipe(duplex=False) for _ in Pipes._fields), strict=True))
    # A forked child has the exercise itself; any other finds it by name, since its functions cannot be sent.
    which = exercise if METHOD == "fork" else exercise.name
    child = context.Process(target=run, args=(which, path, its, limit), daemon=True)
    with interrupts.held():
        child.start()
    its.close()
    output = Output(ours.printed)
    try:
        stage, late, verdict = wait(ours.verdict, limit)
        if not late:
            child.join(1)
    finally:
        end(child)
    if verdict is None:
        verdict = unanswered(exercise, path, stage, late, child.exitcode, limit, last_line(ours.crashed, path))
        if late and output.flooded:
            verdict = verdict._replace(sentence=f"{verdict.sentence} It printed very much; that takes time too.")
    return verdict._replace(output=output.text())


def wait(pipe, limit: float) -> tuple[str, bool, Verdict | None]:
    """How far the child came, whether the time ran out, and its verdict if there is one."""
    stage, deadline = "", time.monotonic() + START
    while pipe.poll(max(0.0, deadline - time.monotonic())):
        try:
            message = pipe.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return stage, False, None
        if isinstance(message, Verdict):
            return stage, False, message
        stage, deadline = message, time.monotonic() + limit if message == READY else deadline
    return stage, True, None


def end(child) -> None:
    """Kill the child and what it started, and wait until it is gone."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.kill()
    child.join()


def last_line(pipe, path: Path) -> str:
    """The line of the reader's file in which Python was, as far as the child could still write it down."""
    text = os.read(pipe.fileno(), 1 << 16).decode("utf-8", errors="replace") if pipe.poll(0) else ""
    found = re.search(rf'File "{re.escape(str(path))}", line (\d+)', text)
    return f" (line {found[1]} of {path.name})" if found else ""


def unanswered(
    exercise: Exercise, path: Path, stage: str, late: bool, status: int, limit: float, line: str
) -> Verdict:
    """What is to be said of a child that gave no verdict."""
    who = exercise.name if stage == LOADED else path.name
    verdict = Verdict(exercise.name, STOPPED if late else CRASHED, section=exercise.page)
    if not stage:
        says = f"The check of {exercise.name} could not begin: this is a mistake in handgrad, not in your code."
    elif late:
        says = f"{who} did not end within {limit:g} seconds and was stopped{line}: look for a loop that never ends."
    elif status < 0:
        says = f"{who} crashed Python with {limits.signal_name(-status)}{line}."
    else:
        says = f"{who} ended Python (exit status {status}) before there was an answer: take os._exit out."
    return verdict._replace(sentence=says)
