"""Tables and shapes as a page shows them."""

import pytest

from handgrad.support import markdown


@pytest.mark.parametrize(("shape", "written"), [
    ((), "()"), (("H",), "(H,)"), ((1, 64), "(1,\N{NO-BREAK SPACE}64)"),
])
def test_a_shape_is_written_as_python_writes_it(shape, written):
    assert markdown.size(shape) == written
