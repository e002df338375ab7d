"""The counts at the end of a run are those of what ran."""

import tallies


def report(ok, *values):
    return ok, [(tallies.KEY, values), ("other", "property")]


def test_each_count_comes_from_the_reports():
    reports = [
        report(True, "exercise", "tanh", "code"), report(True, "exercise", "tanh", "bug"),
        report(True, "exercise", "vjp", "code"), report(True, "wrong", True), report(True, "wrong", False),
        report(False, "wrong", True), report(True, "alternative"), report(False, "bad"), (True, []),
    ]
    assert tallies.lines(reports) == [
        "Exercises: 3 in 2 chapters, 2 code, 1 bug.",
        "  tanh: 1 code, 1 bug",
        "  vjp: 1 code",
        "Wrong answers: 2 of 3 rejected with the sentence that each should get.",
        "Other right answers: 1 of 1 accepted.",
        "Bad inputs: 0 of 1 told what is wrong, the runner unhurt.",
        "Of the wrong answers 1 get a mistake by name, 1 the worst entry.",
    ]


def test_nothing_that_ran_is_nothing_that_is_said():
    assert tallies.lines([]) == []


def test_the_run_prints_them():
    class Reporter:
        stats = {"passed": [type("Report", (), {"user_properties": [(tallies.KEY, ("alternative",))]})],
                 "deselected": [object()]}
        written = []

        def section(self, title):
            self.written.append(title)

        def line(self, text):
            self.written.append(text)

    tallies.summarise(Reporter())
    assert Reporter.written == ["counts", "Other right answers: 1 of 1 accepted."]
