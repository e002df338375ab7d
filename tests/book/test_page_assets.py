"""What the exercises in the page run on: the vendored files, their versions, licences and digests."""

import gzip
import io
import re
import shutil
import tarfile

import page_packages
import pytest
import vendor_page

KILOBYTE = 1000


@pytest.fixture
def folder(tmp_path):
    """A copy of the vendored files."""
    return shutil.copytree(vendor_page.FOLDER, tmp_path / "page")


def test_the_files_are_those_of_the_manifest(folder):
    assert vendor_page.problems() == [] == vendor_page.problems(folder)


def test_a_changed_and_a_missing_file_are_found(folder):
    (folder / "micropython.wasm").write_bytes(b"")
    (folder / vendor_page.LICENCES).unlink()
    assert vendor_page.problems(folder) == [
        "micropython.wasm is not the file of the manifest", "LICENSES.txt is missing",
    ]


def test_a_manifest_that_cannot_be_read_is_said(folder):
    (folder / vendor_page.MANIFEST).write_text("{")
    assert "cannot be read" in vendor_page.problems(folder)[0]


def test_another_source_and_another_package_are_found(folder, tmp_path, monkeypatch):
    source = tmp_path / vendor_page.SOURCE.name
    source.write_text("export const nothing = 0;\n")
    monkeypatch.setattr(vendor_page, "SOURCE", source)
    monkeypatch.setattr(vendor_page, "PACKAGES", vendor_page.PACKAGES[1:])
    found = vendor_page.problems(folder)
    assert len(found) == 2 and "other packages" in found[0] and "run this script" in found[1]


def test_every_version_is_exact_and_every_licence_is_listed(folder):
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", package.version) for package in page_packages.PACKAGES)
    assert all(package.integrity.startswith("sha512-") for package in page_packages.PACKAGES)
    told = (folder / vendor_page.LICENCES).read_text(encoding="utf8")
    for package in (page_packages.RUNTIME, *page_packages.EDITOR):
        assert f"{package.name} {package.version}\n\n" in told and package.licence == "MIT"
    assert told.count("Permission is hereby granted") == 1 + len(page_packages.EDITOR)


def test_the_runtime_is_of_the_version_that_is_named(folder):
    assert f"v{page_packages.RUNTIME.version} on ".encode() in (folder / "micropython.wasm").read_bytes()


def test_the_editor_imports_nothing_more_and_evaluates_no_text(folder):
    text = (folder / vendor_page.BUNDLE).read_text(encoding="utf8")
    # A browser keeps a text with other letters in twice the memory.
    assert text.isascii()
    assert not re.search(r"^import|\bimport\(|\beval\(|new Function", text) and "http:" not in text.replace(
        "http://www.w3.org", "")


def test_what_a_reader_downloads_is_small(folder):
    sizes = {name: len(gzip.compress((folder / name).read_bytes(), mtime=0)) / KILOBYTE
             for name in (*vendor_page.COPIED, vendor_page.BUNDLE)}
    assert sum(sizes.values()) < 350 and sizes[vendor_page.BUNDLE] < 155


def test_an_archive_of_another_version_is_refused(tmp_path):
    archive = tmp_path / page_packages.PACKAGES[0].archive
    with tarfile.open(archive, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("package/package.json"), io.BytesIO(b""))
    with pytest.raises(ValueError, match=f"is not {page_packages.PACKAGES[0].name}"):
        vendor_page.unpack(tmp_path, tmp_path / "node_modules")
