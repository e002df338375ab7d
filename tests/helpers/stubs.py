"""The files of stubs as a reader gets them."""

import pytest

from handgrad.exercises import listing, sources


@pytest.fixture(scope="session")
def stubs(tmp_path_factory):
    """A folder `exercises` with every file of stubs."""
    folder = tmp_path_factory.mktemp("work") / "exercises"
    folder.mkdir()
    for name in listing.files():
        (folder / name).write_text(sources.stubs(name.removesuffix(".py")), encoding="utf-8")
    return folder
