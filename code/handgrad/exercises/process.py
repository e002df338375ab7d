"""Checking the reader's file in a process of its own, which may crash, hang, print and eat without harm.

What it guards against is accidents: a crash, an endless loop, endless recursion, too much memory, too much
output, an exit in the middle, a question at the keyboard. Neither what is printed nor an exit status makes an
answer right: the verdict comes through a pipe of its own. It is no sandbox. The reader's code runs with the
reader's rights, in one process with the judge, and whoever sets out to deceive it can; a checker that one uses
to learn has no need to stop that.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

from handgrad.exercises import failures, files, limits, registry, runner
from handgrad.exercises.definition import Exercise
from handgrad.exercises.output import Output
from handgrad.exercises.verdict import CRASHED, STOPPED, UNWRITTEN, WRONG, Verdict

# Seconds for the reader's code; every exercise takes milliseconds. START is for loading torch where a process
# cannot be forked.
LIMIT, START = 10.0, 120.0
# On macOS a forked process must not use the system's own linear algebra.
METHOD = "fork" if sys.platform == "linux" else "spawn"
READY, LOADED = "ready", "loaded"


def check(exercise: Exercise, path: Path, limit: float = LIMIT) -> Verdict:
    """Check the function of an exercise in the reader's file; whatever that does, there is a verdict.

    limit: seconds after which the reader's code is stopped.
    """
    context = multiprocessing.get_context(METHOD)
    receiver, sender = context.Pipe(duplex=False)
    printed, printing = context.Pipe(duplex=False)
    # A forked child has the exercise itself; any other finds it by name, since its functions cannot be sent.
    which = exercise if METHOD == "fork" else exercise.name
    child = context.Process(target=run, args=(which, Path(path).absolute(), sender, printing, limit), daemon=True)
    child.start()
    sender.close()
    printing.close()
    output = Output(printed)
    try:
        stage, verdict = wait(receiver, limit)
        if verdict is None and stage != "late":
            child.join(1)
    finally:
        end(child)
    verdict = verdict or unanswered(exercise, Path(path), stage, child.exitcode, limit)
    receiver.close()
    return verdict._replace(output=output.text())


def wait(receiver, limit: float) -> tuple[str, Verdict | None]:
    """How far the child came, and its verdict; "late" if the time ran out."""
    stage, deadline = "", time.monotonic() + START
    while receiver.poll(max(0.0, deadline - time.monotonic())):
        try:
            message = receiver.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return stage, None
        if isinstance(message, Verdict):
            return stage, message
        stage, deadline = message, time.monotonic() + limit if message == READY else deadline
    return "late", None


def end(child) -> None:
    """Kill the child and what it started, and wait until it is gone."""
    if child.pid and hasattr(os, "killpg"):
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            child.kill()
    child.kill()
    child.join()


def unanswered(exercise: Exercise, path: Path, stage: str, status: int, limit: float) -> Verdict:
    """What is to be said of a child that gave no verdict."""
    verdict = Verdict(exercise.name, CRASHED, section=exercise.page)
    if stage == "late":
        says = f"did not end within {limit:g} seconds and was stopped: look for a loop that never ends."
        return verdict._replace(status=STOPPED, sentence=f"{exercise.name} {says}")
    if not stage:
        says = "could not begin: this is a mistake in handgrad, not in your code."
        return verdict._replace(sentence=f"The check of {exercise.name} {says}")
    who = exercise.name if stage == LOADED else path.name
    if status < 0:
        return verdict._replace(sentence=f"{who} crashed Python with {limits.signal_name(-status)}.")
    says = f"ended Python (exit status {status}) before there was an answer: look for os._exit and take it out."
    return verdict._replace(sentence=f"{who} {says}")


def run(exercise: Exercise | str, path: Path, sender, printing, limit: float) -> None:
    """What the child does; it never returns."""
    if hasattr(os, "setsid"):
        os.setsid()
    # One thread: a forked process has none of its parent's others, and small tensors need none.
    torch.set_num_threads(1)
    exercise = registry.find(exercise) if isinstance(exercise, str) else exercise
    # Before the reader's code, which may change what torch does by default.
    prepared = runner.rounds(exercise)
    limits.redirect(printing.fileno())
    limits.restrict(limit)
    sys.path.append(str(path.parent))
    sender.send(READY)
    verdict = attempt(exercise, path, prepared, lambda: sender.send(LOADED))
    limits.flush()
    sender.send(verdict)
    os._exit(0)


def attempt(exercise: Exercise, path: Path, prepared: list, loaded: Callable[[], None]) -> Verdict:
    """Read the file, run it, judge the function."""
    try:
        code = files.compiled(path)
    except Exception as error:
        return failures.unreadable(exercise, error, path)
    try:
        module = files.execute(code, path)
        loaded()
        if not hasattr(module, exercise.name):
            return failures.nameless(exercise, module, path)
        verdict = runner.judge(exercise, getattr(module, exercise.name), prepared)
    except BaseException as error:
        return failures.verdict(exercise, error, path)
    if verdict.status in (WRONG, UNWRITTEN):
        return verdict._replace(sentence=verdict.sentence + failures.twice(exercise, path))
    return verdict
