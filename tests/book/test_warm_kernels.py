"""Kernels divided off a process that has imported torch: as clean as new ones, and missed when they die."""

import asyncio
import sys
import time

import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from sphinx.errors import ExtensionError

from book_execution import warm_kernels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are divided off on Linux alone")


@pytest.fixture(scope="module")
def manager():
    with warm_kernels.manager() as found:
        yield found


def said(manager, folder, *cells):
    """What the cells print, run one after another in a new kernel."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}},
                   kernel_manager_class=manager).execute()
    return [output.text.strip() for cell in notebook.cells for output in cell.outputs]


def test_a_kernel_has_the_library_before_its_first_line_and_nothing_of_the_book(manager, tmp_path):
    loaded = "import sys; print({name.split('.')[0] for name in sys.modules} & {'torch', 'matplotlib', 'handgrad'})"
    assert eval(said(manager, tmp_path, loaded)[0]) == {"torch", "matplotlib"}
    assert not [name for name in warm_kernels.MODULES if name.startswith("handgrad")]


def test_nothing_of_one_chapter_is_left_in_another(manager, tmp_path):
    change = ("import os, torch; torch.mine = 1; torch.set_default_dtype(torch.float64); torch.manual_seed(1)\n"
              "os.environ['MINE'] = '1'")
    look = ("import os, torch; print(hasattr(torch, 'mine'), torch.get_default_dtype(), torch.initial_seed(),\n"
            "'MINE' in os.environ)")
    [clean] = said(manager, tmp_path, look)
    [changed] = said(manager, tmp_path, change, look)
    assert changed == "True torch.float64 1 True" and not set(clean.split()) & set(changed.split())
    assert said(manager, tmp_path, look) == [clean]


def test_a_kernel_is_as_one_that_is_started_for_itself(manager, tmp_path):
    (tmp_path / "here.txt").touch()
    lines = ("import os, signal, subprocess, sys; print(os.listdir(), sys.path, sys.argv[0][-21:])",
             "print(subprocess.run('exit 3', shell=True).returncode, sys.stdin.fileno, os.environ['MPLBACKEND'])",
             "print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGCHLD), os.getpgrp() == os.getpid())",
             "os.system('echo past Jupyter >&2'); print(__name__, torch) if 'torch' in globals() else print(__name__)")

    def comparable(texts):
        return [text.split(" at 0x")[0] for text in texts]
    assert comparable(said(manager, tmp_path, *lines)) == comparable(said(AsyncKernelManager, tmp_path, *lines))


def test_a_cell_that_raises_is_told_and_a_kernel_that_dies_is_missed(manager, tmp_path):
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        said(manager, tmp_path, "1 / 0")
    began = time.monotonic()
    with pytest.raises(DeadKernelError):
        said(manager, tmp_path, "import os; os._exit(1)")
    assert time.monotonic() - began < 30


def test_a_kernel_ends_when_it_is_shut_down(manager, tmp_path):
    async def shut_down():
        kernels = manager()
        await kernels.start_kernel(cwd=str(tmp_path))
        process = kernels.provisioner.process
        assert process.poll() is None
        await kernels.shutdown_kernel()
        return process

    assert asyncio.run(shut_down()).poll() == 0


def test_a_kernel_ends_when_its_server_is_gone(tmp_path):
    server = warm_kernels.Server()
    kernel = server.divide(["-f", str(tmp_path / "connection.json")], str(tmp_path))
    assert kernel.poll() is None
    server.close()
    end = time.monotonic() + 30
    while kernel.poll() is None and time.monotonic() < end:
        time.sleep(0.1)
    assert kernel.poll() == 0 == kernel.wait()


def test_what_is_written_past_jupyter_is_no_answer(monkeypatch, tmp_path):
    (tmp_path / "talks.py").write_text("import os; os.system('echo I am here'); print('and here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(warm_kernels, "MODULES", ("talks",))
    with warm_kernels.manager() as found:
        assert said(found, tmp_path, "import os; os.write(1, b'here'); print('right')") == ["right"]


def test_a_server_that_cannot_begin_is_a_sentence(monkeypatch, capfd):
    monkeypatch.setattr(warm_kernels, "MODULES", ("no_such_module",))
    server = warm_kernels.Server()
    for _ in range(2):  # a request on its way when the process ends, and one after it
        with pytest.raises(ExtensionError, match="no kernel could be started: what is shown above"):
            server.divide([], ".")
        server.process.wait()
    server.close()
    warm_kernels.Kernel(server.process.pid).send_signal(9)
    assert "No module named 'no_such_module'" in capfd.readouterr().err


def test_elsewhere_kernels_are_started_as_usual(monkeypatch):
    monkeypatch.setattr(warm_kernels.sys, "platform", "darwin")
    with warm_kernels.manager() as found:
        assert found is AsyncKernelManager
