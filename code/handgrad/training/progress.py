"""How far a training run is: a bar on a terminal, a line now and then elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from handgrad.training.runs import Settings, State

# Where nobody watches, a tenth of the notebook's run lies between two lines.
LINE_EVERY = 20_000


@contextmanager
def shown(settings: Settings, start: int, console: Console) -> Iterator[Callable[[State], None]]:
    """Give the function that `training.train` calls, and show on `console` what it is told."""
    if not console.is_terminal:
        yield lambda state: line(state, console)
        return
    columns = (
        TextColumn("steps"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("loss {task.fields[loss]}"),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=settings.steps, completed=start, loss="–")
        yield lambda state: bar.update(task, completed=state.step, loss=f"{state.losses[-1]:.4f}")


def line(state: State, console: Console) -> None:
    """One line for every LINE_EVERY steps."""
    if state.step % LINE_EVERY == 0:
        console.print(
            f"step {state.step:,} of {state.settings.steps:,}: loss {state.losses[-1]:.4f}", highlight=False
        )
