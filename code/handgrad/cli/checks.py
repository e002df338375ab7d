"""Checking answers of a work folder, one after the other, and keeping what came out."""

from collections.abc import Callable
from pathlib import Path

from handgrad.cli import answer_places, progress_file, report, terminal
from handgrad.cli.progress_file import Record
from handgrad.exercises import sources
from handgrad.exercises.entry import Entry
from handgrad.exercises.listing import entries


def one(work: Path, entry: Entry, limit: float | None = None):
    """Check one answer in a process of its own: the verdict, and the record with it."""
    # Here and not at the top: it loads torch.
    from handgrad.exercises.registry import find
    from handgrad.exercises.sandbox import process
    from handgrad.exercises.verdict import Verdict

    text, given = answer_places.text_of(work, entry), {} if limit is None else {"limit": limit}
    if entry.slip and text == sources.stub(entry):
        # To run it would name the mistake that the reader is to find.
        sentence = f"{entry.name} is as it came: one line of it is wrong, in {work.resolve().name}/{entry.stem}.py."
        verdict = Verdict(entry.name, "unwritten", sentence=sentence, section=entry.page)
    else:
        verdict = process.check(find(entry.name), answer_places.file_of(work, entry), **given)
    return verdict, progress_file.checked(work, verdict, text)


def run(work: Path, chosen: tuple[Entry, ...], limit: float | None, dump: Callable | None, warn: Callable) -> bool:
    """Check these exercises and print what came out, or hand the report on it to `dump`; whether all agree."""
    out, results, record, said = terminal.console(), [], Record({}), set()
    for entry in chosen:
        verdict, record = one(work, entry, limit)
        results.append((entry, verdict))
        # What stands in the way of one record stands in the way of all; it is said once.
        if record.warning not in said:
            said.add(record.warning)
            warn(record)
        if not dump:
            terminal.verdict(out, verdict, answer_places.page(verdict.section or entry.page))
            out.print()
    right = sum(verdict.status == "right" for _, verdict in results)
    if dump:
        dump(report.document(work, results, record))
    elif len(chosen) > 1:
        out.print(f"{right} of {len(results)} agree.")
    elif right:
        go_on(out, work, entries(), record, chosen[0])
    return right == len(results)


def go_on(out, work: Path, known: tuple[Entry, ...], record: Record, done: Entry) -> None:
    """Name the next exercise, where there is one."""
    following = answer_places.to_do(known, record, done)
    if following:
        place = f"{following.stem}.py, line {answer_places.line_of(work, following)}"
        out.print(f"Next: {following.number} {following.name} ({following.title}), in {place}.")
