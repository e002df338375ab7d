"""Whatever the reader's file does, the check ends, says one clear sentence, and the runner is unhurt."""

import dataclasses
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from handgrad.exercises.registry import find
from handgrad.exercises.sandbox import files, limits, output, process
from handgrad.exercises.verdict import CRASHED, FAILED, RIGHT, STATUSES, STOPPED, UNWRITTEN, WRONG

EXERCISE = find("linear_dW")
HEAD = "import torch\n\n\ndef linear_dW(dy, x):\n"
RIGHT_BODY = "    return x.T @ dy, dy.sum(0)\n"
DW = "linear_dW"

# By name: the file, the status, and the sentence or its beginning and end with … between.
CASES = {
    "right": (HEAD + RIGHT_BODY, RIGHT, "It agrees."),
    "unwritten": (HEAD + "    raise NotImplementedError\n", UNWRITTEN,
                  f"{DW} is still to be written, in work/linear.py."),
    "unwritten, deeper": (HEAD + "    return other(dy), 1\n\n\ndef other(dy):\n    raise NotImplementedError\n",
                          FAILED, f"{DW} calls other, which is still to be written."),
    "not implemented in torch": (HEAD + "    raise NotImplementedError('no kernel')\n", FAILED,
                                 f"{DW} stopped with NotImplementedError: no kernel (line 5 of linear.py)."),
    "empty file": ("", FAILED, f"linear.py has no function {DW}; it has none. Give it its name back, or …"),
    "renamed": ("def linear_dw(dy, x):\n    pass\n\n\ndef linear_dx():\n    pass\n", FAILED,
                f"linear.py has no function {DW}; it has linear_dw, linear_dx. Give it its name back, or …"),
    "syntax": (HEAD + "    return (x.T @ dy, dy.sum(0)\n", FAILED,
               "Syntax error in linear.py, line 5: '(' was never closed."),
    "syntax, line before": (HEAD + "    return x.T @\n    dy\n", FAILED, "Syntax error in linear.py, line 5: invalid "
                            "syntax. Look at the end of the line before it, too."),
    "indentation": (HEAD + "return 1\n", FAILED, "Syntax error in linear.py, line 5: expected an indented block …"),
    "tabs and spaces": (HEAD + "        a = 1\n\treturn a\n", FAILED,
                        "Syntax error in linear.py, line 6: inconsistent use of tabs and spaces in indentation."),
    "return outside": ("return 1\n", FAILED, "Syntax error in linear.py, line 1: 'return' outside function."),
    "import error": ("import torhc\n", FAILED,
                     "linear.py stopped with ModuleNotFoundError: No module named 'torhc' (line 1 of linear.py)."),
    "name error": (HEAD + "    return X.T @ dy, dy.sum(0)\n", FAILED,
                   f"{DW} stopped with NameError: name 'X' is not defined (line 5 of linear.py)."),
    "shapes that do not fit": (HEAD + "    return x @ dy, dy.sum(0)\n", FAILED,
                               f"{DW} stopped with RuntimeError: mat1 and mat2 shapes cannot be multiplied …"),
    "endless loop": (HEAD + "    while dy.sum() == dy.sum(): x = x + 1\n", STOPPED, f"{DW} did not end within 1.5 "
                     "seconds and was stopped (line 5 of linear.py): look for a loop that never ends."),
    "endless sleep in the file": ("import time\ntime.sleep(1000)\n", STOPPED,
                                  "linear.py did not end within 1.5 seconds and was stopped (line 2 of linear.py): …"),
    "endless recursion": (HEAD + f"    return {DW}(dy, x)\n", FAILED,
                          f"{DW} calls itself without end (RecursionError) (line 5 of linear.py)."),
    "None": (HEAD + "    x.T @ dy, dy.sum(0)\n", WRONG,
             f"{DW} returned None: the `return` with dW and db is missing."),
    "one of two": (HEAD + "    return x.T @ dy\n", WRONG, f"{DW} returned one value, expected 2: return dW, db."),
    "three of two": (HEAD + "    return x, x, x\n", WRONG, f"{DW} returned 3 values, expected 2: return dW, db."),
    "a list": (HEAD + "    return [x.T @ dy, dy.sum(0)]\n", WRONG,
               f"{DW} returned a list, expected a tuple: return dW, db."),
    "other order": (HEAD + "    return dy.sum(0), x.T @ dy\n", WRONG,
                    "The values are right and their order is not: return dW, db."),
    "a generator": (HEAD + "    yield x.T @ dy\n", WRONG,
                    f"{DW} returned a generator: it needs `return` where it says `yield`."),
    "async": ("async " + HEAD[15:] + RIGHT_BODY, WRONG,
              f"{DW} returned a coroutine: it needs `def` where it says `async def`."),
    "None for one": (HEAD + "    return x.T @ dy, None\n", WRONG, "db is None, not a tensor."),
    "a list of numbers": (HEAD + "    return x.T @ dy, dy.sum(0).tolist()\n", WRONG, "db is list, not a tensor."),
    "wrong shape": (HEAD + "    return x.T @ dy, dy.sum(0)[1:]\n", WRONG, "db: The shape is (9,), expected (10,)."),
    "wrong dtype": (HEAD + "    return (x.T @ dy).float(), dy.sum(0)\n", WRONG, "dW has dtype torch.float32, expected "
                    "torch.float64: give a new tensor the dtype of an input, as in torch.zeros_like(x) or …"),
    "always double": (HEAD + "    return (x.T @ dy).double(), dy.sum(0)\n", WRONG,
                      "dW has dtype torch.float64, expected torch.float32: … "
                      "This is with inputs in float32; in float64 it agrees."),
    "two dtypes": (HEAD + "    ones = torch.ones(len(dy))\n    return x.T @ dy, ones @ dy\n", FAILED,
                   f"{DW} stopped with RuntimeError: … The inputs come in float64 and in float32: give a new tensor "
                   "the dtype of an input, as in torch.zeros_like(x) or dtype=x.dtype."),
    "two dtypes in one place": (HEAD + "    dW = torch.zeros(x.shape[1], dy.shape[1])\n    dW[:] = 0\n"
                                "    dW[[0]] = dy[:1]\n    return dW, dy.sum(0)\n", FAILED,
                                "… (line 7 of linear.py). The inputs come in float64 and in float32: give a "
                                "new tensor the dtype of an input, as in torch.zeros_like(x) or dtype=x.dtype."),
    "no graph": (HEAD + "    dy.sum().backward()\n", FAILED,
                 f"{DW} calls autograd (line 5 of linear.py), and a check switches it off: every exercise is to be "
                 "done by hand."),
    "nan": (HEAD + "    return x.T @ dy / 0, dy.sum(0)\n", WRONG, "dW: 30 of 30 entries are nan or infinite."),
    "input changed": (HEAD + "    dy /= 2\n    return x.T @ dy, dy.sum(0)\n", WRONG,
                      f"{DW} changed its input dy; others still need it. Compute a new tensor …"),
    "megabytes": (HEAD + "    print('x' * 3_000_000)\n" + RIGHT_BODY, RIGHT, "It agrees."),
    "os._exit": (HEAD + "    import os\n    os._exit(0)\n", CRASHED, f"{DW} ended Python (exit status 0) before …"),
    "os._exit in the file": ("import os\nos._exit(3)\n", CRASHED, "linear.py ended Python (exit status 3) before …"),
    "sys.exit": (HEAD + "    import sys\n    sys.exit(0)\n", FAILED, f"{DW} called exit() or sys.exit(): …"),
    "exit in the file": (HEAD + RIGHT_BODY + "exit()\n", FAILED, "linear.py called exit() or sys.exit(): …"),
    "segfault": (HEAD + "    import ctypes\n    ctypes.string_at(0)\n", CRASHED, f"{DW} crashed Python with SIGSEGV "
                 "(it touched memory that is not its own, or called itself without end) (line 6 of linear.py)."),
    "abort": (HEAD + "    import os\n    os.abort()\n", CRASHED,
              f"{DW} crashed Python with SIGABRT (a library gave up) (line 6 of linear.py)."),
    "huge tensor": (HEAD + "    return torch.ones(10**12), dy.sum(0)\n", FAILED,
                    f"{DW} asked for more memory than a check allows: look at the shapes of what it makes …"),
    "huge list": (HEAD + "    return [0] * 10**12\n", FAILED, f"{DW} asked for more memory than a check allows: …"),
    "input()": (HEAD + "    input('dW? ')\n", FAILED, f"{DW} asked for input, and a check has no keyboard: …"),
    "KeyboardInterrupt": (HEAD + "    raise KeyboardInterrupt\n", FAILED, f"{DW} raised KeyboardInterrupt: …"),
    "an exception that is none": (HEAD + "    raise type('Odd', (BaseException,), {})('x')\n", FAILED,
                                  f"{DW} stopped with Odd: x (line 5 of linear.py)."),
    "not UTF-8": ((HEAD + "    # dérivée\n" + RIGHT_BODY).encode("latin-1"), FAILED,
                  "linear.py is not written in UTF-8 (line 5): save it as UTF-8 in your editor."),
    "UTF-16": ((HEAD + RIGHT_BODY).encode("utf-16"), FAILED, "linear.py is not written in UTF-8 (line 1): save …"),
    "zero byte": ((HEAD + RIGHT_BODY + "\0").encode(), FAILED, "linear.py is not written in UTF-8 (it holds a zero …"),
    "Windows line ends and BOM": ((HEAD + RIGHT_BODY).replace("\n", "\r\n").encode("utf-8-sig"), RIGHT, "It agrees."),
    "tabs": ((HEAD + RIGHT_BODY).replace("    ", "\t"), RIGHT, "It agrees."),
    "latin-1, declared": (("# coding: latin-1\n# dérivée\n" + HEAD + RIGHT_BODY).encode("latin-1"), RIGHT,
                          "It agrees."),
    "no function": (f"{DW} = 3\n", WRONG, f"{DW} is int, not a function: something else was given its name."),
    "too few inputs": (f"def {DW}(dy):\n    pass\n", WRONG,
                       f"{DW} takes (dy), expected (dy, x): leave the first line of the function as it came."),
    "inputs in another order": (f"def {DW}(x, dy):\n" + RIGHT_BODY, WRONG,
                                f"{DW} takes (x, dy), expected (dy, x): the inputs come in this order."),
    "written twice": (HEAD + RIGHT_BODY + HEAD + "    return dy, x\n", WRONG,
                      "… It is written 2 times, and Python uses the last, in line 9."),
    "written above the stub": (HEAD + RIGHT_BODY + HEAD + "    raise NotImplementedError\n", UNWRITTEN,
                               "… It is written 2 times, and Python uses the last, in line 9."),
    "requires_grad": (HEAD + "    W = torch.ones(1, dtype=x.dtype, requires_grad=True)\n"
                      "    return W * (x.T @ dy), dy.sum(0)\n", RIGHT, "It agrees."),
    "other defaults": ("import torch\ntorch.set_default_dtype(torch.float64)\n" + HEAD + RIGHT_BODY, RIGHT,
                       "It agrees."),
    "a verdict of its own": ("print('It agrees.')\n" + HEAD + "    print('It agrees.')\n    exit(0)\n", FAILED,
                             f"{DW} called exit() or sys.exit(): …"),
    "streams closed": ("import os, sys\nsys.stdout.close()\nos.close(1)\n" + HEAD + RIGHT_BODY, RIGHT, "It agrees."),
    "a thread that goes on": ("import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()\n"
                              + HEAD + RIGHT_BODY, RIGHT, "It agrees."),
    "a process that goes on": ("import subprocess\nsubprocess.Popen(['sleep', '99'])\n" + HEAD + RIGHT_BODY,
                               RIGHT, "It agrees."),
    "a process in a session of its own": ("import subprocess\nsubprocess.Popen(['sleep', '4'], "
                                          "start_new_session=True)\n" + HEAD + RIGHT_BODY, RIGHT, "It agrees."),
    "memory, piece by piece": (HEAD + "    hog = []\n    while True:\n        hog.append(torch.empty(10**7))\n", FAILED,
                               f"{DW} asked for more memory than a check allows: … (line 7 of linear.py)."),
    "a dataclass": ("from __future__ import annotations\nfrom dataclasses import dataclass\n\n\n@dataclass\n"
                    "class Pair:\n    dW: int\n\n\n" + HEAD + RIGHT_BODY, RIGHT, "It agrees."),
}


def write(folder, content):
    """The reader's file, in a folder called work."""
    path = folder / "work" / "linear.py"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def fits(sentence, says):
    """Whether a sentence is what is said, where … stands for anything."""
    before, _, after = says.partition("…")
    return sentence == says if "…" not in says else sentence.startswith(before) and sentence.endswith(after)


@pytest.mark.parametrize("name", CASES)
def test_each_gets_its_sentence_and_the_runner_goes_on(name, tmp_path, capfd, tally):
    tally("bad")
    content, status, says = CASES[name]
    threads, start = torch.get_num_threads(), time.monotonic()
    # On a busy machine even a right answer may take a second.
    verdict = process.check(EXERCISE, write(tmp_path, content), limit=1.5 if status == STOPPED else 20)
    assert (verdict.status, fits(verdict.sentence, says)) == (status, True), verdict
    assert verdict.name == DW and verdict.section == "linear#the-weights"
    assert time.monotonic() - start < 15 and torch.get_num_threads() == threads
    assert capfd.readouterr() == ("", ""), "what the reader's code prints comes with the verdict"
    assert not list(tmp_path.rglob("*.pyc")), "the reader's folder is left as it was"


def test_every_status_and_every_sentence_is_provoked():
    assert {status for _, status, _ in CASES.values()} == set(STATUSES)


@pytest.mark.parametrize("name", ["missing", "a folder", "forbidden"])
def test_a_file_that_is_not_there_gets_a_sentence(name, tmp_path):
    path = tmp_path / "linear.py"
    says = f"There is no file {path}: `handgrad reset {DW}` puts a new one there."
    if name == "a folder":
        path.mkdir()
        says = f"The file {path} cannot be read: Is a directory."
    if name == "forbidden":
        path.write_text("")
        path.chmod(0)
        if os.access(path, os.R_OK):
            path.unlink()
            path.symlink_to(path)
            says = f"The file {path} cannot be read: Too many levels of symbolic links."
        else:
            says = f"The file {path} cannot be read: Permission denied."
    verdict = process.check(EXERCISE, path)
    assert (verdict.status, verdict.sentence) == (FAILED, says)


def test_what_is_printed_is_kept_and_cut_where_it_is_too_much(tmp_path):
    few = HEAD + "    import sys\n    print('dy', dy.shape)\n    print('!', file=sys.stderr)\n    1 / 0\n"
    assert process.check(EXERCISE, write(tmp_path, few)).output == "dy torch.Size([7, 10])\n!\n"
    verdict = process.check(EXERCISE, write(tmp_path, HEAD + "    print('é' * 10**6)\n    1 / 0\n"))
    kept, note = verdict.output.rstrip("\n").rsplit("\n", 1)
    assert len(kept.encode()) <= output.KEPT + 3 and note == "[1,990,001 more bytes were printed and are not shown]"


def test_what_c_prints_is_kept_too(tmp_path):
    code = HEAD + "    import os\n    os.write(1, b'from below')\n" + RIGHT_BODY
    assert process.check(EXERCISE, write(tmp_path, code)).output == "from below" * 5


def test_a_flood_that_does_not_end_is_stopped(tmp_path):
    verdict = process.check(EXERCISE, write(tmp_path, HEAD + "    while True:\n        print('y' * 1000)\n"), limit=1)
    assert verdict.status == STOPPED and len(verdict.output) < output.KEPT + 100
    assert verdict.sentence.endswith("It printed very much; that takes time too.")


def test_a_traceback_shows_the_readers_lines_only(tmp_path):
    code = HEAD + "    return product(x.T, dy), 1\n\n\ndef product(a, b):\n    return torch.einsum('ij,jk', a, b.T)\n"
    trace = process.check(EXERCISE, write(tmp_path, code)).trace
    assert trace.splitlines()[0] == '  File "linear.py", line 5, in linear_dW'
    assert "    return product(x.T, dy), 1" in trace and 'File "linear.py", line 9, in product' in trace
    assert trace.splitlines()[-1].startswith("RuntimeError: einsum()")
    assert trace.count("File ") == 2 and str(tmp_path) not in trace


def test_the_trace_of_a_syntax_error_points_at_it_and_that_of_recursion_is_short(tmp_path):
    trace = process.check(EXERCISE, write(tmp_path, CASES["syntax"][0])).trace
    assert 'File "linear.py", line 5' in trace and "return (x.T @ dy" in trace and "^" in trace
    trace = process.check(EXERCISE, write(tmp_path, CASES["endless recursion"][0])).trace
    assert "Previous line repeated" in trace and len(trace) < 2000


def test_a_file_saved_twice_in_one_second_is_read_anew(tmp_path):
    for sign, status in (("", RIGHT), ("-", WRONG), ("+", RIGHT)):
        path = write(tmp_path, HEAD + f"    return {sign or ' '}x.T @ dy, dy.sum(0)\n")
        os.utime(path, (1e9, 1e9))
        assert process.check(EXERCISE, path).status == status


def test_nothing_is_left_running(tmp_path):
    mark = tmp_path / "pid"
    code = ("import subprocess\nchild = subprocess.Popen(['sleep', '99'])\n"
            f"open({str(mark)!r}, 'w').write(str(child.pid))\n")
    process.check(EXERCISE, write(tmp_path, code + HEAD + RIGHT_BODY))
    for _ in range(50):
        try:
            state = Path(f"/proc/{mark.read_text()}/stat").read_text().split()[2]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.1)
    pytest.fail("the process that the reader's code started still runs")


def test_the_files_of_the_folder_may_use_each_other(tmp_path):
    path = write(tmp_path, "from softmax import product\n\n\n" + HEAD + "    return product(x.T, dy), dy.sum(0)\n")
    (path.parent / "softmax.py").write_text("def product(a, b):\n    return a @ b\n")
    assert process.check(EXERCISE, path).status == RIGHT


def test_where_a_process_cannot_be_forked_a_new_one_is_started(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "METHOD", "spawn")
    assert process.check(EXERCISE, write(tmp_path, HEAD + "    print('here')\n" + RIGHT_BODY)).output == "here\n" * 5
    verdict = process.check(EXERCISE, write(tmp_path, CASES["endless loop"][0]), limit=1)
    assert verdict.status == STOPPED


def test_a_mistake_in_the_definition_is_not_laid_at_the_readers_door(tmp_path):
    broken = dataclasses.replace(EXERCISE, draw=lambda generator: 1 / 0)
    verdict = process.check(broken, write(tmp_path, HEAD + RIGHT_BODY))
    assert verdict.status == CRASHED and "this is a mistake in handgrad" in verdict.sentence


def test_a_check_takes_far_less_than_two_seconds_once_torch_is_loaded():
    path = files.solutions() / "linear.py"
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        process.check(EXERCISE, path)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 1


def test_the_child_does_not_outlive_a_runner_that_is_stopped(tmp_path, monkeypatch):
    def stopped(pipe, limit):
        raise KeyboardInterrupt

    monkeypatch.setattr(process, "wait", stopped)
    with pytest.raises(KeyboardInterrupt):
        process.check(EXERCISE, write(tmp_path, CASES["endless loop"][0]))
    assert not multiprocessing.active_children()


def test_many_checks_leave_no_open_files(tmp_path):
    path = write(tmp_path, HEAD + RIGHT_BODY)
    process.check(EXERCISE, path)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        process.check(EXERCISE, path)
    assert len(os.listdir("/proc/self/fd")) <= before


# Its threads stay until it ends: the runner is a process of its own, so that later tests fork from a single one.
SEVERAL_THREADS = """
import sys
from pathlib import Path
import torch
from handgrad.exercises.registry import find
from handgrad.exercises.sandbox import process
torch.set_num_threads(2)
large = torch.ones(600, 600)
(large @ large).sum()
print(torch.get_num_threads(), process.check(find("linear_dW"), Path(sys.argv[1])).status)
"""


def test_a_runner_that_computed_with_several_threads_can_still_check(tmp_path):
    body = "    large = torch.ones(600, 600)\n    (large @ large).sum()\n" + RIGHT_BODY
    command = [sys.executable, "-c", SEVERAL_THREADS, str(write(tmp_path, HEAD + body))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout == f"2 {RIGHT}\n", done.stdout + done.stderr


def test_limits_only_ever_go_down(monkeypatch):
    class Resource:
        RLIM_INFINITY = -1
        held = {"a": (-1, -1), "b": (5, 9), "c": (50, 9)}

        def getrlimit(self, which):
            return self.held[which]

        def setrlimit(self, which, pair):
            self.held[which] = pair

    resource = Resource()
    for which in "abc":
        limits.lower(resource, which, 7)
    assert resource.held == {"a": (7, -1), "b": (5, 9), "c": (7, 9)}


def test_a_signal_without_a_name_has_its_number():
    assert limits.signal_name(9).startswith("SIGKILL (") and limits.signal_name(15) == "SIGTERM"
    assert limits.signal_name(99) == "signal 99"
