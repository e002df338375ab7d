"""The key under which executed cells are kept: the same for the same files, another for any change."""

import os
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from book_execution import cache as execution_cache


@pytest.fixture
def project(tmp_path):
    """A folder with a package and data."""
    for name in ("code/handgrad/ops/tanh.py", "data/names.txt", "code/solutions/tanh.py", "book/tanh.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1\n")
    return tmp_path


@pytest.mark.parametrize("name", ["code/handgrad/ops/tanh.py", "data/names.txt", "code/handgrad/new.py"])
def test_a_change_changes_the_key_and_undoing_it_restores_the_key(project, name):
    before = execution_cache.key(project)
    old = (project / name).read_text() if (project / name).exists() else None
    (project / name).write_text("2\n")
    assert execution_cache.key(project) != before
    if old is None:
        (project / name).unlink()
    else:
        (project / name).write_text(old)
    assert execution_cache.key(project) == before


@pytest.mark.parametrize(
    "name", ["code/solutions/tanh.py", "book/tanh.md", "code/handgrad/__pycache__/a.pyc"]
)
def test_what_no_cell_imports_does_not_change_the_key(project, name):
    before = execution_cache.key(project)
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("2\n")
    assert execution_cache.key(project) == before


def test_renaming_changes_the_key(project):
    before = execution_cache.key(project)
    (project / "data/names.txt").rename(project / "data/other.txt")
    assert execution_cache.key(project) != before


def test_another_version_of_a_library_changes_the_key(project, monkeypatch):
    before = execution_cache.key(project)
    monkeypatch.setattr(execution_cache, "version", lambda name: "0")
    assert execution_cache.key(project) != before


def test_the_kernels_of_the_processor_are_in_the_key(project, monkeypatch):
    before = execution_cache.key(project)
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "another")
    assert execution_cache.key(project) != before


def test_every_library_that_is_hashed_is_installed():
    assert not [line for line in execution_cache.library_versions() if line.endswith("absent")]


def test_prepare_sets_path_key_and_environment_and_keeps_few_caches(project, monkeypatch):
    monkeypatch.setattr(execution_cache, "assert_own_package", lambda root: None)
    monkeypatch.setattr(os, "environ", {"HANDGRAD_NAMES": "mine", "OMP_NUM_THREADS": "2"})
    caches = project / "_build" / ".jupyter_cache"
    for age in range(9):
        (caches / f"old{age}").mkdir(parents=True)
        os.utime(caches / f"old{age}", (age, age))
    app, config = SimpleNamespace(srcdir=project, outdir=project / "_build" / "html"), SimpleNamespace()
    execution_cache.prepare(app, config)
    assert config.nb_execution_cache_path == str(caches / config.execution_key)
    profile = project / "_build" / ".ipython"
    assert os.environ == execution_cache.ENVIRONMENT | {"IPYTHONDIR": str(profile)}
    assert (profile / "profile_default" / "ipython_kernel_config.json").is_file()
    kept = {path.name for path in caches.iterdir()}
    assert kept == {config.execution_key, *(f"old{age}" for age in range(4, 9))}


def test_a_package_that_is_not_installed_is_said(project, monkeypatch):
    monkeypatch.setattr(execution_cache.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ExtensionError, match="handgrad is not installed: run `pip install -e .`"):
        execution_cache.assert_own_package(project)
