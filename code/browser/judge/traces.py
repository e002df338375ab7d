"""Where in the reader's text an exception came from: the lines of the traceback that bear the text's name."""

import io
import sys

# The name under which the reader's text is compiled.
NAME = "yours.py"


class Frame:
    """One line of a traceback."""

    def __init__(self, lineno, name):
        self.lineno, self.name = lineno, name


def printed(error):
    """The traceback as this Python prints it."""
    error = getattr(error, "original", error)
    if hasattr(sys, "print_exception"):
        buffer = io.StringIO()
        sys.print_exception(error, buffer)
        return buffer.getvalue()
    import traceback

    return "".join(traceback.format_exception(error))


def frames(error):
    """The reader's lines, the innermost last."""
    found = []
    for line in printed(error).split("\n"):
        line = line.strip()
        start = f'File "{NAME}", line '
        if line.startswith(start):
            number, _, name = line[len(start) :].partition(", in ")
            found.append(Frame(int(number), name or "<module>"))
    return found
