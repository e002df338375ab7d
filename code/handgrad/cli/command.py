"""The command `handgrad`: what a reader does outside the book."""

import os
from pathlib import Path

import click

from handgrad import __version__
from handgrad.cli import answers, bench, exercises

FILE = click.Path(path_type=Path)
MODEL = Path("model.handgrad")


def expected() -> tuple[type[Exception], ...]:
    """The errors that a user can mend; each already says how."""
    # Imported when one is raised: torch takes seconds to load, and --help needs none of it.
    from handgrad.data.fetch import FetchError
    from handgrad.data.names import NamesError
    from handgrad.exercises.chapter_texts import ChapterError
    from handgrad.training.checkpoint import CheckpointError
    from handgrad.training.runs import NonFiniteLoss

    return ChapterError, CheckpointError, FetchError, NamesError, NonFiniteLoss


class Sentences(click.Group):
    """A group whose commands end an expected error with one sentence and exit status 1."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if isinstance(error, expected()):
                raise click.ClickException(str(error)) from error
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        # In the order in which a reader meets them, which is the order below.
        return list(self.commands)


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="handgrad", help="Show the version, and nothing else.")
def main() -> None:
    """Gradients by hand: the exercises of the book, checked while you write, and its network to train.

    \b
    The first ten minutes:
        handgrad init my-gradients   lay out a folder of exercises
        cd my-gradients              (a clone has one: exercises/)
        handgrad watch               names an exercise and its file: open that
                                     file in your editor, write in the place of
                                     `raise NotImplementedError`, and save
        handgrad hint NAME           a hint for the function NAME
        handgrad list                what else there is

    \b
    Later:
        handgrad notebook            what the original notebook printed, and ours
        handgrad train               train its network with the book's gradients
        handgrad sample              let the trained network make up names

    `handgrad COMMAND --help` says more, with an example.
    """


for command in (
    exercises.init, exercises.list_exercises, exercises.check, exercises.watch,
    answers.hint, answers.solution, answers.reset,
):
    main.add_command(command)


@main.command()
@click.option("--names", "names_file", type=FILE, metavar="FILE",
              help="The notebook's file of names.  [default: HANDGRAD_NAMES, else what fetch brought]")
@click.option("--seeds", metavar="N", type=click.IntRange(min=2), default=2000, show_default=True,
              help="How many draws of gain and bias to look at.")
def notebook(names_file: Path | None, seeds: int) -> None:
    """What the original notebook printed, and what we get.

    With its file of names every line can be compared. Without it the lines about the minibatch can: the
    package keeps the 32 windows that the notebook drew. `handgrad fetch` brings the file.
    """
    from handgrad.data import fetch, names
    from handgrad.studies.original_notebook import outputs as page

    chosen = names_file or os.environ.get(names.VARIABLE) or fetch.cached()
    click.echo(page.text(page.report(chosen, seeds)))


@main.command()
@click.option("--address", metavar="URL", help="Fetch from another place; the sha256 is checked there too.")
def fetch(address: str | None) -> None:
    """Fetch the notebook's own file of names.

    Brings the 32,033 names that the notebook used from its public repository into your cache, checks their
    sha256, and prints where the file lies. To use it in every command and chapter:

        export HANDGRAD_NAMES="$(handgrad fetch)"
    """
    from handgrad.data import fetch as cache

    click.echo(cache.fetch(address or cache.ADDRESS))


@main.command()
@click.option("--steps", metavar="N", type=click.IntRange(min=1),
              help="How many minibatches.  [default: 200000]")
@click.option("--hidden", "H", metavar="H", type=click.IntRange(min=1),
              help="How many hidden units.  [default: 200]")
@click.option("--rate", metavar="R", type=click.FloatRange(min=0, min_open=True),
              help="The learning rate of the first half of the steps.  [default: 0.1]")
@click.option("--late-rate", metavar="R", type=click.FloatRange(min=0, min_open=True),
              help="The learning rate of the second half.  [default: 0.01]")
@click.option("--seed", metavar="N", type=click.IntRange(0, 2**63 - 1),
              help="Decides parameters and minibatches.  [default: 2147483647]")
@click.option("--names", "names_file", type=FILE, metavar="FILE",
              help="One name a line, in UTF-8.  [default: HANDGRAD_NAMES, else the book's names]")
@click.option("--out", type=FILE, metavar="FILE", default=MODEL, show_default=True,
              help="Where the trained network goes.")
@click.option("--resume", is_flag=True, help="Go on with the run in that file, with its settings.")
@click.option("--rung", metavar="NAME",
              help="Take the steps as this rung of `handgrad bench` does.  [default: inplace]")
def train(names_file: Path | None, out: Path, resume: bool, rung: str | None, **chosen) -> None:
    """Train the book's network with the book's gradients.

    No autograd runs, unless a rung with autograd is asked for. As it stands this is the notebook's fourth
    exercise: 200,000 minibatches of 32 windows, about a minute, and with the rung native some ten seconds. The
    run is saved every 10,000 steps and when you stop it with Ctrl-C; --resume goes on to the same result as if it
    had never stopped. At the end the loss over each split is printed.
    """
    from handgrad.cli import training

    training.train(names_file, out, resume, {name: v for name, v in chosen.items() if v is not None}, rung)


@main.command()
@click.option("--model", "file", type=FILE, metavar="FILE", default=MODEL, show_default=True,
              help="What `handgrad train` wrote.")
@click.option("--count", metavar="N", type=click.IntRange(min=1), default=20, show_default=True,
              help="How many names.")
@click.option("--seed", metavar="N", type=click.IntRange(0, 2**63 - 1), default=2147483657, show_default=True,
              help="The same seed gives the same names.")
def sample(file: Path, count: int, seed: int) -> None:
    """Let a trained network make up names.

    Every character is drawn with the probability that the network gives it after the three before it, until
    the end of the name is drawn.
    """
    from handgrad.cli import training

    click.echo("\n".join(training.sample(file, count, seed)))


main.add_command(bench.bench)
