"""Judges answers with the packed Python of the page, without torch: the folder has packed/, sheets/ and cases.json.

It is run by itself, by a Python that finds no other package; it prints a line of JSON for each case.
"""

import contextlib
import io
import json
import pathlib
import sys


def main(folder, out):
    sys.path.insert(0, str(folder / "packed"))
    from browser.judge import entry

    for case in json.loads((folder / "cases.json").read_text()):
        sheet = folder / case["sheet"]
        text, data = sheet.with_suffix(".json").read_text(), sheet.with_suffix(".bin").read_bytes()
        run = entry.run if case.get("kind") == "run" else entry.check
        more = [] if case.get("kind") == "run" else [mistakes_of(sheet)]
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            found = run(case["source"], text, data, *more)
        print(json.dumps(json.loads(found) | {"output": printed.getvalue()}), file=out)


def mistakes_of(sheet):
    """What the page fetches after a wrong answer."""
    return lambda: (sheet.with_suffix(".mistakes.json").read_text(), sheet.with_suffix(".mistakes.bin").read_bytes())


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.stdout)
