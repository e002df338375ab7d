"""The displayed equations without a label, forward equations and steps of derivations: what can be read is executed."""

import pytest
from equations import identities, reading, slips
from equations.checking import WrongEquation

READ = [each for stem in identities.WHOSE for each in identities.identities(stem)]
every_identity = pytest.mark.parametrize("each", READ, ids=lambda each: f"{each.stem}-{each.line}-{each.tex[:20]}")


def test_as_many_are_read_as_before():
    assert len(READ) >= 33, "a display of these chapters was taken out, or can no longer be read"


@every_identity
def test_all_sides_are_the_same(each, tally):
    identities.check(each)
    tally("identity")


@every_identity
def test_no_slip_passes(each, tally):
    for kind, tex in slips.slips(each.tex):
        try:
            equation = reading.read(tex)
        except reading.Unreadable:
            continue
        if not identities.same_sides(each, equation):
            with pytest.raises(WrongEquation, match=rf"^book/{each.stem}.md, line {each.line}: "):
                identities.check(each, equation)
                pytest.fail(f"{kind}: {tex}")
            tally("identity slip")
