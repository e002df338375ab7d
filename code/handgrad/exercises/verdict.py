"""What a check found: one value that the terminal, a teacher's JSON and the tests read."""

from typing import NamedTuple

from handgrad.check.comparison import Row

# right: it agrees. wrong: it ran and does not agree. unwritten: the stub as it came. failed: it raised, or is
# no Python. stopped: it ran too long. crashed: its process ended without an answer.
RIGHT, WRONG, UNWRITTEN, FAILED, STOPPED, CRASHED = (
    "right", "wrong", "unwritten", "failed", "stopped", "crashed"
)
STATUSES = (RIGHT, WRONG, UNWRITTEN, FAILED, STOPPED, CRASHED)


class Verdict(NamedTuple):
    """The answer to one check.

    rows: the table, of the first draw that fails, or of the last; sentence: what is wrong, or that it agrees;
    section: where to read, as CHAPTER#ANCHOR, or nothing; picture: where the differences lie, in characters,
    or nothing; output: what the reader's code printed, cut where it was too much; trace: the reader's own lines
    of a traceback, or nothing; seconds: how long the reader's function ran.
    """

    name: str
    status: str
    rows: tuple[Row, ...] = ()
    sentence: str = ""
    section: str = ""
    picture: str = ""
    output: str = ""
    trace: str = ""
    seconds: float = 0.0
