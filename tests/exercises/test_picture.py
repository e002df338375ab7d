"""The picture of an answer: each form has its words, and the characters lie where the wrong entries lie."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from handgrad.exercises.picture import HEIGHT, WIDTH, picture

RIGHT = torch.arange(1.0, 25.0, dtype=torch.float64).view(4, 6)
SQUARE = torch.arange(1.0, 17.0, dtype=torch.float64).view(4, 4)


def spoilt(expected, *index):
    """A copy with 1 added to some entries."""
    copy = expected.clone()
    copy[index] += 1
    return copy


ALL = slice(None)
FORMS = {
    "row": (spoilt(RIGHT, 2), RIGHT, "6 of 24 entries are wrong: all in row 2.", "...... ...... ###### ......"),
    "part of a row": (spoilt(RIGHT, 2, slice(1, 3)), RIGHT, "2 of 24 .*: all in row 2.", "...... ...... .##... ......"),
    "two rows": (spoilt(RIGHT, [0, 3]), RIGHT, "12 of 24 .*: all in rows 0, 3.", "###### ...... ...... ######"),
    "column": (spoilt(RIGHT, ALL, 5), RIGHT, "4 of 24 .*: all in column 5.", ".....# .....# .....# .....#"),
    "two columns": (spoilt(RIGHT, ALL, [0, 1]), RIGHT, "8 of 24 .*: all in columns 0, 1.",
                    "##.... ##.... ##.... ##...."),
    "one entry": (spoilt(RIGHT, 1, 4), RIGHT, "1 of 24 .*: in row 1, column 4.", "...... ....#. ...... ......"),
    "nan": (RIGHT * spoilt(RIGHT * 0, 2).log(), RIGHT * 0, "18 of 24 .*: all in rows 0, 1, 3.",
            "###### ###### ...... ######"),
    "scattered": (spoilt(RIGHT, [0, 1, 3], [5, 0, 2]), RIGHT, "3 of 24 .*: scattered.", ".....# #..... ...... ..#..."),
    "two scattered": (spoilt(RIGHT, [0, 1], [5, 0]), RIGHT, "2 of 24 .*: scattered.", ".....# #..... ...... ......"),
    "diagonal": (spoilt(SQUARE, range(4), range(4)), SQUARE, "4 of 16 .*: on the diagonal.", "#... .#.. ..#. ...#"),
    "off it": (SQUARE + 1 - torch.eye(4), SQUARE, "12 of 16 .*: everywhere but on the diagonal.",
               ".### #.## ##.# ###."),
    "vector": (spoilt(RIGHT[0], 3), RIGHT[0], "1 of 6 .*: at place 3.", "...#.."),
    "vector, some": (spoilt(RIGHT[0], [1, 3]), RIGHT[0], "2 of 6 .*: at places 1, 3.", ".#.#.."),
    "vector, many": (spoilt(RIGHT[0], slice(1, 6)), RIGHT[0], "5 of 6 .*: at 5 places.", ".#####"),
    "one row": (spoilt(RIGHT[:1], 0, [1, 2]), RIGHT[:1], "2 of 6 .*: all in columns 1, 2.", ".##..."),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_has_its_words_and_its_characters(form):
    got, expected, says, drawn = FORMS[form]
    words, legend, *lines = picture(got, expected).splitlines()
    before, _, after = says.partition(".*")
    assert words.startswith(before) and words.endswith(after) and words.count("\n") == 0
    assert [line.strip() for line in lines] == drawn.split(" ")
    assert legend == ". agrees, # wrong"


@pytest.mark.parametrize("got, expected", [
    (RIGHT, RIGHT), (RIGHT[:2], RIGHT), (RIGHT[0, 0] + 1, RIGHT[0, 0]), (RIGHT[:1, :1] + 1, RIGHT[:1, :1]),
    (RIGHT.view(2, 2, 6) + 1, RIGHT.view(2, 2, 6)), (torch.zeros(0, 3), torch.zeros(0, 3)),
    (RIGHT + 1, RIGHT), (RIGHT * torch.nan, RIGHT), (RIGHT[0] + 1, RIGHT[0]),
], ids=["agrees", "other shape", "number", "one entry", "three axes", "empty", "all", "all nan", "all of a vector"])
def test_where_there_is_nothing_to_see_there_is_no_picture(got, expected):
    assert picture(got, expected) == ""


def test_what_is_within_rounding_of_larger_terms_is_not_drawn():
    near = RIGHT.clone()
    near[2] += 1e-13
    assert picture(near, RIGHT) and not picture(near, RIGHT, 1e3)


def test_a_large_matrix_is_drawn_in_blocks():
    expected = torch.zeros(100, 200, dtype=torch.float64)
    words, legend, *lines = picture(spoilt(expected, slice(0, 10)), expected).splitlines()
    assert words == "2000 of 20000 entries are wrong: scattered."
    assert legend == ". agrees, # wrong, + some are wrong; a character is a block of 9×9"
    assert [line.strip()[0] for line in lines] == ["#", "+", *"." * 10]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**31), rows=st.integers(1, 90), columns=st.integers(1, 90), share=st.floats(0, 1))
def test_it_always_fits_and_shows_every_wrong_entry(seed, rows, columns, share):
    generator = torch.Generator().manual_seed(seed)
    expected = torch.ones(rows, columns, dtype=torch.float64)
    wrong = torch.rand(rows, columns, generator=generator) < share
    drawn = picture(expected + wrong, expected)
    if not wrong.any() or wrong.all():
        assert drawn == ""
        return
    words, legend, *lines = drawn.splitlines()
    cells = [line.strip() for line in lines]
    assert words.startswith(f"{int(wrong.sum())} of {wrong.numel()} entries are wrong: ")
    assert len(cells) <= HEIGHT and len({len(row) for row in cells}) == 1 and len(cells[0]) <= WIDTH
    tall, wide = -(-rows // HEIGHT), -(-columns // WIDTH)
    for i, j in wrong.nonzero().tolist():
        assert cells[i // tall][j // wide] in "#+"
    assert ("+" in "".join(cells)) == ("some are wrong" in legend)
