"""The notebook's own file of names, which is not part of this project."""

from pathlib import Path

import pytest

PATH = Path(__file__).parents[3] / "shared" / "data" / "names-2019.txt"
needed = pytest.mark.skipif(not PATH.is_file(), reason="../shared/data/names-2019.txt is absent")
