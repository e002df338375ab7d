"""The picture of the README is the one that the package draws."""

import io

import chapters
import readme_picture
from PIL import Image


def test_the_picture_is_up_to_date():
    assert readme_picture.main(["--check"]) == 0


def test_another_picture_is_noticed(tmp_path):
    path = tmp_path / "network.png"
    Image.new("RGB", Image.open(readme_picture.PICTURE).size).save(path)
    assert readme_picture.differs(path, readme_picture.PICTURE.read_bytes())
    assert readme_picture.differs(tmp_path / "absent.png", b"")


def test_a_recompressed_picture_counts_as_the_same(tmp_path):
    path = tmp_path / "network.png"
    stored = readme_picture.PICTURE.read_bytes()
    Image.open(io.BytesIO(stored)).save(path, compress_level=1)
    assert not readme_picture.differs(path, stored)


def test_the_readme_shows_it_with_a_description():
    readme = (chapters.ROOT / "README.md").read_text()
    assert '<img src="book/_static/network.png"' in readme and 'alt="' in readme
