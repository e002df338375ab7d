"""All exercises, in the order of the chapters."""

from importlib import import_module

from handgrad.exercises import listing
from handgrad.exercises.chapter_texts import ChapterError
from handgrad.exercises.definition import Exercise


def all_of(chapters: tuple[str, ...]) -> tuple[Exercise, ...]:
    """The exercises of these chapters.

    Raises: ChapterError if a chapter has the texts of an exercise and not its functions.
    """
    modules = [import_module(f"handgrad.exercises.chapters.{chapter}") for chapter in chapters]
    found = {exercise.name: exercise for module in modules for exercise in module.EXERCISES}
    lacking = [entry for entry in listing.entries() if entry.source in chapters and entry.name not in found]
    if lacking:
        raise ChapterError(f"{lacking[0].source}.py defines no {lacking[0].name}, and {lacking[0].source}.toml does")
    return tuple(sorted(found.values(), key=lambda exercise: exercise.number))


ALL = all_of(listing.CHAPTERS)


def find(name: str) -> Exercise:
    """The exercise called `name`.

    Raises: KeyError naming the exercises there are.
    """
    for exercise in ALL:
        if exercise.name == name:
            return exercise
    raise KeyError(f"there is no exercise {name!r}; there are {', '.join(e.name for e in ALL)}")
