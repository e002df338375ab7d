"""The TOML files beside the chapters' functions: what must be in them, and which exercise is at fault where it is not.

A table for each exercise, in the order of the chapter. A line break in the text of a hint counts as a space.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from handgrad.exercises.entry import KINDS, Hint, Mutant

FOLDER = Path(__file__).parent / "chapters"
SCALES = {"difficulty": 5, "importance": 5, "minutes": 1000}
TEXTS = ("stem", "chapter", "section", "title", "kind")
LISTS = ("gives", "mutants", "hints")


class ChapterError(Exception):
    """A file of texts is not as it must be; the message names the file, the exercise and the fault."""


def path(chapter: str) -> Path:
    """The file of a chapter."""
    return FOLDER / f"{chapter}.toml"


def read(chapter: str) -> list[dict[str, Any]]:
    """The fields of every exercise of a chapter, in order.

    Raises: ChapterError.
    """
    file = path(chapter)
    try:
        text = file.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except OSError as error:
        raise ChapterError(f"{file.name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ChapterError(f"{file.name} is not written in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ChapterError(f"{file.name}{above(text, str(error))}: {error}") from error
    return [fields(chapter, name, table) for name, table in tables.items()]


def above(text: str, message: str) -> str:
    """The exercise whose table the line in the message of a TOML error belongs to."""
    line = re.search(r"line (\d+)", message)
    heads = re.findall(r"^\[+([\w-]+)", "\n".join(text.splitlines()[: int(line[1]) if line else None]), re.MULTILINE)
    return f", in {heads[-1]}" if heads else ""


def fields(chapter: str, name: str, table: Any) -> dict[str, Any]:
    """The fields of one exercise, what it may leave out added.

    Raises: ChapterError.
    """
    fault = fault_of(table)
    if fault:
        raise ChapterError(f"{chapter}.toml, in {name}: {fault}")
    return {"source": chapter, "name": name, "stem": chapter, "chapter": chapter, "kind": "code"} | table | {
        "gives": tuple(table["gives"]),
        "mutants": tuple(Mutant(*mutant) for mutant in table["mutants"]),
        "hints": tuple(Hint(hint["when"], hint["text"].replace("\n", " ")) for hint in table["hints"]),
    }


def fault_of(table: Any) -> str:
    """What is missing, unknown or of another kind in the table of an exercise, or nothing."""
    known = (*TEXTS, *SCALES, *LISTS)
    if not isinstance(table, dict):
        return "it is no table"
    unknown = [key for key in table if key not in known]
    missing = [key for key in known if key not in table and key not in ("stem", "chapter", "kind")]
    if unknown or missing:
        return f"{unknown[0]} is not known here" if unknown else f"{missing[0]} is missing"
    for key in TEXTS:
        if not isinstance(table.get(key, ""), str):
            return f"{key} must be a text"
    for key, most in SCALES.items():
        if type(table[key]) is not int or not 1 <= table[key] <= most:
            return f"{key} must be a whole number from 1 to {most}"
    if table.get("kind", "code") not in KINDS:
        return f"kind must be one of {', '.join(KINDS)}"
    return fault_of_lists(table)


def fault_of_lists(table: dict[str, Any]) -> str:
    """The same for what comes several times."""
    if not all_texts(table["gives"]) or not table["gives"]:
        return "gives must list the names of what the function returns"
    if not isinstance(table["mutants"], list) or not all(all_texts(m) and len(m) == 3 for m in table["mutants"]):
        return "each of its mutants must be three texts: old, new, what it is told"
    if table.get("kind") == "bug" and not table["mutants"]:
        return "a bug needs a mutant, which is its stub"
    hints = table["hints"]
    if not isinstance(hints, list) or not all(isinstance(h, dict) and set(h) == {"when", "text"} for h in hints):
        return "each of its hints must have `when` and `text`, and nothing else"
    return "" if all(all_texts(list(hint.values())) for hint in hints) else "`when` and `text` of a hint must be texts"


def all_texts(value: Any) -> bool:
    """Whether it is a list of texts."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
