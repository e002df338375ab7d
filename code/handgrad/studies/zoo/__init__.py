"""The bug zoo: wrong backward passes, what training makes of them, and what their errors look like."""

from handgrad.studies.zoo.riddles import anonymous, guess

__all__ = ["anonymous", "guess"]
