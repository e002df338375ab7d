"""The tables of the chapter *The bug zoo*, as Markdown."""

from collections.abc import Iterable

from handgrad.ops.catalogue import TITLES
from handgrad.studies.zoo import checks, stored_runs
from handgrad.studies.zoo.bugs import BUGS
from handgrad.studies.zoo.riddles import ANSWERS, anonymous
from handgrad.studies.zoo.stored_runs import Entry, Run, Zoo
from handgrad.studies.zoo.walk import by_name, error, off, walk
from handgrad.support.markdown import Markdown, code, table

HUGE = 100.0  # a loss beyond this has no decimals worth printing
SAID = {0.0: "–", 1.0: "**caught**"}


def bugs() -> Markdown:
    """Every bug: its name, what the mistake is, the right piece and below it the wrong one, by chapter."""
    rows, stem = [("**bug**", "**what is wrong**; the piece that is right, and below it the wrong one")], None
    for bug in BUGS:
        if bug.stem != stem:
            stem = bug.stem
            rows.append(("", f"[{TITLES[stem]}](./{stem}.md)"))
        rows.append((bug.name, "\\\n    ".join((bug.says, code(bug.right), code(bug.wrong)))))
    body = "\n".join(f"* - {name}\n  - {lines}" for name, lines in rows)
    return Markdown(f"```{{list-table}}\n:class: facing\n:header-rows: 1\n:widths: 3 9\n\n{body}\n```\n")


def gap(found: Entry, digits: int = 4) -> str:
    """The mean difference of an entry, and by how much its interval goes to either side."""
    if found.paired is None:
        return ""
    half = (found.paired.high - found.paired.low) / 2
    digits = digits if abs(found.paired.mean) < HUGE else 0
    # Held together, so that a narrow page does not break it into three lines.
    text = f"{found.paired.mean:+,.{digits}f} ± {half:,.{digits}f}"
    return text.replace("-", "−").replace(" ", "\N{NO-BREAK SPACE}")


def written(dev: float) -> str:
    """A loss, with decimals unless it is huge."""
    return f"{dev:.4f}" if abs(dev) < HUGE else f"{dev:,.0f}"


def results(zoo: Zoo) -> Markdown:
    """What trained to the end, by its difference from the right training: the loss, the interval, the verdict."""
    found = [stored_runs.entry(zoo, stored_runs.ROUNDED), *stored_runs.entries(zoo)]
    found = sorted((one for one in found if one.paired), key=lambda one: one.paired.mean)
    return table(("bug", "dev loss", "difference", "verdict", "runs"), (
        (one.name, written(one.dev), gap(one), one.verdict, len(one.runs)) for one in found
    ))


def failures(zoo: Zoo) -> Markdown:
    """Every bug with a training that failed, and the step in which each did, by seed."""
    return table(("bug", "the loss was no finite number in step"), (
        (one.name, ", ".join(failed(run) for run in one.runs)) for one in stored_runs.entries(zoo) if one.failed
    ))


def failed(run: Run) -> str:
    """The step in which a run failed, or its loss."""
    return f"{run.failed:,}" if run.failed is not None else f"never (dev loss {written(run.dev)})"


def rescaled(zoo: Zoo) -> Markdown:
    """Every bug that only rescales, beside the right training at the rate that it amounts to."""
    rows = []
    for bug in BUGS:
        if bug.rescales:
            other = stored_runs.matched(bug)
            one = stored_runs.entry(zoo, bug.name, other)
            same = stored_runs.entry(zoo, other)
            rows.append((f"{bug.name} (× {bug.rescales})", loss(one), loss(same), gap(one, 6)))
    return table(("bug", "dev loss", "right, at that rate", "difference"), rows)


def loss(found: Entry) -> str:
    """The loss of an entry, or that there is none."""
    if found.failed:
        return "fails"
    return written(found.dev) if found.dev is not None else "not recorded"


def caught(zoo: Zoo) -> Markdown:
    """What a check says of each bug, for the checks that say different things; the last column is training."""
    answers = checks.answers()
    names = [check.name for check in checks.CHECKS if len({answers[bug.name][check.name] for bug in BUGS}) > 1]
    return table(("bug", *names, "training"), (
        (one, *(said(found[name]) for name in names), "" if one == "right" else said(stored_runs.stand_out(zoo, one)))
        for one, found in answers.items()
    ))


def said(share: float) -> str:
    """What a check says of a bug; of many tries, in how many of a hundred it objects."""
    return SAID.get(share, f"{100 * share:.0f} %")


def samples(zoo: Zoo, names: Iterable[str]) -> Markdown:
    """Names drawn from the networks that these trainings ended with, from one seed."""
    rows = [(name, stored_runs.entry(zoo, name), stored_runs.of(zoo, name)) for name in names]
    return table(("training", "dev loss", "names it makes up"), (
        (name, loss(found), ", ".join(drawn or "(nothing)" for drawn in runs[0].samples))
        for name, found, runs in rows if runs
    ))


def sizes(names: Iterable[str]) -> Markdown:
    """How far the whole gradient of each bug is off, and which gradients are."""
    return table(("bug", "relative error", "cosine", "first gradient that is off"), (
        (name, *numbers(name), code(f"d{first(name)}")) for name in names
    ))


def numbers(name: str) -> tuple[str, str]:
    """The relative error of the whole gradient, and the cosine, of a bug."""
    relative, cosine = error(by_name(name))
    return f"{relative:.2g}", f"{cosine:.4f}"


def first(name: str) -> str:
    """The first gradient that a bug makes wrong."""
    return next(iter(off(walk(by_name(name)))))


def riddles() -> Markdown:
    """For each anonymous backward pass, the gradients that are off, and by how much of the right one."""
    return table(("", "gradients that are off: relative error"), (
        (f"**{letter}**", ", ".join(f"{code(f'd{name}')} {much:.2g}" for name, much in
                                    off(anonymous(letter)).items()))
        for letter in ANSWERS
    ))
