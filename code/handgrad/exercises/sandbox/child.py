"""What the process of a check does: read the reader's file, run it, judge the function, send the verdict."""

import faulthandler
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import torch

from handgrad.exercises import failures, judge, registry
from handgrad.exercises.definition import Exercise
from handgrad.exercises.sandbox import files, interrupts, limits
from handgrad.exercises.verdict import UNWRITTEN, WRONG, Verdict

# How far the child is: the draws are made, the reader's file has been run.
READY, LOADED = "ready", "loaded"


class Pipes(NamedTuple):
    """One end each of three pipes: for the verdict, for what is printed, for the lines where Python crashed."""

    verdict: Any
    printed: Any
    crashed: Any

    def close(self) -> None:
        for pipe in self:
            pipe.close()


def run(exercise: Exercise | str, path: Path, pipes: Pipes, limit: float) -> None:
    """Check one exercise, send READY, LOADED and the verdict; it never returns.

    exercise: itself or its name.
    """
    if hasattr(os, "setsid"):
        os.setsid()
    interrupts.ignore()
    # One thread: a forked process has none of its parent's others, and small tensors need none.
    torch.set_num_threads(1)
    exercise = registry.find(exercise) if isinstance(exercise, str) else exercise
    # Before the reader's code, which may change what torch does by default.
    prepared = judge.rounds(exercise)
    limits.redirect(pipes.printed.fileno())
    limits.restrict(limit)
    watch(pipes.crashed.fileno(), limit)
    sys.path.append(str(path.parent))
    pipes.verdict.send(READY)
    verdict = attempt(exercise, path, prepared, lambda: pipes.verdict.send(LOADED))
    limits.flush()
    pipes.verdict.send(verdict)
    os._exit(0)


def watch(descriptor: int, limit: float) -> None:
    """Have Python write down in which line it is when it crashes, and when most of the time is up."""
    faulthandler.enable(descriptor, all_threads=False)
    faulthandler.dump_traceback_later(0.8 * limit, file=descriptor)


def attempt(exercise: Exercise, path: Path, prepared: list, loaded: Callable[[], None]) -> Verdict:
    """The verdict on the reader's file, whatever it raises."""
    try:
        code = files.compiled(path)
    except Exception as error:
        return failures.unreadable(exercise, error, path)
    try:
        module = files.execute(code, path)
        loaded()
        if not hasattr(module, exercise.name):
            return failures.nameless(exercise, module, path)
        verdict = judge.judge(exercise, getattr(module, exercise.name), prepared)
    except BaseException as error:
        return failures.verdict(exercise, error, path)
    if verdict.status in (WRONG, UNWRITTEN):
        return verdict._replace(sentence=verdict.sentence + failures.twice(exercise, path))
    return verdict
