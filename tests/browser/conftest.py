"""The files of the page, computed once for all tests of it."""

import pytest

from browser.build import packing, sheets


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The files of the page, and the packed modules unpacked for CPython."""
    found = tmp_path_factory.mktemp("page")
    for name, data in sheets.all_files().items():
        (found / name).parent.mkdir(exist_ok=True)
        (found / name).write_bytes(data)
    (found / "python.json").write_text(packing.packed(), encoding="utf-8")
    packing.unpack(found / "packed")
    return found
