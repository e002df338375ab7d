"""Which hint comes first: the one that is named after the sentence that the reader sees."""

from handgrad.desk.hints import in_order
from handgrad.exercises.definition import Exercise, Hint
from handgrad.exercises.verdict import Verdict


def hints_for(exercise: Exercise, verdict: Verdict | None) -> tuple[Hint, ...]:
    """The hints of an exercise: first those for what the check said, then the others, gentle ones first."""
    return in_order(exercise.hints, f"{verdict.sentence}\n{verdict.trace}" if verdict else "")
