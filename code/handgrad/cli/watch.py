"""Checking again whenever the reader saves, and going on to the next exercise after a pass."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.text import Text

from handgrad.cli import answer_places, progress_file, terminal
from handgrad.exercises import sources
from handgrad.exercises.entry import Entry
from handgrad.exercises.listing import entries

# Milliseconds: an editor that saves in several steps is done by then.
QUIET = 50
# How often to look where nothing was told, in milliseconds: some network folders tell of no change.
LOOK = 1000
# How often to look again, every QUIET milliseconds, at a file that has gone or become empty: many editors write
# a file by emptying it first, or move the old one away.
PATIENCE = 10
# What follows on a syntax error, whose line is where to write.
AGAIN = "Fix it and save; Ctrl-C quits."


class Watch:
    """The exercise at hand, and what was last seen of every file.

    check: from an exercise to its verdict and the record. out: where to print.
    """

    def __init__(self, work: Path, out: Console, check: Callable, start: Entry | None = None):
        self.work, self.out, self.check = work, out, check
        self.record = progress_file.load(work)
        self.at_hand = start or answer_places.to_do(entries(), self.record)
        # Before the first check, so that what is saved during it is not lost.
        self.files = self.read()
        # The exercise whose task stands on the screen.
        self.told = ""

    def read(self) -> dict[str, str]:
        """Every file of answers as it stands now, by its stem; nothing for one that is not there."""
        found = {}
        for each in entries():
            if each.stem not in found:
                try:
                    found[each.stem] = sources.read(answer_places.file_of(self.work, each))
                except OSError:
                    found[each.stem] = ""
        return found

    def settled(self) -> dict[str, str]:
        """The same, with a little patience for a file that held something and now holds nothing."""
        for _ in range(PATIENCE):
            found = self.read()
            if all(found[stem].strip() or not self.files[stem].strip() for stem in found):
                break
            time.sleep(QUIET / 1000)
        return found

    def run(self, wakes: Iterable) -> None:
        """Check what is at hand now, and look again whenever there may be something new, until all pass."""
        self.show()
        for _ in wakes if self.at_hand else ():
            self.look()
            if self.at_hand is None:
                return

    def look(self) -> None:
        """See which answers changed: check what is at hand, or go over to the exercise that the reader writes."""
        before, self.files = self.files, self.settled()
        touched = {stem for stem, text in self.files.items() if text != before[stem]}
        changed = [
            each for each in entries() if each.stem in touched
            and sources.answer(before[each.stem], each) != sources.answer(self.files[each.stem], each)
        ]
        # A file that is gone is no answer to take up.
        written = [each for each in changed if self.files[each.stem]]
        if written and self.at_hand not in changed:
            self.at_hand = written[0]
        if self.at_hand.stem in touched:
            self.show()

    def show(self) -> None:
        """Check what is at hand and go on as long as it passes."""
        # Here and not at the top: it loads torch, and so does the check.
        from handgrad.exercises.failures import SYNTAX

        while self.at_hand is not None:
            verdict, self.record = self.check(self.at_hand)
            if self.record.warning:
                self.out.print(Text(self.record.warning, "yellow"))
            if verdict.sentence.startswith(SYNTAX):
                verdict = verdict._replace(sentence=f"{verdict.sentence} {AGAIN}")
            # The task of an unwritten one is told below, once.
            if verdict.status != "unwritten":
                terminal.verdict(self.out, verdict, answer_places.page(verdict.section or self.at_hand.page))
            if verdict.status != "right":
                self.tell(verdict)
                return
            self.at_hand = answer_places.to_do(entries(), self.record, self.at_hand)
        self.out.print(Text(f"All {len(entries())} exercises have passed.", "bold green"))

    def tell(self, verdict) -> None:
        """How far the reader is, and where to write: at length, once, where nothing is written yet."""
        each, new = self.at_hand, self.told != self.at_hand.name
        place = f"in {each.stem}.py, line {answer_places.line_of(self.work, each)}"
        self.told = each.name
        if verdict.status == "unwritten" and not new:
            self.out.print(Text(verdict.sentence))
            return
        self.out.print(Text(self.progress(), "bold"))
        if not answer_places.file_of(self.work, each).exists():
            self.out.print(f"Waiting for {each.stem}.py; run the command in another terminal. Ctrl-C stops.")
        elif verdict.status == "unwritten":
            self.out.print(f"At hand: {each.number} {each.name} ({each.title}), {place}.")
            self.out.print(f"Read {answer_places.page(each.page)}. Save the file to check; Ctrl-C stops.")
        elif not verdict.sentence.endswith(AGAIN):
            self.out.print(f"Save {each.name} to check it again, {place}; Ctrl-C stops.")
        self.out.print()

    def progress(self) -> str:
        """How many have passed."""
        return answer_places.progress(entries(), self.record)


def changes(work: Path) -> Iterator[None]:
    """Wake up after every change in a folder, and now and then; it ends when the folder is gone.

    The folder is watched and not the files: an editor that writes a new file and renames it, or a file that is
    deleted and comes back, is one more change.
    """
    from watchfiles import watch

    # OSError: the folder goes while the watch is being set up.
    with contextlib.suppress(OSError):
        for _ in watch(
            work, watch_filter=None, recursive=False, step=QUIET, rust_timeout=LOOK, yield_on_timeout=True,
            raise_interrupt=True,
        ):
            if not work.is_dir():
                return
            yield
