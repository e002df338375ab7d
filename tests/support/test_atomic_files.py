"""A file is replaced whole or not at all, and nothing is left beside it."""

import pytest

from handgrad.support import atomic_files


def test_a_file_is_made_and_replaced(tmp_path):
    file = tmp_path / "names.txt"
    for contents in (b"emma\n", b"olivia\nava\n", b""):
        atomic_files.write_atomically(file, contents)
        assert file.read_bytes() == contents
        assert list(tmp_path.iterdir()) == [file]


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    file = tmp_path / "names.txt"
    file.write_bytes(b"old")

    def interrupted():
        with atomic_files.replacing(file) as part:
            part.write_bytes(b"ne")
            assert file.read_bytes() == b"old"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]


def test_a_folder_that_is_missing_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        atomic_files.write_atomically(tmp_path / "absent" / "names.txt", b"emma")


def test_where_a_folder_stands_in_the_place_of_the_file_nothing_is_left_beside_it(tmp_path):
    place = tmp_path / "names.txt"
    (place / "inside").mkdir(parents=True)
    with pytest.raises(OSError):
        atomic_files.write_atomically(place, b"emma")
    assert list(tmp_path.iterdir()) == [place]
