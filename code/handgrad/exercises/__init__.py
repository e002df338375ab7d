"""The exercises: one definition for the chapter, the command line and the tests."""

from handgrad.exercises.definition import Exercise, Hint, Mutant
from handgrad.exercises.registry import ALL, find
from handgrad.exercises.runner import check, signature_of, statement_of

__all__ = ["ALL", "Exercise", "Hint", "Mutant", "check", "find", "signature_of", "statement_of"]
