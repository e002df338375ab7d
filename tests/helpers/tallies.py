"""The counts at the end of a run: exercises, answers, equations, from the tests that ran."""

from collections import Counter

KEY = "tally"
# By what a test says of itself: how the line about it begins, and what was done with each that passed.
LINES = {
    "wrong": ("Wrong answers", "rejected with the sentence that each should get"),
    "alternative": ("Other right answers", "accepted"),
    "autograd": ("Answers that autograd found", "refused"),
    "bad": ("Bad inputs", "told what is wrong, the runner unhurt"),
    "mistake": ("Plausible mistakes", "named by the diagnosis"),
    "equation": ("Displayed gradients", "executed as they are printed"),
    "equation mutant": ("Wrong forms of these equations", "refused by label"),
    "same equation": ("Other forms that change no value", "left aside"),
    "identity": ("Displayed equations without a label", "executed as they are printed"),
    "identity slip": ("Wrong forms of these", "refused with their line"),
    "page torch": ("Answers with the torch of the page", "equal to those with torch"),
    "page cpython": ("Answers judged with the page's Python, in CPython", "told what the command tells"),
    "page node": ("Answers judged with the page's Python, in node", "told what the command tells"),
}


def lines(reports: list[tuple[bool, list]]) -> list[str]:
    """The lines, from pairs of whether a test passed and its properties."""
    passed, ran, kinds, named = Counter(), Counter(), Counter(), Counter()
    for ok, properties in reports:
        for what, *more in (value for key, value in properties if key == KEY):
            ran[what] += 1
            passed[what] += ok
            if what == "exercise":
                kinds[tuple(more)] += 1
            if what == "wrong" and ok:
                named[more[0]] += 1
    found = exercises(kinds) if kinds else []
    for what, (title, done) in LINES.items():
        if ran[what]:
            found.append(f"{title}: {passed[what]} of {ran[what]} {done}.")
    if named:
        found.append(f"Of the wrong answers {named[True]} get a mistake by name, {named[False]} the worst entry.")
    return found


def exercises(kinds: Counter) -> list[str]:
    """How many exercises there are of each kind, in all and in each chapter."""
    in_all, by_chapter = Counter(), {}
    for (chapter, kind), count in kinds.items():
        in_all[kind] += count
        by_chapter.setdefault(chapter, Counter())[kind] += count
    chapters = [f"  {chapter}: {counted(count)}" for chapter, count in by_chapter.items()]
    return [f"Exercises: {in_all.total()} in {len(chapters)} chapters, {counted(in_all)}.", *chapters]


def counted(kinds: Counter) -> str:
    """The kinds with their counts."""
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items())


def summarise(terminalreporter):
    """Write the counts at the end of a run, if there are any."""
    stats = terminalreporter.stats
    reports = [(outcome == "passed", report.user_properties)
               for outcome in ("passed", "failed") for report in stats.get(outcome, [])]
    found = lines(reports)
    if found:
        terminalreporter.section("counts")
        for line in found:
            terminalreporter.line(line)
