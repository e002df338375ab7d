"""The set-up: every failure says so in one sentence, and a run goes on where the last one stopped."""

import ast
import errno
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from importlib.util import find_spec as real_find_spec
from types import SimpleNamespace

import environment
import failures
import pytest

Version = namedtuple("Version", "major minor micro releaselevel serial")
TRIED, UNTRIED = Version(3, 14, 2, "final", 0), Version(3, 15, 0, "final", 0)
NOT_TRIED = "This is Python 3.15; the versions in requirements.txt were tried with 3.11 to 3.14.\n"

# The set-up looks for pip, and up to Python 3.11 setuptools then takes the distutils of the tests' own process away.
pytestmark = pytest.mark.filterwarnings("ignore:Setuptools is replacing distutils:UserWarning:_distutils_hack")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a book's requirements and package, and the set-up pointed at it."""
    root = tmp_path.resolve()
    (root / "code" / "handgrad").mkdir(parents=True)
    (root / "code" / "handgrad" / "__init__.py").write_text("")
    (root / "pyproject.toml").write_text("[project]\n")
    (root / "requirements.txt").write_text("# why\ntorch==2.13.0  # tensors\n\nclick==8.5.1\n")
    for module in (environment, failures):
        monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(failures, "LOG", root / ".set-up.log")
    monkeypatch.setattr(environment, "ENV", root / ".venv")
    monkeypatch.setattr(environment, "PYTHON", root / ".venv" / "bin" / "python")
    monkeypatch.setattr(environment, "STAMP", root / ".venv" / "handgrad-stamp")
    monkeypatch.setattr(environment, "OURS", root / "code" / "handgrad" / "__init__.py")
    return root


@pytest.fixture
def commands(place, monkeypatch):
    """Commands are noted and not run; the environment then imports the package of `place`."""
    noted = []
    monkeypatch.setattr(failures, "command", lambda purpose, *arguments: noted.append(arguments))
    monkeypatch.setattr(environment, "ask", lambda question: str(environment.OURS))
    return noted


def stopped(function, *arguments):
    """The sentence with which a function ends the run; the status of such an end is 1."""
    with pytest.raises(SystemExit) as end:
        function(*arguments)
    assert isinstance(end.value.code, str)
    assert "\n" not in end.value.code
    return end.value.code


def hide(monkeypatch, *modules):
    def found(name):
        return None if name in modules else real_find_spec(name)
    monkeypatch.setattr(environment.importlib.util, "find_spec", found)


def disk(monkeypatch, gigabytes):
    usage = SimpleNamespace(free=int(gigabytes * 1e9))
    monkeypatch.setattr(failures.shutil, "disk_usage", lambda path: usage)


def make_sound(place):
    """An environment that can be used, without the packages: its Python is the one that runs the tests."""
    (place / ".venv" / "bin").mkdir(parents=True)
    (place / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (place / ".venv" / "bin" / "activate").write_text(f'VIRTUAL_ENV="{place / ".venv"}"\n')


# What stops the set-up before it begins

def test_an_old_python_is_told_which_one_is_needed(monkeypatch):
    monkeypatch.setattr(failures.sys, "version_info", Version(3, 10, 13, "final", 0))
    said = stopped(failures.check_python)
    assert "needs Python 3.11 or newer" in said
    assert "is Python 3.10" in said
    assert "make site PYTHON=python3.11" in said


def test_a_newer_python_goes_on_and_hears_what_was_tried(monkeypatch, capsys):
    monkeypatch.setattr(failures.sys, "version_info", UNTRIED)
    failures.check_python()
    assert capsys.readouterr().out == NOT_TRIED


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_a_python_that_was_tried_hears_nothing(monkeypatch, capsys, minor):
    monkeypatch.setattr(failures.sys, "version_info", Version(3, minor, 2, "final", 0))
    failures.check_python()
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["environment.py", "failures.py"])
def test_an_old_python_can_read_the_set_up(name):
    source = (failures.Path(failures.__file__).parent / name).read_text()
    tree = ast.parse(source, feature_version=(3, 6))
    annotated = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.returns]
    assert not annotated, "an annotation is evaluated when the function is defined, and may be too new"


def test_too_little_disk_is_said_before_anything_is_made(place, commands, monkeypatch):
    disk(monkeypatch, 1.2)
    said = stopped(environment.main)
    assert f"needs {failures.GIGABYTES} GB" in said
    assert "1.2 GB free" in said
    assert commands == []


@pytest.mark.parametrize("system, free, said", [("Linux", 5, True), ("Linux", 50, False), ("Darwin", 5, False)])
def test_where_the_build_with_cuda_may_not_fit_it_is_said_and_the_set_up_goes_on(
        system, free, said, place, commands, monkeypatch, capsys):
    disk(monkeypatch, free)
    monkeypatch.setattr(failures.platform, "system", lambda: system)
    environment.create()
    sentence = f"the one with CUDA, which the package index serves on Linux, needs up to {failures.WITH_CUDA} GB"
    assert commands and (sentence in capsys.readouterr().out) == said


def test_without_venv_the_package_to_install_is_named(place, commands, monkeypatch):
    disk(monkeypatch, 50)
    hide(monkeypatch, "venv")
    said = stopped(environment.main)
    assert "lacks the module venv" in said
    assert "python3-venv" in said
    assert commands == []


def test_without_ensurepip_the_pip_that_is_here_installs_another(place, commands, monkeypatch):
    disk(monkeypatch, 50)
    hide(monkeypatch, "ensurepip")
    environment.create()
    assert [c[1:4] for c in commands] == [("-m", "venv", "--clear"), ("-m", "pip", "--python")]
    assert "--without-pip" in commands[0]


def test_without_ensurepip_and_pip_the_package_to_install_is_named(place, commands, monkeypatch):
    disk(monkeypatch, 50)
    hide(monkeypatch, "ensurepip", "pip")
    assert "python3-venv" in stopped(environment.create)


# What stops it on the way: real commands that fail as pip does

PIP = {
    "network": (
        "WARNING: Retrying (Retry(total=1, connect=None)) after connection broken by 'NewConnectionError'\n"
        "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError'\n"
        "ERROR: Could not find a version that satisfies the requirement click==8.5.1 (from versions: 8.5.0)\n"
        "ERROR: No matching distribution found for click==8.5.1\n",
        "because pip cannot reach its package index: check the network",
    ),
    "cut off": (
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool: Read timed out.\n",
        "because pip cannot reach its package index",
    ),
    "no such version, after one connection that had to be tried again": (
        "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'ProtocolError'\n"
        "ERROR: Could not find a version that satisfies the requirement click==8.5.1 (from versions: 8.5.0)\n"
        "ERROR: No matching distribution found for click==8.5.1\n",
        "because pip found no click==8.5.1 for Python 3.",
    ),
    "disk": (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
        "because the disk is full: make room",
    ),
    "quota": ("OSError: [Errno 122] Disk quota exceeded\n", "because the disk is full"),
    "anything else": (
        "Collecting click\nERROR: Can not perform a '--user' install.\nWARNING: a newer pip exists\n",
        "Could not install torch: ERROR: Can not perform a '--user' install.",
    ),
    "no error line": ("Killed\n", "Could not install torch: Killed"),
    "silence": ("", "Could not install torch: it failed without a word"),
}


@pytest.mark.parametrize("printed, sentence", PIP.values(), ids=PIP)
def test_what_pip_prints_becomes_one_sentence_and_the_log_is_named(place, printed, sentence):
    program = "import sys; sys.stdout.write(sys.argv[1]); sys.exit(1)"
    said = stopped(failures.command, "install torch", sys.executable, "-c", program, printed)
    assert said.startswith("Could not install torch")
    assert sentence in said
    assert said.endswith("(The whole output is in .set-up.log.)")
    assert (place / ".set-up.log").read_text() == printed


def test_a_command_that_succeeds_prints_nothing_here(place, capfd):
    failures.command("try", sys.executable, "-c", "print('noise')")
    assert capfd.readouterr() == ("", "")
    assert (place / ".set-up.log").read_text() == "noise\n"


def test_commands_get_the_settings_of_pip_from_the_reader_and_no_question(place, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "the reader's own")
    program = "import os, sys; print(os.environ['PIP_INDEX_URL'], repr(sys.stdin.read()))"
    failures.command("try", sys.executable, "-c", program)
    assert (place / ".set-up.log").read_text() == "the reader's own ''\n"


@pytest.mark.parametrize("code, sentence", [
    (errno.ENOSPC, "because the disk is full"), (errno.EDQUOT, "because the disk is full"),
    (errno.EROFS, "Read-only file system"),
])
def test_an_error_of_the_system_becomes_one_sentence(code, sentence):
    assert sentence in failures.of_system(OSError(code, os.strerror(code)))


@pytest.mark.parametrize("raised, status, said", [
    ("KeyboardInterrupt", 130, "Stopped; the same command goes on from here."),
    ("OSError(28, 'No space left on device')", 1, "because the disk is full"),
    ("OSError(13, 'Permission denied')", 1, "Could not finish the environment"),
])
def test_what_the_program_says_and_its_status_when_it_is_cut_off(tmp_path, raised, status, said):
    tools = shutil.copytree(failures.Path(failures.__file__).parent, tmp_path / "code" / "tools")
    with (tools / "failures.py").open("a") as file:
        file.write(f"\n\ndef check_python():\n    raise {raised}\n")
    result = subprocess.run([sys.executable, tools / "environment.py"], capture_output=True, text=True)
    assert result.returncode == status
    assert said in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


# What is done, in which order, and what is not done again

def test_torch_comes_first_then_the_lock_then_this_folder(commands):
    environment.install()
    head = (str(environment.PYTHON), "-m", "pip", "install")
    assert commands == [
        (*head, "torch==2.13.0"),
        (*head, "-r", "requirements.txt"),
        (*head, "--no-deps", "--no-build-isolation", "-e", "."),
    ]


# That a Python was not tried explains what fails later, in the build or in a test: so each run says it.
@pytest.mark.parametrize("python, said", [(TRIED, ""), (UNTRIED, NOT_TRIED)], ids=["tried", "untried"])
def test_a_second_run_does_nothing(place, commands, monkeypatch, capsys, python, said):
    make_sound(place)
    monkeypatch.setattr(environment, "sound", lambda: True)
    monkeypatch.setattr(environment.sys, "version_info", python)
    environment.main()
    assert len(commands) == 3
    capsys.readouterr()
    environment.main()
    assert len(commands) == 3
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("file", ["requirements.txt", "pyproject.toml"])
def test_a_change_of_the_requirements_is_installed(place, commands, monkeypatch, file):
    make_sound(place)
    monkeypatch.setattr(environment, "sound", lambda: True)
    environment.main()
    (place / file).write_text((place / file).read_text() + "# another\n")
    environment.main()
    assert len(commands) == 6


def test_another_python_makes_another_environment(place, commands, monkeypatch):
    before = environment.fingerprint()
    monkeypatch.setattr(environment.sys, "version_info", Version(3, 12, 1, "final", 0))
    assert environment.fingerprint() != before


def test_a_run_that_fails_leaves_no_stamp(place, commands, monkeypatch):
    make_sound(place)
    monkeypatch.setattr(environment, "sound", lambda: True)
    environment.main()
    (place / "requirements.txt").write_text("torch==2.13.0\n")
    monkeypatch.setattr(failures, "command", lambda *arguments: sys.exit("no network"))
    assert stopped(environment.main) == "no network"
    assert not environment.STAMP.exists()


def test_packages_cut_off_on_the_way_in_are_installed_again(place):
    packages = place / ".venv" / "lib" / "python3.11" / "site-packages"
    for name in ("whole-1.0.dist-info", "half-1.0.dist-info"):
        (packages / name).mkdir(parents=True)
        (packages / name / "METADATA").write_text("")
    (packages / "whole-1.0.dist-info" / "INSTALLER").write_text("pip\n")
    environment.forget_unfinished()
    assert [path.name for path in packages.iterdir()] == ["whole-1.0.dist-info"]


# Which environments can be used

def test_an_environment_that_works_is_kept(place, commands, monkeypatch):
    make_sound(place)
    monkeypatch.setattr(environment, "ask", lambda question: repr(sys.version_info[:2]))
    assert environment.sound()


def break_moved(env):
    (env / "bin" / "activate").write_text('VIRTUAL_ENV="/another/folder/.venv"\n')


def break_python(env):
    (env / "bin" / "python").unlink()
    (env / "bin" / "python").symlink_to("/no/such/python")


def break_cut_off(env):
    (env / "bin" / "activate").unlink()


def break_other_python(env):
    (env / "bin" / "python").unlink()
    (env / "bin" / "python").write_text('#!/bin/sh\necho "(3, 8)"\n')
    (env / "bin" / "python").chmod(0o755)


def break_without_pip(env):
    (env / "bin" / "python").unlink()
    (env / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    (env / "bin" / "python").chmod(0o755)


@pytest.mark.parametrize("damage", [
    break_moved, break_python, break_cut_off, break_other_python, break_without_pip,
])
def test_an_environment_that_cannot_be_used_is_made_anew(place, monkeypatch, capsys, damage):
    make_sound(place)
    assert environment.sound(), "the test that follows would say nothing"
    damage(place / ".venv")
    noted = []
    monkeypatch.setattr(failures, "command", lambda purpose, *arguments: noted.append(arguments))
    monkeypatch.setattr(environment, "package", lambda: environment.OURS)
    environment.main()
    assert noted[0] == (sys.executable, "-m", "venv", "--clear", str(place / ".venv"))
    assert "making it anew" in capsys.readouterr().out


def test_a_link_to_another_environment_is_refused_and_that_one_kept(place, commands, tmp_path_factory):
    others = tmp_path_factory.mktemp("others")
    (others / "kept").write_text("")
    environment.ENV.symlink_to(others)
    assert str(others.resolve()) in stopped(environment.main)
    assert (others / "kept").exists()
    assert not commands


def test_another_copy_of_the_package_is_refused(place, monkeypatch):
    make_sound(place)
    other = place / "elsewhere" / "handgrad"
    other.mkdir(parents=True)
    (other / "__init__.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(other.parent))
    said = stopped(environment.check_package)
    assert f"`import handgrad` finds {other / '__init__.py'} and not" in said
    assert "unset PYTHONPATH" in said


def test_our_copy_is_taken(place, monkeypatch):
    make_sound(place)
    monkeypatch.setenv("PYTHONPATH", str(place / "code"))
    environment.check_package()


def test_a_package_that_is_not_there_is_refused(place, monkeypatch):
    monkeypatch.setattr(environment, "ask", lambda question: "")
    assert "finds nothing and not" in stopped(environment.check_package)
