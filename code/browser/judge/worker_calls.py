"""What the page's worker calls: it puts the bytes of a sheet into a file, and gives the text."""

import os

from browser.judge import entry

SHEET, MISTAKES = "/sheet.bin", "/mistakes.bin"


def read(path):
    """The bytes of a file."""
    data = bytearray(os.stat(path)[6])
    with open(path, "rb") as file:
        file.readinto(data)
    return data


def ready(sheet):
    """Read the sheet of an exercise, so that a check need not."""
    entry.ready(sheet, read(SHEET))


def check(source, sheet, fetch):
    """The verdict on the reader's text; `fetch` gives the text of the mistakes and writes the file of their bytes."""
    return entry.check(source, sheet, read(SHEET), lambda: (fetch(), read(MISTAKES)))


def run(source, chapter):
    """What a few lines print."""
    return entry.run(source, chapter, read(SHEET))
