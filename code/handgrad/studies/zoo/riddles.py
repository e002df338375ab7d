"""Six backward passes with a bug in each, for the reader to identify."""

from handgrad.studies.zoo.bugs import BUGS, Bug
from handgrad.studies.zoo.walk import Walk, by_name, walk
from handgrad.support import digest

# Not the names, so that who reads this file for another reason is not told.
ANSWERS = {
    "A": "d28eabc4085a", "B": "4ba03a583334", "C": "b18dbd3dcd0e",
    "D": "5a2457e01b43", "E": "1cd3e99a0d29", "F": "ba928fbb93cf",
}


def anonymous(letter: str) -> Walk:
    """The gradients of the book's minibatch, in float64, by the backward pass of that letter.

    Shapes: as in walk.Walk.
    Raises: ValueError on a letter that is none of ANSWERS.
    """
    return walk(behind(letter))


def guess(letter: str, name: str) -> None:
    """Say whether the backward pass of that letter has the bug of that name, and no more.

    Raises: ValueError on a letter, or the name of a bug, that does not exist.
    """
    bug, meant = behind(letter), by_name(name)
    if bug == meant:
        print(f"{letter.upper()} is {name!r}: right.")
    else:
        print(f"{letter.upper()} is not {name!r}.")


def behind(letter: str) -> Bug:
    """The bug of a letter."""
    known = str(letter).upper()
    if known not in ANSWERS:
        raise ValueError(f"there is no backward pass {letter!r}; the letters are {', '.join(ANSWERS)}")
    return next(bug for bug in BUGS if hidden(known, bug.name) == ANSWERS[known])


def hidden(letter: str, name: str) -> str:
    """What stands in ANSWERS for a letter and a bug."""
    return digest.of_bytes(f"{letter} is {name}".encode())[:12]
