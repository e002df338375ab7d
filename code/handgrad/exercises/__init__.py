"""The exercises: one definition for the chapter, the command line and the tests."""

from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.hints import hints_for
from handgrad.exercises.process import check
from handgrad.exercises.registry import ALL, find
from handgrad.exercises.runner import statement_of
from handgrad.exercises.verdict import Verdict

__all__ = [
    "ALL", "Exercise", "Hint", "Mutant", "Verdict", "check", "find", "hints_for", "statement_of"
]
